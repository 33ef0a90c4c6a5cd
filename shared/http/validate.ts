import * as z from 'zod/mini';
import { type Fault, invalid } from '../errors.ts';

/** All faults at once, an unknown field under its own path. */
export const faultsOf = (error: z.core.$ZodError): Fault[] =>
  error.issues.flatMap((issue) => {
    const at = (...path: PropertyKey[]) => path.map(String).join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: at(...issue.path, key), message: 'Not a known field.' }))
      : [{ path: at(...issue.path), message: issue.message }];
  });

/** @throws AppError `invalid` with all faults */
export function validate<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): z.core.output<Schema> {
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) throw invalid(faultsOf(parsed.error));
  return parsed.data;
}
