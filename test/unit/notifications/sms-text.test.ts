import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { renderSms, smsSize } from '../../../shared/notifications/sms-text.ts';
import { fillTidy } from '../../../shared/settings/keywords.ts';

const LINK = 'https://meet.google.com/abc-defg-hij';
const LINKS = new Set(['meet_link', 'join_button']);
const TEMPLATE =
  '{company_name}: Hola, {customer_first_name}. Tu cita: {service_name} con {staff_name}\n{start_date}, {start_time}\nVideollamada: {meet_link}';
const ORDINARY = {
  company_name: 'Clinica Sol',
  customer_first_name: 'Luis',
  service_name: 'Consulta',
  staff_name: 'Ana Ruiz',
  start_date: 'mar 1 dic',
  start_time: '16:00',
  meet_link: LINK,
};
type Values = Readonly<Record<string, string | undefined>>;
const render = (values: Values, template = TEMPLATE): string => {
  const all: Values = { ...ORDINARY, ...values };
  return renderSms(template, (name) => all[name], LINKS);
};
const segments = (text: string): number => smsSize(text).segments;

const EXTENSION = '^{}\\[~]|€';
const FAMILY = '👨‍👩‍👧‍👦';
const ZALGO = `a${'\u0301'.repeat(1000)}`;

