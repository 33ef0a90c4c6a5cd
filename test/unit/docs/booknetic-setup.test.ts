import { describe, expect, it } from 'vitest';
import { readBooknetic } from '../../../shared/appointments/platforms/booknetic.ts';
import { fill, isPlatformKeyword, keywordsIn, PLATFORM_KEYWORDS } from '../../../shared/settings/keywords.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';
import { codeBlocks, LANGUAGES, readText } from './markdown.ts';

/** What a real booking puts into the keywords. */
const VALUES = new Map([
  ...PLATFORM_KEYWORDS.map(({ keyword, example }): [string, string] => [keyword, example]),
  [
    'add_to_google_calendar_link',
    'https://calendar.google.com/calendar/render?action=TEMPLATE&dates=20261201T140000Z/20261201T144500Z',
  ],
]);

/** Of a block of lines such as `service_name = {service_name}`. */
const fieldsOf = (block: string): [string, string][] =>
  [...block.matchAll(/^ *(\w+) = (.+)$/gm)].map(([, name = '', value = '']) => [name, value]);

describe.each(LANGUAGES)('the workflows to paste into Booknetic, in %s', (language) => {
  const blocks = codeBlocks(readText(`docs/${language}/booknetic-setup.md`))
    .map(fieldsOf)
    .filter((fields) => fields.length > 0);
  const [first = []] = blocks;
  const events = blocks.map((fields) => Object.fromEntries(fields).event).filter((event) => event !== undefined);
  const extra = blocks.filter((fields) => !Object.hasOwn(Object.fromEntries(fields), 'event')).flat();

  it('are one for each trigger', () => {
    expect(events).toEqual(['booking_new', 'booking_rescheduled', 'booking_status_changed', 'booking_starts']);
  });

  it('fill each field with the keyword of its name, which Booknetic has', () => {
    const filled = [...first, ...extra].filter(([name]) => name !== 'event');
    for (const [name, value] of filled) expect(value).toBe(`{${name}}`);
    expect(filled.flatMap(([, value]) => keywordsIn(value)).filter((keyword) => !isPlatformKeyword(keyword))).toEqual(
      [],
    );
  });

  it.each(['booking_new', 'booking_rescheduled', 'booking_status_changed', 'booking_starts'])(
    'are taken in as %s',
    async (event) => {
      const template = Object.fromEntries([...first, ...extra, ['event', event]]);
      const posted = Object.fromEntries(
        Object.entries(template).map(([name, value]) => [name, fill(value, (keyword) => VALUES.get(keyword))]),
      );

      const parsed = await readBooknetic(posted, async () => ({ ...defaultSettings, timeZone: 'Europe/Madrid' }));

      expect(parsed).toMatchObject({
        delivery: {
          appointmentId: 'booknetic:1042',
          status: 'approved',
          booking: {
            start: '2026-12-01T14:00:00Z',
            end: '2026-12-01T14:45:00Z',
            timeZone: '-05:00',
            service: { name: 'Consulta' },
            staff: { email: 'ana@clinic.example', name: 'Ana García', phone: '+34600000001' },
            customers: [{ name: 'Luis Pérez', email: 'luis@mail.example', phone: '+34600000002' }],
            location: { name: 'Online' },
            notes: 'Primera visita',
          },
        },
      });
    },
  );

  it('are refused as they stand, as the test button sends them', async () => {
    const parsed = await readBooknetic(Object.fromEntries(first), async () => defaultSettings);

    expect('faults' in parsed && parsed.faults.map(({ path }) => path)).toEqual(first.slice(1).map(([name]) => name));
  });
});
