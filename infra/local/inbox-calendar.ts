import ICAL from 'ical.js';

/** The calendar part of a mail, read as the recipient's calendar would read it. */
export interface CalendarView {
  readonly source: string;
  readonly properties: readonly CalendarProperty[];
  /** What is wrong with it. */
  readonly problems: readonly string[];
}

interface CalendarProperty {
  /** As in the source; those of a component inside an event carry its name, as in `VALARM TRIGGER`. */
  readonly name: string;
  readonly value: string;
  /** Such as `CN=Ana; PARTSTAT=NEEDS-ACTION`. */
  readonly parameters: string;
}

/** METHOD of an iCalendar object; empty when it has none. */
export const methodOf = (source: string): string => /^METHOD:(\S+)/im.exec(source)?.[1]?.toUpperCase() ?? '';

/** @param raw the mail in which it came: its MIME part must name the same method (RFC 6047) */
export function readCalendar(source: string, raw: string | undefined): CalendarView {
  const method = methodOf(source);
  const mimeMethod = raw === undefined ? undefined : mimeMethodOf(raw);
  const properties: CalendarProperty[] =
    mimeMethod === undefined ? [] : [{ name: 'Content-Type', value: `method=${mimeMethod}`, parameters: '' }];
  const problems =
    mimeMethod !== undefined && mimeMethod.toUpperCase() !== method
      ? [`The MIME part says method=${mimeMethod}, the calendar METHOD:${method}.`]
      : [];
  try {
    const calendar = new ICAL.Component(ICAL.parse(source));
    return { source, properties: [...properties, ...propertiesOf(calendar)], problems };
  } catch (error) {
    return { source, properties, problems: [...problems, `It cannot be read: ${String(error)}`] };
  }
}

function mimeMethodOf(raw: string): string | undefined {
  const unfolded = raw.replace(/\r?\n[ \t]+/g, ' ');
  return /^Content-Type: *text\/calendar\b.*?\bmethod="?([\w-]+)/im.exec(unfolded)?.[1];
}

function propertiesOf(component: ICAL.Component, prefix = ''): CalendarProperty[] {
  return [
    ...component.getAllProperties().map((property) => ({
      name: `${prefix}${property.name.toUpperCase()}`,
      value: property.getValues().map(String).join(', '),
      parameters: parametersOf(property),
    })),
    ...component
      .getAllSubcomponents()
      .filter(({ name }) => name !== 'vtimezone')
      .flatMap((inner) => propertiesOf(inner, inner.name === 'vevent' ? '' : `${inner.name.toUpperCase()} `)),
  ];
}

function parametersOf(property: ICAL.Property): string {
  const [, parameters] = property.toJSON() as [string, Record<string, string>];
  return Object.entries(parameters)
    .map(([name, value]) => `${name.toUpperCase()}=${value}`)
    .join('; ');
}
