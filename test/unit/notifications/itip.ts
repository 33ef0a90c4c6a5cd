/**
 * Faults of an iCalendar object that requests or cancels one event, against RFC 5545 (form and values) and RFC 5546 (3.2.2, 3.2.5: what
 * must, may and must not be there). Written from the RFCs alone; of values it knows what an invitation of ours may hold.
 */
export function itipFaults(content: string): string[] {
  const faults = formFaults(content);
  const unfolded = content
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
    .slice(0, -1);
  const root: Component = { name: '', properties: [], components: [] };
  const open = [root];
  for (const text of unfolded) {
    const component = open.at(-1) ?? root;
    const property = readLine(text);
    if (!property) faults.push(`not a content line: ${text}`);
    else if (property.name === 'BEGIN') {
      const inner: Component = { name: property.value, properties: [], components: [] };
      component.components.push(inner);
      open.push(inner);
    } else if (property.name === 'END') {
      if (open.pop()?.name !== property.value) faults.push(`END:${property.value} ends nothing`);
    } else {
      if (component.components.length > 0) faults.push(`${property.name} after a component`);
      component.properties.push(property);
      if (!hasValidValue(property)) faults.push(`value of ${text}`);
    }
  }
  const [calendar, ...others] = root.components;
  if (calendar?.name !== 'VCALENDAR' || others.length > 0 || open.length !== 1) return [...faults, 'not one VCALENDAR'];
  return [...faults, ...calendarFaults(calendar)];
}

interface Property {
  readonly name: string;
  readonly value: string;
}
interface Component {
  readonly name: string;
  readonly properties: Property[];
  readonly components: Component[];
}

/** How often something may be there: never, at most once, once, at least once, or as often as it likes. */
type Presence = '0' | '0-1' | '1' | '1+' | '0+';
type Rules = Readonly<Record<string, Presence>>;

const CALENDAR: Rules = { PRODID: '1', VERSION: '1', METHOD: '1', CALSCALE: '0-1' };

/** Neither has a REQUEST-STATUS, nor a RECURRENCE-ID where nothing recurs. */
const EITHER: Rules = {
  DTSTAMP: '1',
  ORGANIZER: '1',
  UID: '1',
  ATTACH: '0+',
  CATEGORIES: '0+',
  CLASS: '0-1',
  COMMENT: '0+',
  CONTACT: '0+',
  CREATED: '0-1',
  DESCRIPTION: '0-1',
  DTEND: '0-1',
  DURATION: '0-1',
  GEO: '0-1',
  'LAST-MODIFIED': '0-1',
  LOCATION: '0-1',
  PRIORITY: '0-1',
  'RELATED-TO': '0+',
  RESOURCES: '0+',
  STATUS: '0-1',
  TRANSP: '0-1',
  URL: '0-1',
};
const EVENT: Readonly<Record<string, Rules>> = {
  REQUEST: { ...EITHER, ATTENDEE: '1+', DTSTART: '1', SEQUENCE: '0-1', SUMMARY: '1' },
  CANCEL: { ...EITHER, ATTENDEE: '1+', DTSTART: '0-1', SEQUENCE: '1', SUMMARY: '0-1' },
};
const STATUS: Readonly<Record<string, RegExp>> = { REQUEST: /^(TENTATIVE|CONFIRMED)?$/, CANCEL: /^CANCELLED$/ };
const ALARM: Rules = { ACTION: '1', DESCRIPTION: '1', TRIGGER: '1', DURATION: '0-1', REPEAT: '0-1' };

function calendarFaults(calendar: Component): string[] {
  const first = ({ properties }: Component, name: string) =>
    properties.find((property) => property.name === name)?.value;
  const method = first(calendar, 'METHOD') ?? '';
  const [event, ...others] = calendar.components;
  const rules = EVENT[method];
  if (event?.name !== 'VEVENT' || others.length > 0) return ['not one VEVENT'];
  if (!rules) return [`METHOD:${method}`];
  const faults = [...presenceFaults(calendar, CALENDAR), ...presenceFaults(event, rules)];
  if (first(calendar, 'VERSION') !== '2.0') faults.push('VERSION');
  if (!STATUS[method]?.test(first(event, 'STATUS') ?? '')) faults.push(`STATUS of ${method}`);
  const [start = '', end, duration] = ['DTSTART', 'DTEND', 'DURATION'].map((name) => first(event, name));
  if (end && duration) faults.push('both DTEND and DURATION');
  if (end && end <= start) faults.push('DTEND is not later than DTSTART');
  for (const alarm of event.components) {
    if (method === 'CANCEL') faults.push(`${alarm.name} in a CANCEL`);
    if (alarm.name !== 'VALARM' || first(alarm, 'ACTION') !== 'DISPLAY') faults.push('not a display alarm');
    faults.push(...presenceFaults(alarm, ALARM));
  }
  return faults;
}

function presenceFaults({ name, properties }: Component, rules: Rules): string[] {
  const names = new Set([...Object.keys(rules), ...properties.map((property) => property.name)]);
  return [...names].flatMap((of) => {
    const presence = rules[of] ?? (of.startsWith('X-') ? '0+' : '0');
    const count = properties.filter((property) => property.name === of).length;
    const isTooFew = count === 0 && presence.startsWith('1');
    const isTooMany = count > 1 ? !presence.endsWith('+') : count > 0 && presence === '0';
    return isTooFew || isTooMany ? [`${count} times ${of} in ${name}`] : [];
  });
}

/** RFC 5545, 3.1: lines end in CRLF, hold at most 75 octets, and no control character but a tab. */
function formFaults(content: string): string[] {
  const lines = content.split('\r\n');
  const last = lines.pop();
  return [
    ...(last === '' ? [] : ['the last line does not end']),
    ...lines.flatMap((line) => [
      ...(Buffer.byteLength(line) > 75 ? [`${Buffer.byteLength(line)} octets: ${line}`] : []),
      ...(/(?!\t)\p{Cc}/u.test(line) ? [`control character: ${JSON.stringify(line)}`] : []),
      ...(line.isWellFormed() ? [] : [`half a character: ${JSON.stringify(line)}`]),
    ]),
  ];
}

const VALUE = '(?:"[^"]*"|[^",;:]*)';
const LINE = new RegExp(`^([A-Za-z0-9-]+)(?:;[A-Za-z0-9-]+=${VALUE}(?:,${VALUE})*)*:(.*)$`, 's');

function readLine(text: string): Property | undefined {
  const [, name, value] = LINE.exec(text) ?? [];
  return name !== undefined && value !== undefined ? { name: name.toUpperCase(), value } : undefined;
}

const TEXT = /^(?:[^\\;,]|\\[\\;,nN])*$/s;
const UTC = /^\d{8}T\d{6}Z$/;
const ADDRESS = /^mailto:[\w.!~*'()+%-]+@[\w.-]+$/i;
const VALUES: Readonly<Record<string, RegExp>> = {
  DTSTAMP: UTC,
  DTSTART: UTC,
  DTEND: UTC,
  SEQUENCE: /^\d+$/,
  ORGANIZER: ADDRESS,
  ATTENDEE: ADDRESS,
  URL: /^https:\/\/[^\s"<>\\]+$/,
  TRIGGER: /^-?P(?=.)(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/,
};
const hasValidValue = ({ name, value }: Property): boolean => (VALUES[name] ?? TEXT).test(value);
