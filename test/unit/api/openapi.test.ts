import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentObject } from '../../../shared/api/openapi.ts';
import { openApiDocument, VERSION } from '../../../shared/api/openapi.ts';
import { jsonSchemas } from '../../../shared/api/schemas.ts';
import { profileRequest } from '../../../shared/api/staff.ts';
import { readBooknetic } from '../../../shared/appointments/platforms/booknetic.ts';
import { readNeutral } from '../../../shared/appointments/platforms/neutral.ts';
import { CHANNELS, defaultSettings, settingsSchema } from '../../../shared/settings/settings.ts';

const document = openApiDocument('https://meet.clinic.test');
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, 'document');

const faultsOf = (schema: object, value: unknown): unknown => {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')));
  return validate(value) ? [] : validate.errors;
};
const compiled = new Map<string, ValidateFunction>();
const faultsOfComponent = (name: string, value: unknown): unknown => {
  const validate = compiled.get(name) ?? ajv.compile({ $ref: `document#/components/schemas/${name}` });
  compiled.set(name, validate);
  return validate(value) ? [] : validate.errors;
};

const lint = async (source: unknown) => {
  const config = await createConfig({ extends: ['spec', 'recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(source), absoluteRef: 'openapi.json', config });
  return problems.map(({ severity, ruleId, location }) => `${severity} ${ruleId} ${location[0]?.pointer ?? ''}`);
};

describe('the document', () => {
  it('is valid OpenAPI, and a linter finds nothing but that a redirect is no page', async () => {
    const redirect = 'warn operation-2xx-response #/paths/~1oauth~1google~1start/get/responses';
    expect(await lint(document)).toEqual([redirect]);
  });

  it('would not be with a mistake in it', async () => {
    const { summary: _, ...operation } = document.paths['/settings']?.get ?? {};
    const paths = { ...document.paths, '/settings': { get: { ...operation, security: [{ nobody: [] }] } } };
    expect(await lint({ ...document, paths })).toEqual(
      expect.arrayContaining([
        'error operation-summary #/paths/~1settings/get/summary',
        expect.stringMatching(/^error security-defined/),
      ]),
    );
  });

  it('is of the version that the package has', () => {
    expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it('has an example of every body, parameter and header, and each is what it is an example of', () => {
    const seen: [string, object, unknown][] = [];
    const ofContent = (where: string, content: ContentObject = {}) => {
      for (const [type, { schema, example }] of Object.entries(content))
        seen.push([`${where} ${type}`, schema, example]);
    };
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody, responses }] of Object.entries(operations)) {
        const where = `${method} ${path}`;
        for (const { name, schema, example } of parameters) seen.push([`${where} ${name}`, schema, example]);
        ofContent(where, requestBody?.content);
        for (const [status, response] of Object.entries(responses)) {
          if (!('$ref' in response)) ofContent(`${where} ${status}`, response.content);
        }
      }
    }
    for (const [name, { content }] of Object.entries(document.components.responses)) ofContent(name, content);

    expect(seen.length).toBeGreaterThan(70);
    for (const [where, schema, example] of seen) {
      expect(example, where).toBeDefined();
      expect(faultsOf(schema, example), where).toEqual([]);
    }
    expect(faultsOfComponent('Settings', { ...defaultSettings, timeZone: 1 })).not.toEqual([]);
  });

  it('has a schema for everything that it refers to, and refers to each', () => {
    const text = JSON.stringify(document);
    for (const name of Object.keys(jsonSchemas())) expect(text).toContain(`"#/components/schemas/${name}"`);
  });
});

const space = fc.constantFrom('', ' ', '\n', '\t ', '\u00a0');
const spaced = (text: fc.Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(''));
/** Mostly such as are taken; now and then one that is not. */
const anyText = fc.oneof(
  { weight: 20, arbitrary: spaced(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 })) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'x'.repeat(501)) },
);
const anyEmail = fc.oneof(
  { weight: 20, arbitrary: spaced(fc.constantFrom('Ana@Clinic.Test', "o'hara@a-.test", 'ANA+x@CLINIC.TEST')) },
  { weight: 1, arbitrary: fc.emailAddress() },
  { weight: 1, arbitrary: fc.constant('nobody') },
);

/** What is taken must be what the document says can be sent. @returns whether it was taken */
const agrees = (name: string, value: unknown, isTaken: boolean): boolean => {
  if (isTaken) expect(faultsOfComponent(name, value), JSON.stringify(value)).toEqual([]);
  return isTaken;
};