describe('the size of a text', () => {
  it.each([
    ['', 'GSM-7', 1, 0],
    ['a'.repeat(160), 'GSM-7', 1, 160],
    ['a'.repeat(161), 'GSM-7', 2, 161],
    ['a'.repeat(306), 'GSM-7', 2, 306],
    ['a'.repeat(307), 'GSM-7', 3, 307],
    ['é ñ ü à ò ù ì è ä ö å ø æ ß Ç É Ñ ¿ ¡ £ ¥ § @ _ Δ Ω\n', 'GSM-7', 1, 52],
    [EXTENSION, 'GSM-7', 1, 18],
    ['€'.repeat(80), 'GSM-7', 1, 160],
    [`${'€'.repeat(80)}a`, 'GSM-7', 2, 161],
    // 76 of them and half of one fit into a part, and none is split.
    ['€'.repeat(152), 'GSM-7', 2, 304],
    ['€'.repeat(153), 'GSM-7', 3, 306],
    ['á', 'UCS-2', 1, 1],
    ['á'.repeat(70), 'UCS-2', 1, 70],
    ['á'.repeat(71), 'UCS-2', 2, 71],
    [`á${'a'.repeat(133)}`, 'UCS-2', 2, 134],
    [`á${'a'.repeat(134)}`, 'UCS-2', 3, 135],
    ['ç', 'UCS-2', 1, 1],
    ['`', 'UCS-2', 1, 1],
    ['e\u0301', 'UCS-2', 1, 2],
    ['😀'.repeat(35), 'UCS-2', 1, 70],
    // 33 of them fit into a part, and none is split.
    ['😀'.repeat(66), 'UCS-2', 2, 132],
    ['😀'.repeat(67), 'UCS-2', 3, 134],
    [FAMILY, 'UCS-2', 1, 11],
    [ZALGO, 'UCS-2', 15, 1001],
  ] as const)('%j', (text, encoding, count, characters) => {
    expect(smsSize(text)).toEqual({ encoding, segments: count, characters });
  });

  it('is what another counter says, where no character has several parts', () => {
    const letter = fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...'abc XYZ 0123 éñü àòù @_-.,:;!?¿¡\n') },
      { weight: 3, arbitrary: fc.constantFrom(...EXTENSION) },
    );
    const foreign = fc.constantFrom(...'áíóúç“”–…жあ😀🦷');
    fc.assert(
      fc.property(
        fc.array(letter, { maxLength: 500 }),
        fc.array(fc.tuple(fc.nat(500), foreign), { maxLength: 3 }),
        (letters, strewn) => {
          const text = strewn.reduce((all, [at, other]) => all.toSpliced(at, 0, other), letters).join('');
          const other = new SegmentedMessage(text);
          expect(smsSize(text)).toMatchObject({ encoding: other.encodingName, segments: other.segmentsCount });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is found quickly, however long the text is', () => {
    const started = performance.now();
    expect(segments('abc de '.repeat(30_000))).toBe(Math.ceil(210_000 / 153));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a text that fits', () => {
  it('is filled as it is', () => {
    expect(render({})).toBe(
      `Clinica Sol: Hola, Luis. Tu cita: Consulta con Ana Ruiz\nmar 1 dic, 16:00\nVideollamada: ${LINK}`,
    );
  });

  it('keeps its accents and emoji in two segments', () => {
    const text = render({ customer_first_name: 'María 🌞', service_name: 'Fisio' });
    expect(text).toContain('María 🌞');
    expect(smsSize(text)).toMatchObject({ encoding: 'UCS-2', segments: 2 });
  });

  it('is tidy without what it has not', () => {
    expect(render({ company_name: '', customer_first_name: undefined, meet_link: undefined })).toBe(
      'Hola. Tu cita: Consulta con Ana Ruiz\nmar 1 dic, 16:00',
    );
  });
});

describe('a text that does not fit', () => {
  it('loses the accents that GSM-7 has not, and only those', () => {
    const text = render({ staff_name: 'José Martínez Güell-Nuñez Ibáñez', company_name: '“Clínica” – el Sol…' });
    expect(text).toContain('"Clinica" - el Sol...: Hola, Luis.');
    expect(text).toContain('José Martinez Güell-Nuñez Ibañez');
    expect(smsSize(text)).toMatchObject({ encoding: 'GSM-7', segments: 1 });
  });

  it.each([
    ['“a” ‘b’ «c» d’e', '"a" \'b\' "c" d\'e'],
    ['a–b—c−d‑e', 'a-b-c-d-e'],
    ['1ª visita nº 2…', '1a visita no 2...'],
    ['coração çà et là', 'coraçao'.replace('ç', 'c').concat(' cà et là')],
    ['Łódź, Đorđe, Œuvre, İstanbul, dokı', 'Lodz, Dorde, OEuvre, Istanbul, doki'],
    ['½ kg², ﬁn, ＡＢＣ', '1/2 kg2, fin, ABC'],
    ['col·lecció', 'col.leccio'],
    ['x\u0303y', 'xy'],
    [ZALGO, 'a'],
    [`a ${FAMILY} b 🇪🇸 c ❤️ d 1️⃣`, 'a b c d 1'],
    ['€ {x} [y] ~ | ^ \\', '€ {x} [y] ~ | ^ \\'],
  ])('has plain letters for others: %j', (service_name, expected) => {
    expect(render({ service_name, staff_name: 'á'.repeat(120) })).toContain(`Tu cita: ${expected} con aaa`);
  });

  it('keeps the letters of other scripts', () => {
    const text = render({ customer_first_name: 'Анна', company_name: 'Клиника', staff_name: 'Ζωή'.repeat(50) });
    expect(text).toContain('Клиника: Hola, Анна.');
    expect(segments(text)).toBe(2);
  });

  it('shortens its longest value, and no more than it must', () => {
    const text = render({ service_name: 'Rehabilitacion '.repeat(13) });
    expect(text).toMatch(
      /^Clinica Sol: Hola, Luis\. Tu cita: (Rehabilitacion )+Rehab[a-z]*\.\.\. con Ana Ruiz\nmar 1 dic, 16:00\n/,
    );
    expect(smsSize(text)).toEqual({ encoding: 'GSM-7', segments: 2, characters: 306 });
  });

  it('cuts no letter off from its accents', () => {
    const letter = 'ж\u0303';
    const text = render({ service_name: letter.repeat(100), staff_name: `a${letter.repeat(99)}` });
    expect(text).toContain(`${letter}...`);
    expect(text.replaceAll(letter, '')).not.toMatch(/ж|\u0303/);
  });

  it('shortens those that are long only, and never dates, times and telephone numbers', () => {
    const long = 'nueve de la tarde '.repeat(6).trim();
    const text = render({ service_name: 'a'.repeat(200), staff_name: 'b'.repeat(200), start_date: long });
    expect(text).toContain('Hola, Luis.');
    expect(text).toContain(`${long}, 16:00`);
    const [, service = '', staff = ''] = /cita: (a+)\.\.\. con (b+)\.\.\./.exec(text) ?? [];
    expect(service.length).toBe(staff.length);
    expect(segments(text)).toBe(2);
  });

  it('shortens its longest lines next, and never those with the time or the link', () => {
    // UCS-2 to the end: no letter of it has a plain one.
    const values = { service_name: 'консультация '.repeat(10), staff_name: 'Анна Иванова', company_name: 'Клиника' };
    const template = TEMPLATE.replace('\n{start_date}', '\nAhora: {start_date}').replace(
      '\nVideo',
      '\nAntes: {start_date}, {start_time}\nVideo',
    );
    const text = render(values, template);
    expect(text).toMatch(
      /^Клиника: Hola, [^\n]+\.\.\.\nAhora: mar 1 dic, 16:00\nAntes: mar 1 dic, 16:00\nVideollamada: https:\S+$/,
    );
    expect(smsSize(text)).toMatchObject({ encoding: 'UCS-2', segments: 2 });
  });

  it('shortens what the admin wrote last of all, and ends with the link', () => {
    const text = render({}, `Join at {meet_link}, dear {customer_first_name}. ${'Bring your papers. '.repeat(40)}`);
    expect(text).toMatch(new RegExp(`^Join at, dear Luis\\. (Bring your papers\\. )+.*\\.\\.\\.\n${LINK}$`));
    expect(segments(text)).toBe(2);
  });

  it('without a link is cut at its end', () => {
    const text = render({ meet_link: undefined }, 'Bring your papers. '.repeat(40));
    expect(text).toMatch(/^(Bring your papers\. ){2,}.*[^.]\.\.\.$/);
    expect(segments(text)).toBe(2);
  });

  it('is only its link where there is room for no more, and the link whole even where there is not', () => {
    for (const length of [270, 271, 300, 2000]) {
      const meet_link = `https://meet.test/${'x'.repeat(length)}`;
      expect(render({ meet_link, service_name: 'á'.repeat(200) })).toMatch(new RegExp(`${meet_link}$`));
    }
    expect(render({ meet_link: `https://meet.test/${'x'.repeat(2000)}` })).toMatch(/^https:/);
  });
});

describe('a link', () => {
  it.each([
    ['Join:{meet_link}.', `Join: ${LINK} .`],
    ['({meet_link})', `( ${LINK} )`],
    ['{service_name}{meet_link}{staff_name}', `Consulta ${LINK} Ana Ruiz`],
    ['{meet_link}{join_button}', `${LINK} ${LINK}`],
    ['{meet_link}', LINK],
    ['See {meet_link}\nBye', `See ${LINK}\nBye`],
    ['{meet_link} {location_name}. Bye', `${LINK} . Bye`],
  ])('has white space around it: %s', (template, expected) => {
    expect(render({ join_button: LINK }, template)).toBe(expected);
  });

  it('that is not there leaves no trace', () => {
    expect(render({ meet_link: undefined }, '{service_name} ({meet_link})\nJoin:{meet_link}')).toBe('Consulta');
  });

  it('is never written in other letters', () => {
    const meet_link = 'https://meet.test/á–“x”?e=ñ%20~|';
    expect(render({ meet_link, service_name: 'ó'.repeat(200) })).toContain(` ${meet_link}`);
  });
});

describe('a value', () => {
  it('is one line, without anything that is not seen', () => {
    const text = render({ service_name: '  a\r\nb\t\u0000\u0007c\u2028d\u202ee\u2066f\u200bg\ud800h  ' });
    expect(text).toContain('Tu cita: a b c defgh con');
  });

  it.each([
    'Ana <script>alert(1)</script>',
    '{meet_link} {service_name}',
    '$& $1 $`',
    '%s \\n \\u0000',
    'https://evil.test/x',
  ])('is text and nothing else: %s', (service_name) => {
    expect(render({ service_name })).toContain(`Tu cita: ${service_name} con`);
  });

  it('whose accents stand apart from its letters is written with both in one', () => {
    expect(smsSize(render({ customer_first_name: 'Jose\u0301' }))).toMatchObject({ encoding: 'GSM-7' });
  });

  it('of any length is done with quickly', () => {
    for (const part of ['a', 'á ', FAMILY, ZALGO, '\ud83d', '{meet_link}', '\n', 'ж']) {
      const started = performance.now();
      const text = render({ service_name: part.repeat(200_000 / part.length), staff_name: part.repeat(50) });
      expect(segments(text)).toBeLessThanOrEqual(2);
      expect(text).toContain(LINK);
      expect(performance.now() - started, part).toBeLessThan(2000);
    }
  });

  it('may be missing in a template of any length', () => {
    const started = performance.now();
    expect(segments(render({}, 'Ñandú {service_name} {meet_link} – '.repeat(600)))).toBe(2);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('any text', () => {
  const unit = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...'abcdefgh ABC 012 éñü .,:-()') },
    { weight: 3, arbitrary: fc.constantFrom(...'áíóúçãłж…–“”€{}[]~|^\\') },
    { weight: 1, arbitrary: fc.constantFrom('😀', FAMILY, '🇪🇸', 'e\u0301', 'x\u0303', '\n', '\t', '\u202e', '\ud800') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  );
  const words = fc.array(unit, { maxLength: 220 }).map((units) => units.join(''));
  const few = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
  const keyword = fc.constantFrom(
    '{service_name}',
    '{customer_first_name}',
    '{staff_name}',
    '{start_date}',
    '{start_time}',
    '{meet_link}',
    '{join_button}',
    '{company_name}',
    '\n',
  );
  const template = fc.array(fc.oneof(keyword, few, few), { maxLength: 40 }).map((parts) => parts.join(''));
  const link = fc.oneof(
    fc.constant(LINK),
    fc.constant(undefined),
    fc.webUrl({ withQueryParameters: true }).filter((url) => !/\s/.test(url)),
    fc.nat(320).map((length) => `https://meet.test/${'x'.repeat(length)}`),
  );
  const values = fc.record({
    service_name: words,
    customer_first_name: few,
    staff_name: words,
    company_name: few,
    start_date: few,
    start_time: fc.constantFrom('16:00', '4:00 pm'),
  });
  const uses = (text: string): boolean => /\{(meet_link|join_button)\}/.test(text);

  it('takes two segments at most whenever its link does, and never more than it would have', () => {
    fc.assert(
      fc.property(template, values, link, (text, given, url) => {
        const all: Values = { ...given, meet_link: url, join_button: url };
        const value = (name: string) => all[name];
        const short = renderSms(text, value, LINKS);
        expect(segments(short)).toBeLessThanOrEqual(Math.max(2, url && uses(text) ? segments(url) : 0));
        expect(renderSms(text, value, LINKS)).toBe(short);
      }),
      { numRuns: 1000 },
    );
  });

  it('has its link whole, with white space around it, and no half characters', () => {
    fc.assert(
      fc.property(template, values, link, (text, given, url) => {
        const all: Values = { ...given, meet_link: url, join_button: url };
        const short = renderSms(text, (name) => all[name], LINKS);
        if (url && uses(text)) expect(short.split(/\s+/)).toContain(url);
        expect(short.isWellFormed()).toBe(true);
        expect(short).toBe(short.trim());
        // Not one part of an emoji that is made of several.
        expect(short.replaceAll(FAMILY, '')).not.toMatch(/[👨👩👧👦\u200d]/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('that fits is filled as every other template is', () => {
    const plainUnit = fc.constantFrom(...'abc ABC éñü .,-');
    const plain = fc
      .string({ unit: plainUnit, minLength: 1, maxLength: 20 })
      .map((text) => `x${text.trim()}x`.replace(/\s+/g, ' '));
    fc.assert(
      fc.property(
        fc.record({ service_name: plain, staff_name: plain, company_name: plain, start_date: plain }),
        (given) => {
          const all: Values = { ...ORDINARY, ...given };
          expect(render(given)).toBe(fillTidy(TEMPLATE, (name) => all[name]));
        },
      ),
    );
  });
});
