import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toE164 } from '../../../shared/notifications/phone.ts';

const LUIS = { number: '+34600000002' };
const MEXICO = { number: '+525512345678' };
const BRITAIN = { number: '+447911123456' };
const INVALID = { problem: 'invalid_phone' };
const NO_COUNTRY = { problem: 'no_country' };

describe('a number with its country', () => {
  it.each([
    ['+34600000002', LUIS],
    ['+34 600 00 00 02', LUIS],
    ['  +34-600.000.002\t', LUIS],
    ['+34 600\u00a000\u00a000\u00a002', LUIS],
    ['(+34) 600 000 002', LUIS],
    ['+(34) 600 000 002', LUIS],
    ['0034 600 00 00 02', LUIS],
    ['00 34 600 00 00 02', LUIS],
    ['(0034)600000002', LUIS],
    ['\u202a+34 600 00 00 02\u202c', LUIS],
    ['＋34 ６００ ００ ００ ０２', LUIS],
    ['+34 (0) 600 00 00 02', LUIS],
    ['+44 (0)7911 123456', BRITAIN],
    ['0044 (0) 7911 123456', BRITAIN],
    ['+52 55 1234 5678', MEXICO],
    ['+52 1 55 1234 5678', MEXICO],
    ['0052 (1) 55 1234-5678', MEXICO],
  ])('%j needs no other, and no other changes it', (text, expected) => {
    for (const country of [null, 'ES', 'US', 'MX', 'BR', 'XX']) expect(toE164(text, country)).toEqual(expected);
  });

  it('may begin as it is dialled in the default country', () => {
    expect(toE164('011 34 600 00 00 02', 'US')).toEqual(LUIS);
    expect(toE164('0011 34 600 00 00 02', 'AU')).toEqual(LUIS);
  });

  it('of no country that there is is none', () => {
    expect(toE164('+999 123 456 789', 'ES')).toEqual(INVALID);
    expect(toE164('+999 123 456 789', null)).toEqual(INVALID);
  });
});

describe('a number without a country', () => {
  it.each([
    ['600 00 00 02', 'ES', LUIS],
    ['(600) 00-00-02', 'ES', LUIS],
    ['٦٠٠٠٠٠٠٠٢', 'ES', LUIS],
    ['07911 123456', 'GB', BRITAIN],
    ['55 1234 5678', 'MX', MEXICO],
    ['(425) 414-7755', 'US', { number: '+14254147755' }],
    ['011 15 2345-6789', 'AR', { number: '+5491123456789' }],
  ])('%s belongs to the default one, %s', (text, country, expected) => {
    expect(toE164(text, country)).toEqual(expected);
  });

  it.each([null, 'XX', 'es'])('cannot be called where the default is %s', (country) => {
    expect(toE164('600 00 00 02', country)).toEqual(NO_COUNTRY);
  });

  it('is none where it does not look like those of the country', () => {
    expect(toE164('600 00 00', 'ES')).toEqual(INVALID);
    expect(toE164('600 00 00 02', 'US')).toEqual(INVALID);
  });
});

describe('what is no number that can be written to', () => {
  it.each([
    '',
    '   ',
    'none',
    '600 LLAMAME',
    'mobile: 600000002',
    '+34 600 00 00 02 / +34 600 00 00 03',
    '+34 600 00 00 02 ext. 5',
    '+34600000002;ext=5',
    '+34600000002,5',
    '<b>600000002</b>',
    '+34600000002\r\nBcc: x@y.test',
    '\u202e',
    '\ud800',
  ])('is refused: %j', (text) => {
    expect(toE164(text, 'ES')).toEqual(INVALID);
    expect(toE164(text, null)).toEqual(INVALID);
  });

  it.each(['600 00 00 02 ext. 5', '600 00 00 02 / 600 00 00 03'])('is refused within its country: %s', (text) => {
    expect(toE164(text, 'ES')).toEqual(INVALID);
  });

  it.each(['+34600000002', '1', '(0)', '+52 1 '])(
    'is refused at once however long it is: %j again and again',
    (part) => {
      const started = performance.now();
      expect(toE164(part.repeat(100_000), 'ES')).toEqual(INVALID);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});

describe('any text', () => {
  const country = fc.constantFrom(null, 'ES', 'MX', 'US', 'GB', 'XX', '');
  const likeANumber = fc.string({ unit: fc.constantFrom(...'0123456789+() -./ext'), maxLength: 24 });

  it('is a number in E.164, which is itself again, or it is told why not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), likeANumber), country, (text, of) => {
        const read = toE164(text, of);
        if ('problem' in read) {
          expect(['invalid_phone', 'no_country']).toContain(read.problem);
        } else {
          expect(read.number).toMatch(/^\+[1-9]\d{6,14}$/);
          for (const other of [null, 'ES', 'MX', 'US']) expect(toE164(read.number, other)).toEqual(read);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is told to lack a country only while none is known', () => {
    fc.assert(
      fc.property(likeANumber, fc.constantFrom('ES', 'MX', 'US', 'GB'), (text, of) => {
        expect(toE164(text, of)).not.toEqual(NO_COUNTRY);
      }),
      { numRuns: 1000 },
    );
  });

  it('that is a number is the same however it is spaced', () => {
    const mobile = fc.integer({ min: 600_000_000, max: 699_999_999 }).map(String);
    const spaces = fc.array(fc.constantFrom('', ' ', '-', '.', '\u00a0', '  '), { minLength: 9, maxLength: 9 });
    const prefix = fc.constantFrom('', '+34', '0034', '+34 ', '00 34 ', '(+34) ', '+34 (0)');
    fc.assert(
      fc.property(mobile, spaces, prefix, (digits, between, before) => {
        const written = [...digits].map((digit, index) => `${index > 0 ? between[index] : ''}${digit}`).join('');
        expect(toE164(before + written, 'ES')).toEqual({ number: `+34${digits}` });
      }),
    );
  });
});
