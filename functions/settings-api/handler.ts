import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import {
  type GoogleClientAnswer,
  googleClientRequest,
  type KeywordsAnswer,
  type MessagePreviewAnswer,
  type MessageRequest,
  messageRequest,
  type PreviewAnswer,
  type PreviewRequest,
  previewRequest,
  type SettingsAnswer,
  type TestMessageAnswer,
} from '../../shared/api/settings.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { AppError, type Fault, invalid } from '../../shared/errors.ts';
import type { GoogleClientReader } from '../../shared/google/client.ts';
import type { GoogleClient } from '../../shared/google/oauth.ts';
import { type HttpEvent, httpHandler, json, jsonInput } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { browserLocale } from '../../shared/http/page.ts';
import { faultsOf } from '../../shared/http/validate.ts';
import { type Booked, eventTexts, isBooked } from '../../shared/meetings/event-body.ts';
import { linkOf } from '../../shared/meetings/meeting.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import type { MailSender } from '../../shared/notifications/mail.ts';
import {
  asMail,
  defaultWords,
  type MessageName,
  neverSent,
  previewMessage,
} from '../../shared/notifications/preview.ts';
import { sendNow } from '../../shared/notifications/send-now.ts';
import { allKeywords, type KnownKeywords, keywordFaults, unknownKeywords } from '../../shared/settings/keywords.ts';
import { MESSAGE_KEYWORDS } from '../../shared/settings/message-keywords.ts';
import { askedSince, mergePatch, type Settings, settingsSchema } from '../../shared/settings/settings.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import { redirectUri } from '../../shared/staff/connect.ts';
import { connectUrl } from '../../shared/staff/links.ts';
import { type Clock, toInstant } from '../../shared/time.ts';
import { SAMPLE, SAMPLE_MEET_URL } from './sample.ts';

