import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import type { Booking } from '../../shared/appointments/appointment.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { AppError, type Fault, invalid } from '../../shared/errors.ts';
import type { GoogleClientReader } from '../../shared/google/client.ts';
import type { GoogleClient } from '../../shared/google/oauth.ts';
import { type HttpEvent, httpHandler, json, jsonInput } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { text } from '../../shared/http/fields.ts';
import { faultsOf } from '../../shared/http/validate.ts';
import { eventTexts, isBooked } from '../../shared/meetings/event-body.ts';
import {
  allKeywords,
  type KnownKeywords,
  keywordFaults,
  PLATFORM_KEYWORDS,
  unknownKeywords,
} from '../../shared/settings/keywords.ts';
import { MESSAGE_KEYWORDS } from '../../shared/settings/message-keywords.ts';
import { mergePatch, type Settings, settingsSchema } from '../../shared/settings/settings.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import { redirectUri } from '../../shared/staff/connect.ts';

export interface SettingsApiDeps {
  readonly settings: SettingsStore;
  readonly appointments: AppointmentStore;
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly googleClient: GoogleClientReader;
  readonly storeGoogleClient: (client: GoogleClient) => Promise<void>;
  /** Makes every future booking due: what its event should be has changed. */
  readonly carrySettings: (when: 'now' | 'later') => Promise<void>;
  readonly publicUrl: string;
  readonly logger: Logger;
}

const SCHEMAS = {
  // Checked whole once merged or defaulted: what may stand in one field depends on others.
  'PUT /settings': z.record(z.string(), z.unknown()),
  'PATCH /settings': z.record(z.string(), z.unknown()),
  'PUT /settings/google': z.strictObject({
    clientId: text(300, 1),
    clientSecret: text(300, 1),
  }),
  'POST /settings/preview': z.strictObject({
    eventTitle: z.optional(text(500)),
    eventDescription: z.optional(text(8000)),
    appointmentId: z.optional(z.string()),
  }),
};

/** Settings that say what events there are, what stands in them, and what else is expected of each booking. */
const EVENT_SETTINGS = [
  'enabled',
  'eventTitle',
  'eventDescription',
  'addCustomersAsAttendees',
  'customersCanSeeOtherAttendees',
  'statuses',
  'timeZone',
  'dateFormat',
  'timeFormat',
  'locale',
  'expectStartsPing',
] as const satisfies readonly (keyof Settings)[];

/** Rounds of losing against other admins' saves, for a patch that names no version. */
const MAX_ROUNDS = 5;

