import * as z from 'zod/mini';
import { appointment, appointmentPage, appointmentView, lookRequested, meeting } from './appointments.ts';
import { erasure } from './customers.ts';
import { diagnostics } from './diagnostics.ts';
import { document } from './document.ts';
import { calendarForm, disconnectForm } from './pages.ts';
import { gatewayError, problem } from './problem.ts';
import {
  googleClient,
  googleClientRequest,
  keywords,
  messagePreview,
  messageRequest,
  preview,
  previewRequest,
  settings,
  testMessage,
} from './settings.ts';
import { connectLink, connectLinkRequest, profileRequest, staffList, staffMember } from './staff.ts';
import { accepted, bookneticForm, bookneticJson, neutralDelivery, notNeeded, receipt } from './webhooks.ts';

/** Bodies that are sent to us, by their names in the document. */
const REQUESTS = {
  SettingsRequest: settings,
  GoogleClientRequest: googleClientRequest,
  PreviewRequest: previewRequest,
  MessageRequest: messageRequest,
  ProfileRequest: profileRequest,
  ConnectLinkRequest: connectLinkRequest,
  BookneticForm: bookneticForm,
  BookneticJson: bookneticJson,
  NeutralDelivery: neutralDelivery,
  CalendarForm: calendarForm,
  DisconnectForm: disconnectForm,
};

/** Bodies that we answer with, and parts of them that several have. */
const ANSWERS = {
  Settings: settings,
  GoogleClient: googleClient,
  Keywords: keywords,
  Preview: preview,
  MessagePreview: messagePreview,
  TestMessage: testMessage,
  StaffMember: staffMember,
  StaffList: staffList,
  ConnectLink: connectLink,
  Appointment: appointment,
  Meeting: meeting,
  AppointmentView: appointmentView,
  AppointmentPage: appointmentPage,
  LookRequested: lookRequested,
  Erasure: erasure,
  Diagnostics: diagnostics,
  Accepted: accepted,
  NotNeeded: notNeeded,
  Receipt: receipt,
  Problem: problem,
  GatewayError: gatewayError,
  OpenApi: document,
};

export type SchemaName = keyof typeof REQUESTS | keyof typeof ANSWERS | 'SettingsPatch';
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Every schema of the document, by its name. */
export function jsonSchemas(): Readonly<Record<SchemaName, JsonSchema>> {
  const requests = converted(REQUESTS, 'input');
  const { description: _, ...patch } = patchOf(requests.SettingsRequest);
  return {
    ...requests,
    ...converted(ANSWERS, 'output'),
    SettingsPatch: { description: 'Settings to change (RFC 7396): null brings a default back.', ...patch },
  };
}

/** One of what a schema describes. */
export const exampleOf = (name: SchemaName): unknown =>
  name === 'SettingsPatch'
    ? { senderName: 'Clínica Sol', notifications: { sms: { customer: true } }, replyTo: null }
    : (z.globalRegistry.get({ ...REQUESTS, ...ANSWERS }[name]) as { examples: readonly unknown[] }).examples[0];

/** The JSON schema of a parameter. */
export const parameterSchema = (schema: z.core.$ZodType): JsonSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', override: adapt('input') });
  return json;
};

function converted<Name extends string>(
  schemas: Readonly<Record<Name, z.core.$ZodType>>,
  io: 'input' | 'output',
): Record<Name, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries<z.core.$ZodType>(schemas)) registry.add(schema, { id });
  const { schemas: json } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    override: adapt(io),
  });
  const withoutIds = Object.entries<JsonSchema>(json).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  return Object.fromEntries(withoutIds);
}

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>;

/**
 * A request's schema takes whatever the server takes: white space around what is trimmed, and each way to write a time. An answer's schema
 * leaves room for fields that are added some day, so that no client that checks answers breaks then.
 */
const adapt =
  (io: 'input' | 'output'): Override =>
  ({ zodSchema, jsonSchema }) => {
    if (jsonSchema.minLength === 0) delete jsonSchema.minLength;
    // Each stands with the body that it is an example of.
    delete jsonSchema.examples;
    // There are more ways to tell an address than the pattern's, which is the one that counts.
    if (jsonSchema.format === 'email') delete jsonSchema.format;
    if (io === 'output') {
      if (jsonSchema.properties && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      return;
    }
    if (!jsonSchema.pattern) return;
    delete jsonSchema.format;
    // A number in an address is a text that is read as one.
    if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
    else if (isTrimmedFirst(zodSchema)) jsonSchema.pattern = jsonSchema.pattern.replace(/^\^(.*)\$$/, '^\\s*$1\\s*$');
  };

/** Whether a text is trimmed before it is compared with its pattern. */
function isTrimmedFirst({ _zod: { def } }: z.core.$ZodType): boolean {
  const checks = def.checks?.map((check) => check._zod.def.check) ?? [];
  return checks.includes('overwrite') && checks.indexOf('overwrite') < checks.lastIndexOf('string_format');
}

/** RFC 7396: of an object any part may be sent, and null for what is to go. */
function patchOf({ default: _default, required: _required, ...schema }: JsonSchema): JsonSchema {
  const { properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, orNull(field as JsonSchema)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: orNull(additionalProperties) }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { description, ...patch } = patchOf(schema);
  const said = description && { description };
  const isNullable = [patch, ...(patch.anyOf ?? [])].some((option) =>
    [(option as JsonSchema).type].flat().includes('null'),
  );
  return isNullable ? { ...said, ...patch } : { ...said, anyOf: [patch, { type: 'null' }] };
}
