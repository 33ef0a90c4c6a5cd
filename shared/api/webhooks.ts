import * as z from 'zod/mini';
import { type Answer, about, documented } from './fields.ts';

const receiptFields = {
  appointmentId: about(z.string(), '`{platform}:{id}`'),
  revision: about(z.int(), 'Counts the accepted changes of this booking, from 1.'),
};
const OUTCOMES = ['duplicate', 'stale', 'unchanged'] as const;
const receiptExample = { appointmentId: 'booknetic:1042', revision: 3 };

export const receipt = documented(
  z.object({ ...receiptFields, outcome: z.enum(['accepted', ...OUTCOMES]) }),
  'What it came to.',
  { ...receiptExample, outcome: 'accepted' },
);
export type ReceiptAnswer = Answer<typeof receipt>;