/** The settings, the Google client, keywords and previews. */
export function makeHandler(deps: SettingsApiDeps) {
  const { settings: store } = deps;

  const save = async (event: HttpEvent, change: (current: Settings) => unknown) => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { settings: current, version } = await store.get();
      requireMatch(event, version);
      const wanted = change(current);
      const parsed = settingsSchema.safeParse(wanted);
      const unknown = templateFaults(wanted, await store.observedKeywords());
      if (!parsed.success) throw invalid([...faultsOf(parsed.error), ...unknown]);
      if (unknown.length > 0) throw invalid(unknown);
      const settings = parsed.data;
      const isForEvents = EVENT_SETTINGS.some(
        (name) => JSON.stringify(settings[name]) !== JSON.stringify(current[name]),
      );
      // Asked for before as well as after: a crash between the two must not leave bookings behind the settings.
      if (isForEvents) await deps.carrySettings('later');
      if (await store.put(settings, version)) {
        if (isForEvents) await deps.carrySettings('now');
        deps.logger.info('settings saved', { event: 'settings_saved', version: version + 1 });
        return json(200, settings, { etag: etag(version + 1) });
      }
    }
    throw new AppError('conflict', 'Somebody else is saving the settings at the same moment. Please try again.');
  };

  return httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId), jsonInput(SCHEMAS)],
    routes: {
      'GET /settings': async () => {
        const { settings, version } = await store.get();
        return json(200, settings, { etag: etag(version) });
      },
      'PUT /settings': (event) => save(event, () => event.input),
      'PATCH /settings': (event) => save(event, (current) => mergePatch(current, event.input)),

      'GET /settings/google': async () => {
        const client = await deps.googleClient(true);
        return json(200, {
          clientId: client?.clientId ?? null,
          clientSecretSet: client !== undefined,
          redirectUri: redirectUri(deps.publicUrl),
        });
      },
      'PUT /settings/google': async (event) => {
        const client = event.input as z.infer<(typeof SCHEMAS)['PUT /settings/google']>;
        await deps.storeGoogleClient(client);
        // Bookings that failed for want of a client that Google accepts are tried again.
        await deps.carrySettings('now');
        return json(200, {
          clientId: client.clientId,
          clientSecretSet: true,
          redirectUri: redirectUri(deps.publicUrl),
        });
      },

      'GET /keywords': async () => json(200, allKeywords(await store.observedKeywords())),

      'POST /settings/preview': async (event) => {
        const { appointmentId, ...templates } = event.input as z.infer<(typeof SCHEMAS)['POST /settings/preview']>;
        const { settings: saved } = await store.get();
        const observed = await store.observedKeywords();
        const settings: Settings = { ...saved, ...definedOnly(templates) };
        const appointment = appointmentId ? await deps.appointments.get(appointmentId) : SAMPLE;
        if (!appointment || !isBooked(appointment)) {
          throw new AppError('not_found', 'There is no such appointment.');
        }
        const unknown = [settings.eventTitle, settings.eventDescription].flatMap((template) =>
          unknownKeywords(template, observed),
        );
        const isGroup = appointment.booking.customers.length > 1;
        return json(200, { ...eventTexts(appointment, isGroup, settings), unknownKeywords: [...new Set(unknown)] });
      },
    },
  });
}

const etag = (version: number): string => `"${version}"`;

/** @throws AppError `precondition_failed` when the client's copy is not the present one */
function requireMatch(event: HttpEvent, version: number): void {
  const wanted = event.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return;
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(etag(version))) {
    throw new AppError('precondition_failed', 'The settings have been changed meanwhile. Load them again.');
  }
}

/** Of settings that need not be valid otherwise, so that all faults are told at once. */
function templateFaults(wanted: unknown, observed: KnownKeywords): Fault[] {
  const { eventTitle, eventDescription, templates } = { ...(wanted as Record<string, unknown>) };
  const inMessages = new Set([...observed, ...MESSAGE_KEYWORDS]);
  return [
    ...[...leaves(eventTitle, 'eventTitle'), ...leaves(eventDescription, 'eventDescription')].flatMap(
      ([path, template]) => keywordFaults(path, template, observed),
    ),
    ...leaves(templates, 'templates').flatMap(([path, template]) => keywordFaults(path, template, inMessages)),
  ];
}

/** Every text in it, with its path. */
const leaves = (value: unknown, path: string): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value ?? {}).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));

const definedOnly = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** A booking to preview with, made of the keywords' own examples. */
const example = (name: string): string => PLATFORM_KEYWORDS.find(({ keyword }) => keyword === name)?.example ?? '';
const SAMPLE_BOOKING: Booking = {
  start: '2026-12-01T14:00:00Z',
  end: '2026-12-01T14:45:00Z',
  service: { name: example('service_name') },
  staff: { name: example('staff_name'), email: example('staff_email'), phone: example('staff_phone') },
  customers: [
    { name: example('customer_full_name'), email: example('customer_email'), phone: example('customer_phone') },
  ],
  location: { name: example('location_name') },
  notes: example('appointment_notes'),
  keywords: Object.fromEntries(PLATFORM_KEYWORDS.map(({ keyword, example: value }) => [keyword, value])),
};
const SAMPLE = {
  appointmentId: 'booknetic:1042',
  status: 'approved',
  booking: SAMPLE_BOOKING,
  revision: 1,
  version: 1,
  changedAt: '2026-11-20T10:12:00Z',
  contentHash: '',
  deliveries: [],
  owed: 0,
};
