import * as z from 'zod/mini';
import { locale, text } from '../http/fields.ts';
import {
  CHANNELS,
  defaultSettings,
  MESSAGE_KINDS,
  ROLES,
  type Settings,
  settingsSchema,
  templateFields,
} from '../settings/settings.ts';
import { type Answer, about, documented } from './fields.ts';

const SETTINGS: Readonly<Record<keyof Settings, string>> = {
  enabled: 'Whether bookings get their links. Off stops every new call to Google; on catches up.',
  eventTitle: 'Template of the title of events, with keywords in braces.',
  eventDescription: 'Template of the description of events, with keywords in braces.',
  addCustomersAsAttendees: 'Whether customers are guests of the event.',
  customersCanSeeOtherAttendees: 'Whether the customers of a group learn of one another.',
  googleInvitations: 'Whom Google itself invites: all guests, those outside of the organisation, or nobody.',
  statuses: 'Statuses of the booking platform in which a booking has a meeting; in lower case once saved.',
  timeZone: 'IANA name of the time zone of the business, in which times without an offset are read and shown.',
  dateFormat: 'How the booking platform writes dates.',
  timeFormat: 'How the booking platform writes times of day.',
  locale: 'Language of messages where that of the recipient is not known.',
  senderName: 'The name on every mail.',
  replyTo: 'Where answers to mails go.',
  adminEmail: 'Who is told of what needs a person, and gets test messages.',
  notifications: 'Who is told on which channel.',
  reminders: 'Reminders before a booking, any number of them.',
  templates: 'Other words for messages: by kind, role, channel and language.',
  retentionDays: 'Days after its end for which a booking is kept.',
  defaultCountry: 'Country in which telephone numbers without one are read, in two capital letters.',
  expectStartsPing:
    'Whether a booking whose start the platform does not announce is pointed out: it may have been deleted.',
};
for (const [name, description] of Object.entries(SETTINGS)) {
  z.globalRegistry.add(settingsSchema.shape[name as keyof Settings], { description });
}

export const settings = documented(
  settingsSchema,
  'The settings. Those that are left out of a request to save have their defaults.',
  {
    ...defaultSettings,
    eventTitle: '{service_name}: {customer_full_name}',
    timeZone: 'Europe/Madrid',
    dateFormat: 'd/m/Y',
    locale: 'es',
    senderName: 'Clínica Sol',
    adminEmail: 'admin@clinic.example',
    reminders: [
      { minutesBefore: 1440, channels: ['email'] },
      { minutesBefore: 60, channels: ['email', 'sms'] },
    ],
    templates: {
      reminder: { customer: { sms: { es: { body: '{service_name}, {start_date} {start_time}: {meet_link}' } } } },
    },
    defaultCountry: 'ES',
  },
);
export type SettingsAnswer = Answer<typeof settings>;

export const googleClientRequest = documented(
  z.strictObject({
    clientId: about(text(300, 1), 'The client id, from the Google console.'),
    clientSecret: about(text(300, 1), 'The client secret. It is never read back.'),
  }),
  'The OAuth client of your Google project.',
  { clientId: '1234567890-abc.apps.googleusercontent.com', clientSecret: 'GOCSPX-from-the-google-console' },
);

export const googleClient = documented(
  z.object({
    clientId: about(z.nullable(z.string()), 'Null where none has been entered.'),
    clientSecretSet: about(z.boolean(), 'Whether there is a client secret.'),
    redirectUri: about(z.url(), 'The authorized redirect URI that the client must have at Google, exactly.'),
  }),
  'The OAuth client as far as it is shown.',
  {
    clientId: '1234567890-abc.apps.googleusercontent.com',
    clientSecretSet: true,
    redirectUri: 'https://meet.clinic.example/oauth/google/callback',
  },
);
export type GoogleClientAnswer = Answer<typeof googleClient>;

