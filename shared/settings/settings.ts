import * as z from 'zod/mini';
import { booleans, email, line, locale, text, timeZone } from '../http/fields.ts';
import type { Instant } from '../time.ts';
import { DATE_FORMATS, TIME_FORMATS } from './date-format.ts';

export const MESSAGE_KINDS = [
  'booked',
  'rescheduled',
  'link_changed',
  'cancelled',
  'reminder',
  'connect_google',
] as const;
export const ROLES = ['customer', 'staff', 'admin'] as const;
export const CHANNELS = ['email', 'sms'] as const;
export const LOCALES = ['en', 'es'] as const;

/** Of a message; what it leaves out is as by default. */
export const templateFields = { subject: z.optional(text(500)), body: z.optional(text(20_000)) };
const template = z.strictObject(templateFields);
const per = <const Keys extends readonly string[], Value extends z.core.SomeType>(keys: Keys, value: Value) =>
  z.partialRecord(z.enum(keys), value);

/** One field each, with its default; an unknown one is refused. */
const fields = {
  enabled: z._default(z.boolean(), true),
  eventTitle: z._default(text(500, 1), '{service_name} – {customer_full_name}'),
  eventDescription: z._default(text(8000), '{service_name} – {staff_name}\n{location_name}\n\n{appointment_notes}'),
  addCustomersAsAttendees: z._default(z.boolean(), true),
  customersCanSeeOtherAttendees: z._default(z.boolean(), false),
  googleInvitations: z._default(z.enum(['all', 'externalOnly', 'none']), 'all'),
  statuses: z._default(z.array(text(64, 1).check(z.toLowerCase())).check(z.maxLength(50)), ['approved']),
  timeZone: z._default(timeZone, 'UTC'),
  dateFormat: z._default(z.enum(DATE_FORMATS), 'Y-m-d'),
  timeFormat: z._default(z.enum(TIME_FORMATS), 'H:i'),
  locale: z._default(locale, 'en'),
  senderName: z._default(z.nullable(line(100)), null),
  replyTo: z._default(z.nullable(email), null),
  adminEmail: z._default(z.nullable(email), null),
  notifications: z._default(
    z.strictObject({
      email: z._default(booleans(['customer', 'staff'], true), { customer: true, staff: true }),
      sms: z._default(booleans(['customer', 'staff'], false), { customer: false, staff: false }),
    }),
    { email: { customer: true, staff: true }, sms: { customer: false, staff: false } },
  ),
  reminders: z._default(
    z
      .array(
        z.strictObject({
          minutesBefore: z.int().check(z.minimum(1), z.maximum(60 * 24 * 90)),
          channels: z.array(z.enum(CHANNELS)).check(z.minLength(1)),
        }),
      )
      .check(z.maxLength(100)),
    [{ minutesBefore: 1440, channels: ['email'] }],
  ),
  templates: z._default(per(MESSAGE_KINDS, per(ROLES, per(CHANNELS, per(LOCALES, template)))), {}),
  retentionDays: z._default(z.int().check(z.minimum(1), z.maximum(3650)), 90),
  defaultCountry: z._default(
    z.nullable(z.string().check(z.regex(/^[A-Z]{2}$/, 'Two capital letters, such as ES.'))),
    null,
  ),
  expectStartsPing: z._default(z.boolean(), false),
};

export const settingsSchema = z.strictObject(fields);
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = settingsSchema.parse({});

/** The settings with the version that their ETag is made of; version 0 are the defaults, never saved. */
export interface VersionedSettings {
  readonly settings: Settings;
  readonly version: number;
  readonly remindersSince?: RemindersSince;
}

/** When each reminder on each channel was first asked for, by `reminderName`; what would have fallen due before was not. */
export type RemindersSince = Readonly<Record<string, Instant>>;
export const reminderName = (minutesBefore: number, channel: (typeof CHANNELS)[number]): string =>
  `${minutesBefore} ${channel}`;

/** For settings that take the place of others: a reminder that was there before stays asked for since then. */
export function askedSince(saved: VersionedSettings, { reminders }: Settings, now: Instant): RemindersSince {
  const namesOf = (list: Settings['reminders']) =>
    list.flatMap(({ minutesBefore, channels }) => channels.map((channel) => reminderName(minutesBefore, channel)));
  const before = new Set(namesOf(saved.settings.reminders));
  return Object.fromEntries(
    namesOf(reminders).flatMap((name) => {
      const since = before.has(name) ? saved.remindersSince?.[name] : now;
      return since ? [[name, since]] : [];
    }),
  );
}

/** JSON Merge Patch (RFC 7396): null removes, objects merge, anything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
