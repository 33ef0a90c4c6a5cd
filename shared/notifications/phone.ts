// The smallest metadata (31 kB of a zipped bundle; `mobile` has 36, `max` 52) knows for most countries how numbers look and how long
// they are, not which ranges are mobile. That is chosen, not only cheaper: ranges are handed out all the time, and a deployment that
// is not updated would refuse the newest mobiles for ever. A landline let through costs one message that nobody reads; a mobile
// refused costs its owner every one.
import { isSupportedCountry, parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/min';

/** Marks that come along when a number is copied from an address book or a web page. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * A telephone number, however it is written, as E.164.
 * @param defaultCountry two capital letters: where a number without a country belongs
 * @returns `no_country` for a national number while no country is known
 */
export function toE164(
  text: string,
  defaultCountry: string | null,
): { number: string } | { problem: 'invalid_phone' | 'no_country' } {
  const country = defaultCountry !== null && isSupportedCountry(defaultCountry) ? defaultCountry : undefined;
  const options = { extract: false, ...(country && { defaultCountry: country }) };
  const written = text.normalize('NFKC').replace(INVISIBLE, '').trim();
  for (const reading of readings(written)) {
    const parsed = parsePhoneNumberFromString(reading, options);
    // Behind an extension is a switchboard, which reads no messages.
    if (parsed?.isValid()) return parsed.ext ? { problem: 'invalid_phone' } : { number: parsed.number };
  }
  const isNational = !country && !/^00|\+/.test(written) && validatePhoneNumberLength(written) === 'INVALID_COUNTRY';
  return { problem: isNational ? 'no_country' : 'invalid_phone' };
}

/** What a number may be meant as, in this order. */
function readings(written: string): string[] {
  // 00 stands for + wherever it is written, whatever is dialled in that country; some put the country into brackets.
  const international = written.replace(/^\(?(?:00|\+)(\d*)\)?/, '+$1');
  return [
    international,
    international
      // The zero to dial within a country, also where it has none.
      .replace('(0)', '')
      // Mexican mobiles had a 1 before them until 2019, and still do in many an address book.
      .replace(/^\+\s*52[\s.()-]*1(?=(?:\D*\d){10}\D*$)/, '+52'),
    // Where the international prefix itself begins with 00, such as Australia's 0011.
    written,
  ];
}
