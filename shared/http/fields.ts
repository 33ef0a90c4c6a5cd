import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/** Fields that several inputs share, with messages a person can act on. */

z.config(en());

/**
 * Text without control characters (line feeds and tabs are kept), trimmed.
 * @param most characters; counted as sent, since the OpenAPI document can say that and not what is left after trimming
 */
export const text = (most: number, least = 0) =>
  z.string().check(
    z.maxLength(most, `At most ${most} characters.`),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    z.regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'Must not contain control characters.'),
    z.trim(),
    z.minLength(least, 'Must not be empty.'),
  );

/** The same on one line, whatever was sent: names stand in headings, lists and headers. */
export const line = (most: number, least = 0) =>
  text(most, least).check(z.overwrite((written) => written.replace(/\s+/g, ' ')));

/** Lower-cased, since every mail system in use treats addresses so and records are kept by it. */
export const email = z
  .string()
  .check(z.maxLength(254, 'At most 254 characters.'), z.trim(), z.toLowerCase(), z.email('Not an e-mail address.'));

export const locale = z.enum(['en', 'es'], 'Must be en or es.');

export const timeZone = z.string().check(
  z.refine((name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return /^[A-Za-z]/.test(name);
    } catch {
      return false;
    }
  }, 'Not a time zone; use an IANA name such as Europe/Madrid.'),
);

export const booleans = <const Key extends string>(keys: readonly Key[], preset: boolean) =>
  z.strictObject(
    Object.fromEntries(keys.map((key) => [key, z._default(z.boolean(), preset)])) as {
      [K in Key]: z.ZodMiniDefault<z.ZodMiniBoolean>;
    },
  );
