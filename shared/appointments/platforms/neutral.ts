import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { email, line, locale, text, timeZone } from '../../http/fields.ts';
import { faultsOf } from '../../http/validate.ts';
import { isDroppedField } from '../../settings/keywords.ts';
import { toInstant } from '../../time.ts';
import type { Delivery } from '../acceptance.ts';
import { booking, type ParsedDelivery } from './booking.ts';

const id = z
  .string()
  .check(z.regex(/^[\w.:@~+=-]{1,128}$/, 'An id of up to 128 letters, digits or any of _ . : @ ~ + = -.'));
const time = z.iso.datetime({ offset: true, error: 'A time with its offset, such as 2026-12-01T15:00:00+01:00.' });
const instant = z.pipe(
  time,
  z.transform((at) => toInstant(at)),
);
/** With its milliseconds: two changes within one second have an order too. */
const timestamp = z.pipe(
  time,
  z.transform((at) => new Date(at).toISOString()),
);

const data = z
  .object({
    id,
    status: text(64, 1).check(z.toLowerCase()),
    start: instant,
    end: instant,
    timeZone: z.optional(timeZone),
    service: z.object({ name: line(300, 1) }),
    staff: z.object({ email, name: z.optional(line(300)), phone: z.optional(text(50)) }),
    customers: z
      .array(
        z.object({
          email: z.optional(email),
          name: z._default(line(300), ''),
          phone: z.optional(text(50)),
          locale: z.optional(locale),
        }),
      )
      .check(z.maxLength(200, 'At most 200 customers.')),
    location: z.optional(z.nullable(z.object({ name: line(300) }))),
    notes: z.optional(z.nullable(text(10_000))),
    keywords: z.optional(z.record(text(100, 1), text(10_000))),
  })
  .check(
    z.refine(({ start, end }) => !(Date.parse(end) <= Date.parse(start)), {
      path: ['end'],
      error: 'Must be after the start.',
    }),
  );

export const bookedEnvelope = z.object({
  type: z.enum(['appointment.created', 'appointment.updated']),
  timestamp,
  data,
});
export const endedEnvelope = z.object({
  type: z.enum(['appointment.cancelled', 'appointment.deleted']),
  timestamp,
  data: z.object({ id }),
});
const envelope = z.discriminatedUnion('type', [bookedEnvelope, endedEnvelope]);

/**
 * Reads the neutral form.
 * @param body the parsed JSON
 * @param deliveryId `webhook-id`
 */
export function readNeutral(body: unknown, deliveryId: string): ParsedDelivery {
  const parsed = z.safeParse(envelope, body);
  if (!parsed.success) return { faults: faultsOf(parsed.error), unreplaced: [] };
  const { type, timestamp: sourceTime, data: read } = parsed.data;
  const head = { appointmentId: `appointments:${read.id}`, sourceTime, id: deliveryKey(deliveryId), uniqueId: true };
  if (!('status' in read)) {
    return { delivery: { ...head, intent: 'cancel', status: type.slice('appointment.'.length) } };
  }
  const delivery: Delivery = {
    ...head,
    intent: type === 'appointment.created' ? 'create' : 'change',
    status: read.status,
    booking: booking({
      ...read,
      location: read.location?.name,
      notes: read.notes ?? undefined,
      keywords: Object.fromEntries(Object.entries(read.keywords ?? {}).filter(([name]) => !isDroppedField(name))),
    }),
  };
  return { delivery };
}

/** A sender may name its deliveries at any length; fifty of them are kept. */
const deliveryKey = (id: string): string =>
  id.length <= 64 ? id : createHash('sha256').update(id).digest('base64url');
