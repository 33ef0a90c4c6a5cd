import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Booking, type Driver, type System, settleDown, startSystem, tomorrow, type View } from './driver.ts';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const SIZE = 10;
const staff = 'yoga@group.test';
const ids = Array.from({ length: SIZE }, (_, index) => String(100 + index));
const [one = '', two = '', ...rest] = ids;
/** Names and addresses that stand out, so that one found with another customer is a leak. */
const person = (id: string) => ({
  name: `Zephyr${id} Quux${id}`,
  email: `guest-${id}@group-mail.test`,
  phone: `+346999${id}`,
});
const booking = (id: string, changes: Partial<Booking> = {}): Booking => ({
  id,
  staff,
  service: 'Yoga',
  customer: person(id),
  ...changes,
});
const mailsOf = (id: string) => driver.mails({ to: person(id).email });
const attendees = async (): Promise<string[]> =>
  ((await driver.events(staff))[0]?.attendees ?? []).map(({ email }) => email).sort();
const emails = (members: readonly string[]): string[] => members.map((id) => person(id).email).sort();

async function expectNobodyLearnsOfAnother(members: readonly string[]): Promise<void> {
  for (const id of members) {
    for (const mail of await mailsOf(id)) {
      const others = ids.filter((other) => other !== id);
      const leaked = others.filter(
        (other) => JSON.stringify(mail).search(new RegExp(`(Zephyr|Quux|guest-|999)${other}`)) >= 0,
      );
      expect(leaked, `in a mail to ${id}`).toEqual([]);
    }
  }
}

describe('ten customers in one slot', () => {
  let link = '';

  it('who book at once share one event and one link, and are told once each', async () => {
    await driver.connect(staff);

    await driver.bookAtOnce(ids.map((id) => booking(id)));
    const views = await Promise.all(ids.map((id) => driver.untilTold(id, 2)));
    await settleDown();

    link = views[0]?.meeting.meetUrl ?? '';
    expect(new Set(views.map(({ meeting }) => meeting.meetUrl))).toEqual(new Set([link]));
    expect(await driver.everyEvent(staff)).toHaveLength(1);
    expect(await driver.conferences(staff)).toBe(1);
    expect(await attendees()).toEqual(emails(ids));
    const mails = await Promise.all(ids.map(mailsOf));
    expect(mails.map((own) => own.length)).toEqual(ids.map(() => 1));
    for (const [mail] of mails) expect(mail?.text).toContain(link);
  });

  it('never learn of one another', async () => {
    await expectNobodyLearnsOfAnother(ids);
    const [event] = await driver.events(staff);
    expect(event?.guestsCanSeeOtherGuests).toBe(false);
    expect(`${event?.summary} ${event?.description}`).not.toMatch(/Zephyr|Quux|guest-|\+346999/);
    const invitations = await driver.googleView<{ to: string; summary: string }[]>('invitations', { account: staff });
    // The first to come may have been invited while alone: that one may read their own name.
    for (const { to, summary } of invitations) {
      const named = ids.filter((id) => summary.includes(`Zephyr${id}`));
      expect(named.filter((id) => person(id).email !== to)).toEqual([]);
    }
  });

  it('leave nine when one leaves, with the answers that they have given', async () => {
    const eventId = (await driver.view(two)).meeting.eventId;
    const answers = new Map([
      [two, 'accepted'],
      [rest[0], 'declined'],
      [rest[1], 'tentative'],
    ]);
    for (const [id = '', responseStatus] of answers) {
      await driver.google('answer-invitation', { eventId, account: staff, email: person(id).email, responseStatus });
    }
    await driver.google('add-guest', { eventId, account: staff, email: 'colleague@group.test' });

    await driver.book(booking(one, { event: 'booking_status_changed', status: 'canceled' }));
    await driver.untilTold(one, 4, 'cancelled');
    await settleDown();

    expect(await attendees()).toEqual([...emails([two, ...rest]), 'colleague@group.test'].sort());
    const [event] = await driver.events(staff);
    const given = event?.attendees?.filter(({ responseStatus }) => responseStatus !== 'needsAction');
    expect(new Map(given?.map(({ email, responseStatus }) => [email, responseStatus]))).toEqual(
      new Map([...answers].map(([id = '', answer]) => [person(id).email, answer])),
    );
    expect(event?.hangoutLink).toBe(link);
    expect((await mailsOf(one)).map(({ subject }) => subject.split(' ')[0])).toEqual(['Yoga', 'Cancelled:']);
    expect((await Promise.all([two, ...rest].map(mailsOf))).map((own) => own.length)).toEqual(
      [two, ...rest].map(() => 1),
    );
  });

  it('leave the others their link when one moves out, who gets a new one', async () => {
    await driver.book(booking(two, { event: 'booking_rescheduled', start: tomorrow(5) }));
    const { meeting } = await driver.untilTold(two, 4);
    await settleDown();

    expect(meeting.meetUrl).toMatch(/^https:\/\/meet\.google\.com\//);
    expect(meeting.meetUrl).not.toBe(link);
    expect((await mailsOf(two)).at(-1)?.text).toContain(meeting.meetUrl);
    expect(await driver.events(staff)).toHaveLength(2);
    const views = await Promise.all(rest.map((id) => driver.view(id)));
    expect(new Set(views.map((view: View) => view.meeting.meetUrl))).toEqual(new Set([link]));
  });

  it('give their link back to one who moves back', async () => {
    await driver.book(booking(two, { event: 'booking_rescheduled' }));
    const { meeting } = await driver.untilTold(two, 6);
    await settleDown();

    expect(meeting.meetUrl).toBe(link);
    expect((await mailsOf(two)).at(-1)?.text).toContain(link);
    expect(await driver.events(staff)).toHaveLength(1);
    expect(await attendees()).toEqual([...emails([two, ...rest]), 'colleague@group.test'].sort());
    await expectNobodyLearnsOfAnother(ids);
  });

  it('end the event when the last of them leaves', async () => {
    const last = [two, ...rest];
    await driver.bookAtOnce(last.map((id) => booking(id, { event: 'booking_status_changed', status: 'canceled' })));
    await Promise.all(last.map((id) => driver.untilView(id, ({ meeting }) => meeting.state === 'cancelled')));
    await Promise.all(
      last.map((id) =>
        driver.untilView(id, ({ messages }) =>
          messages.some(({ kind, role }) => kind === 'cancelled' && role === 'customer'),
        ),
      ),
    );
    await settleDown();

    expect(await driver.events(staff)).toEqual([]);
    await expectNobodyLearnsOfAnother(ids);
  });

  it('find a new event when the slot fills again', async () => {
    await driver.book(booking(one, { event: 'booking_status_changed', status: 'approved' }));
    const { meeting } = await driver.untilView(one, ({ meeting: { state } }) => state === 'ready');

    expect(await driver.events(staff)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    expect(await attendees()).toEqual(emails([one]));
  });
});