export interface SettingsApiDeps {
  readonly settings: SettingsStore;
  readonly appointments: AppointmentStore;
  readonly meetings: Pick<MeetingStore, 'mapping' | 'meeting'>;
  readonly mail: MailSender;
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly googleClient: GoogleClientReader;
  readonly storeGoogleClient: (client: GoogleClient) => Promise<void>;
  /** Makes every future booking due: what its event should be has changed. */
  readonly carrySettings: (when: 'now' | 'later') => Promise<void>;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SCHEMAS = {
  // Checked whole once merged or defaulted: what may stand in one field depends on others.
  'PUT /settings': z.record(z.string(), z.unknown()),
  'PATCH /settings': z.record(z.string(), z.unknown()),
  'PUT /settings/google': googleClientRequest,
  'POST /settings/preview-message': messageRequest,
  'POST /settings/test-message': messageRequest,
  'POST /settings/preview': previewRequest,
};

/** Settings that say what events there are, what stands in them, and what else is expected of each booking, or said of it later. */
const BOOKING_SETTINGS = [
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
  'reminders',
] as const satisfies readonly (keyof Settings)[];

/** Rounds of losing against other admins' saves, for a patch that names no version. */
const MAX_ROUNDS = 5;

/** The settings, the Google client, keywords and previews. */
export function makeHandler(deps: SettingsApiDeps) {
  const { settings: store } = deps;

  const save = async (event: HttpEvent, change: (current: Settings) => unknown) => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const saved = await store.get();
      const { settings: current, version } = saved;
      requireMatch(event, version);
      const wanted = change(current);
      const parsed = settingsSchema.safeParse(wanted);
      const unknown = templateFaults(wanted, await store.observedKeywords());
      if (!parsed.success) throw invalid([...faultsOf(parsed.error), ...unknown]);
      if (unknown.length > 0) throw invalid(unknown);
      const settings = parsed.data;
      const isChanged = (name: keyof Settings) => JSON.stringify(settings[name]) !== JSON.stringify(current[name]);
      const isForBookings = BOOKING_SETTINGS.some(isChanged);
      const remindersSince = askedSince(saved, settings, toInstant(deps.clock.now()));
      // Asked for before as well as after: a crash between the two must not leave bookings behind the settings.
      if (isForBookings) await deps.carrySettings('later');
      if (await store.put({ settings, version, remindersSince })) {
        if (isForBookings) await deps.carrySettings('now');
        deps.logger.info('settings saved', { event: 'settings_saved', version: version + 1 });
        return json<SettingsAnswer>(200, settings, { etag: etag(version + 1) });
      }
    }
    throw new AppError('conflict', 'Somebody else is saving the settings at the same moment. Please try again.');
  };

  /** The booking that a preview is about: one that there is, or the sample. */
  const bookingFor = async (appointmentId: string | undefined): Promise<Booked> => {
    const appointment = appointmentId ? await deps.appointments.get(appointmentId) : SAMPLE;
    if (!appointment || !isBooked(appointment)) throw new AppError('not_found', 'There is no such appointment.');
    return appointment;
  };
  const linkFor = async (appointmentId: string | undefined): Promise<string> => {
    const mapping = appointmentId ? await deps.meetings.mapping(appointmentId) : undefined;
    const meeting = mapping?.meetingId ? await deps.meetings.meeting(mapping.meetingId) : undefined;
    return (meeting && linkOf(meeting)?.url) ?? SAMPLE_MEET_URL;
  };
  const preview = async (event: HttpEvent) => {
    const { appointmentId, subject, body, ...name } = event.input as MessageRequest;
    const fault = neverSent(name);
    if (fault) throw invalid([fault]);
    const [{ settings }, observed, booking] = await Promise.all([
      store.get(),
      store.observedKeywords(),
      bookingFor(appointmentId),
    ]);
    const url = name.kind === 'connect_google' ? connectUrl(deps.publicUrl, 'example') : await linkFor(appointmentId);
    const known = new Set([...observed, ...MESSAGE_KEYWORDS]);
    return {
      settings,
      defaults: defaultWords(name),
      rendered: previewMessage(name, booking, url, withTemplate(settings, name, definedOnly({ subject, body }))),
      unknownKeywords: [...new Set([subject, body].flatMap((text) => (text ? unknownKeywords(text, known) : [])))],
    };
  };

  return httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId), jsonInput(SCHEMAS)],
    routes: {
      'GET /settings': async () => {
        const { settings, version } = await store.get();
        return json<SettingsAnswer>(200, settings, { etag: etag(version) });
      },
      'PUT /settings': (event) => save(event, () => event.input),
      'PATCH /settings': (event) => save(event, (current) => mergePatch(current, event.input)),

      'GET /settings/google': async () => {
        const client = await deps.googleClient(true);
        return json<GoogleClientAnswer>(200, {
          clientId: client?.clientId ?? null,
          clientSecretSet: client !== undefined,
          redirectUri: redirectUri(deps.publicUrl),
        });
      },
      'PUT /settings/google': async (event) => {
        const client = event.input as GoogleClient;
        await deps.storeGoogleClient(client);
        // Bookings that failed for want of a client that Google accepts are tried again.
        await deps.carrySettings('now');
        return json<GoogleClientAnswer>(200, {
          clientId: client.clientId,
          clientSecretSet: true,
          redirectUri: redirectUri(deps.publicUrl),
        });
      },

      'GET /keywords': async (event) => {
        const language = browserLocale(event) ?? 'en';
        return json<KeywordsAnswer>(200, allKeywords(await store.observedKeywords(), language), {
          'content-language': language,
        });
      },

      'POST /settings/preview': async (event) => {
        const { appointmentId, ...templates } = event.input as PreviewRequest;
        const { settings: saved } = await store.get();
        const observed = await store.observedKeywords();
        const settings: Settings = { ...saved, ...definedOnly(templates) };
        const appointment = await bookingFor(appointmentId);
        const unknown = [settings.eventTitle, settings.eventDescription].flatMap((template) =>
          unknownKeywords(template, observed),
        );
        const isGroup = appointment.booking.customers.length > 1;
        return json<PreviewAnswer>(200, {
          ...eventTexts(appointment, isGroup, settings),
          unknownKeywords: [...new Set(unknown)],
        });
      },

      'POST /settings/preview-message': async (event) => {
        const { settings: _, rendered, ...about } = await preview(event);
        return json<MessagePreviewAnswer>(200, { ...rendered, ...about });
      },
      'POST /settings/test-message': async (event) => {
        const { settings, rendered } = await preview(event);
        const { adminEmail, senderName, replyTo } = settings;
        if (!adminEmail) throw new AppError('conflict', 'Test messages go to adminEmail, which is not set.');
        const { kind, role } = event.input as MessageRequest;
        await sendNow(deps.mail, {
          to: { address: adminEmail, name: adminEmail },
          fromName: senderName ?? undefined,
          replyTo: replyTo ?? undefined,
          ...asMail(rendered, settings.locale),
          tags: { kind, role },
        });
        deps.logger.info('test message sent', { event: 'test_message_sent', kind, role });
        return json<TestMessageAnswer>(202, { to: adminEmail, ...rendered });
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

/** The settings with another template for one message. */
function withTemplate(
  settings: Settings,
  { kind, role, channel, locale: language }: MessageName,
  template: { subject?: string; body?: string },
): Settings {
  const saved = settings.templates[kind]?.[role]?.[channel]?.[language];
  return { ...settings, templates: { [kind]: { [role]: { [channel]: { [language]: { ...saved, ...template } } } } } };
}

const definedOnly = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
