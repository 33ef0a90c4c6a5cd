import * as z from 'zod/mini';

/** What an answer's schema says, for those who write it: all the way down, nothing of it is changed any more. */
export type Answer<Schema extends z.core.$ZodType> = Frozen<z.output<Schema>>;

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** The field with what the OpenAPI document says of it. */
export const about = <Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema =>
  schema.check(z.describe(description));

/** What the OpenAPI document says of a whole body: what it is, and one of it, which is checked against it. */
export function documented<Schema extends z.ZodMiniType>(
  schema: Schema,
  description: string,
  example: z.input<Schema>,
): Schema {
  z.globalRegistry.add(schema, { description, examples: [example] });
  return schema;
}

/** A time in an answer, to the second. */
export const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), z.meta({ format: 'date-time' }));

/** A time in an answer, to the millisecond. */
export const moment = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), z.meta({ format: 'date-time' }));
