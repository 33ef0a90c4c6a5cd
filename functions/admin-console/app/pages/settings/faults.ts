import type { Fault } from '../../api.ts';
import type { SettingsWords } from './texts.ts';

/** What the API says of a value, and what it is said with here: its own words are in English, some of them for programs. */
const KNOWN: readonly (readonly [pattern: RegExp, fault: keyof SettingsWords['faults']])[] = [
  [/^Must not be empty\.$/, 'empty'],
  [/^At most (\d+) characters\.$/, 'tooLong'],
  [/^Must not contain control characters\.$/, 'control'],
  [/^Not an e-mail address\.$/, 'email'],
  [/^Not a time zone/, 'timeZone'],
  [/^Two capital letters/, 'country'],
  [/^\{(.+)\} is not a known keyword; did you mean \{(.+)\}\?$/, 'keyword'],
  [/^Too small: expected (?:number|int) to be >=(\d+)/, 'least'],
  [/^Too big: expected (?:number|int) to be <=(\d+)/, 'most'],
  [/^Too small: expected array to have >=(\d+)/, 'fewest'],
  [/^Too big: expected array to have <=(\d+)/, 'mostItems'],
  [/^Invalid input: expected (?:number|int)/, 'wholeNumber'],
  [/^Invalid option/, 'option'],
  [/^Must be en or es\.$/, 'option'],
];

/** A fault for the admin; one that is not known stays as the API says it. */
export function faultText({ path, message }: Fault, { faults }: SettingsWords): string {
  // The API speaks of minutes, whatever unit they were typed in.
  if (/^reminders\.\d+\.minutesBefore$/.test(path)) return faults.reminder('', '');
  for (const [pattern, fault] of KNOWN) {
    const found = pattern.exec(message);
    if (found) return faults[fault](found[1] ?? '', found[2] ?? '');
  }
  return message;
}
