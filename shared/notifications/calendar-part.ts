/** An iCalendar object that goes with a mail; the mail's MIME part names the same method (RFC 6047). */
export interface CalendarPart {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly content: string;
}