describe('a request that the server takes', () => {
  it('is one of the document: settings', () => {
    const template = fc.record({ subject: anyText, body: anyText }, { requiredKeys: [] });
    const settings = fc.record(
      {
        enabled: fc.boolean(),
        eventTitle: anyText,
        eventDescription: anyText,
        googleInvitations: fc.constantFrom('all', 'externalOnly', 'none'),
        statuses: fc.array(anyText, { maxLength: 3 }),
        timeZone: fc.constantFrom('Europe/Madrid', 'UTC'),
        locale: fc.constantFrom('en', 'es'),
        senderName: fc.option(anyText),
        replyTo: fc.option(anyEmail),
        adminEmail: fc.option(anyEmail),
        notifications: fc.record({ email: fc.record({ staff: fc.boolean() }, { requiredKeys: [] }) }),
        reminders: fc.array(
          fc.record({
            minutesBefore: fc.integer({ min: 1, max: 2000 }),
            channels: fc.subarray([...CHANNELS], { minLength: 1 }),
          }),
          { maxLength: 2 },
        ),
        templates: fc.record({ booked: fc.record({ customer: fc.record({ email: fc.record({ es: template }) }) }) }),
        retentionDays: fc.constantFrom(1, 90, 3650),
        defaultCountry: fc.option(fc.constant('ES')),
      },
      { requiredKeys: [] },
    );
    let taken = 0;
    fc.assert(
      fc.property(settings, (value) => {
        const { success, data } = settingsSchema.safeParse(value);
        if (agrees('SettingsRequest', value, success)) taken += 1;
        if (success) {
          expect(faultsOfComponent('Settings', data)).toEqual([]);
          expect(faultsOfComponent('SettingsPatch', value)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it('is one of the document: a staff profile', () => {
    const profile = fc.record(
      { name: fc.option(anyText), phone: fc.option(anyText), calendarId: anyText },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(profile, (value) => {
        agrees('ProfileRequest', value, profileRequest.safeParse(value).success);
      }),
    );
  });

  it('is one of the document: what Booknetic sends, as a form and as JSON', async () => {
    const form = fc.record(
      {
        event: fc.constantFrom('booking_new', 'booking_starts', 'booking_deleted', 'booking_guessed'),
        appointment_id: spaced(fc.constantFrom('1042', 'a-1', '#1')),
        appointment_status: spaced(fc.constantFrom('Approved', '')),
        add_to_google_calendar_link: fc.constant('https://x.test/?dates=20261201T140000Z/20261201T144500Z'),
        service_name: fc.oneof(fc.constant('Consulta'), anyText),
        staff_email: anyEmail,
        customer_full_name: anyText,
        customer_email: fc.oneof(anyEmail, space),
        location_name: anyText,
        custom_field: anyText,
      },
      { requiredKeys: ['event', 'appointment_id', 'add_to_google_calendar_link', 'service_name', 'staff_email'] },
    );
    const format = async () => defaultSettings;
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(form, fc.constantFrom(1042, true, null), async (fields, scalar) => {
        if (agrees('BookneticForm', fields, 'delivery' in (await readBooknetic(fields, format)))) taken += 1;
        const json = { ...fields, appointment_id: 1042, custom_field: scalar };
        agrees('BookneticJson', json, 'delivery' in (await readBooknetic(json, format)));
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it('is one of the document: the neutral form', () => {
    const time = fc.constantFrom('2026-12-01T15:00:00+01:00', '2026-12-01T15:45Z', '2026-12-01T16:00:00.5Z', 'soon');
    const delivery = fc.record({
      type: fc.constantFrom('appointment.created', 'appointment.cancelled', 'appointment.guessed'),
      timestamp: time,
      data: fc.record(
        {
          id: fc.constantFrom('1042', 'a:b', '#'),
          status: spaced(fc.constant('Approved')),
          start: fc.constant('2026-12-01T15:00:00+01:00'),
          end: time,
          service: fc.record({ name: fc.oneof(fc.constant('Consulta'), anyText) }),
          staff: fc.record({ email: anyEmail }),
          customers: fc.array(fc.record({ email: anyEmail, name: anyText }, { requiredKeys: [] }), { maxLength: 2 }),
          location: fc.option(fc.record({ name: anyText })),
          notes: fc.option(anyText),
          keywords: fc.dictionary(anyText, anyText, { maxKeys: 2 }),
        },
        { requiredKeys: ['id', 'status', 'start', 'end', 'service', 'staff', 'customers'] },
      ),
    });
    let taken = 0;
    fc.assert(
      fc.property(delivery, (value) => {
        if (agrees('NeutralDelivery', value, 'delivery' in readNeutral(value, 'msg_1'))) taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