export const keywords = documented(
  z.array(
    z.object({
      keyword: about(z.string(), 'Its name, which stands in braces in a template.'),
      description: about(z.string(), 'What it stands for, in the language of `Accept-Language`.'),
      example: about(z.string(), 'A value; empty for a field of your own.'),
    }),
  ),
  'The keywords that a template may use: the platform’s own, and every field that a booking has carried.',
  [{ keyword: 'service_name', description: 'Name of the service', example: 'Consulta' }],
);
export type KeywordsAnswer = Answer<typeof keywords>;

const appointmentId = about(
  z.optional(z.string()),
  'Id of the booking to show it with; without one, a sample is taken.',
);
const unknownKeywords = about(z.array(z.string()), 'Keywords of the templates that nothing could fill.');

export const previewRequest = documented(
  z.strictObject({
    eventTitle: about(z.optional(text(500)), 'Instead of the saved one.'),
    eventDescription: about(z.optional(text(8000)), 'Instead of the saved one.'),
    appointmentId,
  }),
  'Templates of the event to look at; what is left out is as saved.',
  { eventTitle: '{service_name} – {customer_full_name}', appointmentId: 'booknetic:1042' },
);
export type PreviewRequest = z.output<typeof previewRequest>;

export const preview = documented(
  z.object({
    title: about(z.string(), 'The title of the event.'),
    description: about(z.string(), 'The description of the event.'),
    unknownKeywords,
  }),
  'The event’s texts as they would be.',
  { title: 'Consulta – Luis Pérez', description: 'Consulta – Ana García\nOnline', unknownKeywords: [] },
);
export type PreviewAnswer = Answer<typeof preview>;

export const messageRequest = documented(
  z.strictObject({
    kind: about(z.enum(MESSAGE_KINDS), 'What is told.'),
    role: about(z.enum(ROLES), 'Who is told.'),
    channel: about(z.enum(CHANNELS), 'How.'),
    locale: about(locale, 'The language.'),
    subject: about(templateFields.subject, 'Template instead of the saved one.'),
    body: about(templateFields.body, 'Template instead of the saved one.'),
    appointmentId,
  }),
  'A message to look at; templates that are left out are as saved.',
  {
    kind: 'booked',
    role: 'customer',
    channel: 'email',
    locale: 'es',
    subject: '{service_name}: {start_date}, {start_time}',
    appointmentId: 'booknetic:1042',
  },
);
export type MessageRequest = z.output<typeof messageRequest>;

const rendered = {
  subject: about(z.string(), 'Empty for an SMS.'),
  html: about(z.string(), 'Empty for an SMS.'),
  text: about(z.string(), 'The SMS, or the text part of the mail.'),
  segments: about(z.optional(z.int()), 'How many parts an SMS takes; each is paid for.'),
};
const renderedExample = {
  subject: 'Consulta: 01/12/2026, 15:00',
  html: '<!doctype html><title>Consulta</title><p>Hola Luis</p>',
  text: 'Hola Luis:\n\nhttps://meet.google.com/abc-defg-hij\n',
};

export const messagePreview = documented(
  z.object({
    ...rendered,
    defaults: about(
      z.object({ subject: about(z.string(), 'Empty for an SMS.'), body: z.string() }),
      'The template of this message where no other is set.',
    ),
    unknownKeywords,
  }),
  'The message as it would be sent.',
  {
    ...renderedExample,
    defaults: {
      subject: '{service_name}: {start_date}, {start_time}',
      body: '{join_button}\n\nHola, {customer_first_name}',
    },
    unknownKeywords: [],
  },
);
export type MessagePreviewAnswer = Answer<typeof messagePreview>;

export const testMessage = documented(
  z.object({ to: about(z.string(), 'Where it went: adminEmail of the settings.'), ...rendered }),
  'The message as it was sent.',
  { to: 'admin@clinic.example', ...renderedExample },
);
export type TestMessageAnswer = Answer<typeof testMessage>;
