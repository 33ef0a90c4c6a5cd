import { describe, expect, it } from 'vitest';
import type { EvidenceStore } from '../../shared/diagnostics/store.ts';
import type { TryStore } from '../../shared/join/store.ts';
import type { ToldStore } from '../../shared/notifications/store.ts';
import { type MessageRecord, notTold, type Told } from '../../shared/notifications/told.ts';
import type { Undeliverable, UndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { defaultSettings } from '../../shared/settings/settings.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import type { OAuthStateStore } from '../../shared/staff/oauth-state.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import type { StaffStore } from '../../shared/staff/store.ts';
import { ANA, BEA } from '../builders/bookings.ts';

const EXPIRY = 2_000_000_000;

export function toldStoreContract(make: () => Promise<ToldStore>): void {
  const luis = notTold('test:1', {
    role: 'customer',
    channel: 'email',
    address: 'luis@mail.test',
    person: 'luis@mail.test',
    name: 'Luis',
  });

  it('keeps what each person was told of one subject', async () => {
    const store = await make();
    const ana = notTold('test:1', { role: 'staff', channel: 'email', address: ANA, person: ANA, name: 'Ana' });
    await store.put(luis, EXPIRY);
    await store.put(ana, EXPIRY);
    await store.put({ ...luis, subject: 'test:2' }, EXPIRY);

    expect(await store.ofSubject('test:1')).toEqual([
      { ...luis, version: 1 },
      { ...ana, version: 1 },
    ]);
    expect(await store.ofSubject('test:3')).toEqual([]);
  });

  it('stores on top of the version it was decided from only', async () => {
    const store = await make();
    const first = await store.put(luis, EXPIRY);
    expect(first).toEqual({ ...luis, version: 1 });
    expect(await store.put(luis, EXPIRY)).toBeUndefined();

    const claimed: Told = { ...luis, version: 1, claim: { holder: 'run', endsAt: '2026-11-24T09:00:30Z' } };
    expect(await store.put(claimed, EXPIRY)).toEqual({ ...claimed, version: 2 });
    expect(await store.put(claimed, EXPIRY)).toBeUndefined();
    const { claim: _claim, ...released } = claimed;
    expect(await store.put({ ...released, version: 2 }, EXPIRY)).toEqual({ ...luis, version: 3 });
  });

  it('lets one of several at once through', async () => {
    const store = await make();
    const results = await Promise.all(Array.from({ length: 5 }, () => store.put(luis, EXPIRY)));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it('is deleted as it was read, and not when it was changed meanwhile', async () => {
    const store = await make();
    const stored = await store.put(luis, EXPIRY);
    if (!stored) throw new Error('it was not stored');
    const changed = await store.put({ ...stored, attempts: 1 }, EXPIRY);
    expect(await store.delete(stored)).toBe(false);
    expect(await store.ofSubject('test:1')).toEqual([changed]);
    expect(await store.delete({ ...stored, version: 2 })).toBe(true);
    expect(await store.ofSubject('test:1')).toEqual([]);
    expect(await store.delete(stored), 'what has gone already').toBe(true);
    expect(await store.put(changed as Told, EXPIRY), 'on top of it').toBeUndefined();
  });

  it('is found by whom it was told to, as a customer, on any channel', async () => {
    const store = await make();
    const never = () => false;
    const sms = { ...luis.to, channel: 'sms', address: '+34600000002' } as const;
    const eva = { ...luis.to, address: 'eva@mail.test', person: 'eva@mail.test' };
    const asStaff = { ...luis.to, role: 'staff' } as const;
    await store.put(luis, EXPIRY);
    await store.put(notTold('test:2', sms), EXPIRY);
    await store.put(notTold('test:3', eva), EXPIRY);
    await store.put(notTold('test:4', asStaff), EXPIRY);
    const { found, isWhole } = await store.toldTo('luis@mail.test', never);
    expect([...found].sort()).toEqual(['test:1', 'test:2']);
    expect(isWhole).toBe(true);
    expect(await store.toldTo('luis@mail.test', () => true)).toEqual({ found: [], isWhole: false });
  });

  describe('its messages alone', () => {
    const message: MessageRecord = { kind: 'booked', state: 'sent', at: '2026-11-24T09:00:00Z', messageId: 'ses-1' };
    const bounced: MessageRecord = { ...message, state: 'failed', reason: 'bounced' };
    const known: Told = { ...luis, last: { status: 'cancelled' }, sequence: 3, messages: [message] };

    it('are stored on top of the version that was read, and nothing else is', async () => {
      const store = await make();
      const stored = await store.put(known, EXPIRY);
      if (!stored) throw new Error('it was not stored');

      const noted = await store.noteMessages({ ...stored, messages: [bounced], sequence: 9 });
      expect(noted).toMatchObject({ messages: [bounced], version: 2 });
      expect(await store.ofSubject('test:1')).toEqual([{ ...known, messages: [bounced], version: 2 }]);
      expect(await store.noteMessages({ ...stored, messages: [] })).toBeUndefined();
      expect(await store.put(stored, EXPIRY)).toBeUndefined();
      expect(await store.ofSubject('test:1')).toEqual([{ ...known, messages: [bounced], version: 2 }]);
    });

    it('are not stored for somebody who was told nothing', async () => {
      const store = await make();
      expect(await store.noteMessages(known)).toBeUndefined();
      expect(await store.ofSubject('test:1')).toEqual([]);
    });
  });
}

export function undeliverableStoreContract(make: () => Promise<UndeliverableStore>): void {
  const bounced: Undeliverable = {
    channel: 'email',
    address: 'luis@mail.test',
    reason: 'bounced',
    at: '2026-11-24T09:00:00Z',
    detail: '550 5.1.1 user unknown',
  };
  const optedOut: Undeliverable = {
    channel: 'sms',
    address: '+34600000002',
    reason: 'opted_out',
    at: '2026-11-24T09:00:00Z',
  };

  it('keeps an address on its channel', async () => {
    const store = await make();
    await store.mark(bounced, EXPIRY);
    expect(await store.get('email', 'luis@mail.test')).toEqual(bounced);
    expect(await store.get('sms', 'luis@mail.test')).toBeUndefined();
    expect(await store.get('email', 'ana@mail.test')).toBeUndefined();
  });

  it('lists all by channel and address', async () => {
    const store = await make();
    expect(await store.list()).toEqual([]);
    const ana = { ...bounced, address: 'ana@mail.test' };
    for (const mark of [optedOut, bounced, ana]) await store.mark(mark, EXPIRY);
    expect(await store.list()).toEqual([ana, bounced, optedOut]);
  });

  it('keeps the newest of what is known, in whatever order it comes', async () => {
    const store = await make();
    const later: Undeliverable = { ...bounced, reason: 'complained', at: '2026-11-24T10:00:00Z', detail: 'abuse' };
    await store.mark(bounced, EXPIRY);
    await store.mark({ ...bounced, detail: 'the same once more' }, EXPIRY);
    expect(await store.get('email', bounced.address)).toEqual(bounced);
    await store.mark(later, EXPIRY);
    await store.mark(bounced, EXPIRY);
    expect(await store.list()).toEqual([later]);
  });

  it('clears one, and does not mind when there is none; it may be marked again', async () => {
    const store = await make();
    for (const mark of [bounced, optedOut]) await store.mark(mark, EXPIRY);
    await store.clear('email', bounced.address);
    await store.clear('email', bounced.address);
    expect(await store.list()).toEqual([optedOut]);
    await store.mark(bounced, EXPIRY);
    expect(await store.get('email', bounced.address)).toEqual(bounced);
  });
}

export function staffStoreContract(make: () => Promise<StaffStore>): void {
  const connection = { state: 'connected', sub: 'sub', grantId: 'g1', secretName: 'secret' } as const;
  const parked = { until: '2026-11-24T12:00:00Z', code: 'calendar_usage_limits' } as const;

  it('adds somebody once', async () => {
    const store = await make();
    expect(await store.add(newStaff(ANA, { name: 'Ana' }))).toBe(true);
    expect(await store.add(newStaff(ANA))).toBe(false);
    expect(await store.get(ANA)).toEqual(newStaff(ANA, { name: 'Ana' }));
    expect(await store.get(BEA)).toBeUndefined();
  });

  it('lists all by address', async () => {
    const store = await make();
    for (const email of [BEA, ANA]) await store.add(newStaff(email));
    expect((await store.list()).map(({ email }) => email)).toEqual([ANA, BEA]);
  });

  it('replaces the profile, what is not given goes, and the connection stays', async () => {
    const store = await make();
    await store.add(newStaff(ANA, { name: 'Ana', phone: '+34600000001' }));
    await store.setConnection(ANA, connection);
    expect(await store.setProfile(ANA, { name: 'Ana García', calendarId: 'work', locale: 'es' })).toBe(true);
    expect(await store.get(ANA)).toEqual({
      email: ANA,
      name: 'Ana García',
      calendarId: 'work',
      locale: 'es',
      connection,
    });
    expect(await store.setProfile(BEA, { calendarId: 'primary' })).toBe(false);
    expect(await store.get(BEA)).toBeUndefined();
  });

  it('keeps which calendar they chose, by its name where that is known', async () => {
    const store = await make();
    await store.add(newStaff(ANA, { name: 'Ana' }));
    await store.setConnection(ANA, connection);
    expect(await store.setCalendar(ANA, 'work', 'Work')).toBe(true);
    expect(await store.get(ANA)).toEqual({
      ...newStaff(ANA, { name: 'Ana', calendarId: 'work' }),
      chosen: { calendarId: 'work', name: 'Work' },
      connection,
    });
    expect(await store.setCalendar(ANA, 'primary', undefined)).toBe(true);
    expect(await store.get(ANA)).toEqual({ ...newStaff(ANA, { name: 'Ana' }), connection });
    expect(await store.setCalendar(BEA, 'primary', undefined)).toBe(false);
    expect(await store.get(BEA)).toBeUndefined();
  });

  it('sets a connection, only while a grant is in use when one is named', async () => {
    const store = await make();
    const lost = { ...connection, state: 'reconnect_required' } as const;
    expect(await store.setConnection(ANA, connection)).toBe(false);
    await store.add(newStaff(ANA));
    expect(await store.setConnection(ANA, lost, 'g1')).toBe(false);
    expect(await store.setConnection(ANA, connection)).toBe(true);
    expect(await store.setConnection(ANA, lost, 'g0')).toBe(false);
    expect((await store.get(ANA))?.connection).toEqual(connection);
    expect(await store.setConnection(ANA, lost, 'g1')).toBe(true);
    expect((await store.get(ANA))?.connection).toEqual(lost);
  });

  it('parks, until somebody connects anew', async () => {
    const store = await make();
    await store.park(ANA, parked);
    expect(await store.get(ANA)).toBeUndefined();
    await store.add(newStaff(ANA));
    await store.setConnection(ANA, connection);
    await store.park(ANA, parked);
    await store.setConnection(ANA, { ...connection, state: 'reconnect_required' }, 'g1');
    expect((await store.get(ANA))?.parked).toEqual(parked);
    await store.setConnection(ANA, { ...connection, grantId: 'g2' });
    expect((await store.get(ANA))?.parked).toBeUndefined();
  });

  it('deletes, and does not mind when there is nobody', async () => {
    const store = await make();
    await store.add(newStaff(ANA));
    await store.delete(ANA);
    await store.delete(ANA);
    expect(await store.list()).toEqual([]);
  });
}

export function settingsStoreContract(make: () => Promise<SettingsStore>): void {
  it('has the defaults as version 0', async () => {
    expect(await (await make()).get()).toEqual({ settings: defaultSettings, version: 0 });
  });

  it('saves on top of the version that was read only', async () => {
    const store = await make();
    const changed = { ...defaultSettings, retentionDays: 7, senderName: 'Clínica' };
    expect(await store.put({ settings: changed, version: 1 })).toBe(false);
    expect(await store.put({ settings: changed, version: 0 })).toBe(true);
    expect(await store.put({ settings: defaultSettings, version: 0 })).toBe(false);
    expect(await store.get()).toEqual({ settings: changed, version: 1 });
    const remindersSince = { '60 email': '2026-11-23T10:00:00Z' };
    expect(await store.put({ settings: defaultSettings, version: 1, remindersSince })).toBe(true);
    expect(await store.get()).toEqual({ settings: defaultSettings, version: 2, remindersSince });
  });

  it('gathers the names of fields, whoever comes first', async () => {
    const store = await make();
    expect(await store.observedKeywords()).toEqual(new Set());
    await Promise.all([store.observe(['a', 'b']), store.observe(['b', 'c'])]);
    expect(await store.observedKeywords()).toEqual(new Set(['a', 'b', 'c']));
    expect((await store.get()).version).toBe(0);
  });
}

export function evidenceStoreContract(make: () => Promise<EvidenceStore>): void {
  const early = '2026-11-24T09:00:00Z';
  const late = '2026-11-24T10:00:00Z';

  it('has nothing at first', async () => {
    expect(await (await make()).notes('webhooks')).toEqual(new Map());
  });

  it('keeps the last of each kind, and counts', async () => {
    const store = await make();
    await store.note('webhooks', 'booknetic taken_in', early, {}, 1);
    await store.note('webhooks', 'booknetic unreplaced_keywords', early, { keywords: ['a', 'b'], fields: ['c'] }, 2);
    await store.note('webhooks', 'booknetic unreplaced_keywords', late, { keywords: ['d'] }, 3);
    await store.note('sign-ins', 'connected', late, { clientId: 'client', redirectUri: 'https://meet.test' }, 1);
    expect(Object.fromEntries(await store.notes('webhooks'))).toEqual({
      'booknetic taken_in': { at: early, count: 1 },
      'booknetic unreplaced_keywords': { at: late, count: 5, keywords: ['d'] },
    });
    expect(Object.fromEntries(await store.notes('sign-ins'))).toEqual({
      connected: { at: late, count: 1, clientId: 'client', redirectUri: 'https://meet.test' },
    });
  });

  it('loses no count when several are noted at once', async () => {
    const store = await make();
    await Promise.all(Array.from({ length: 5 }, () => store.note('webhooks', 'booknetic wrong_secret', late, {}, 2)));
    expect((await store.notes('webhooks')).get('booknetic wrong_secret')).toEqual({ at: late, count: 10 });
  });
}

export function oauthStateStoreContract(make: () => Promise<OAuthStateStore>): void {
  const begun = { state: 's1', staffEmail: ANA, link: 'link', codeVerifier: 'verifier', browser: 'digest' };
  const now = new Date('2026-11-24T09:00:00Z');
  const until = new Date('2026-11-24T09:30:00Z');

  describe('a state', () => {
    it('is good for one use', async () => {
      const store = await make();
      await store.put(begun, until);
      expect(await store.take('s1', now)).toMatchObject(begun);
      expect(await store.take('s1', now)).toBeUndefined();
    });

    it('is good for one of several at once', async () => {
      const store = await make();
      await store.put(begun, until);
      const taken = await Promise.all(Array.from({ length: 5 }, () => store.take('s1', now)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it('is not good after its end, though it may still be there', async () => {
      const store = await make();
      await store.put(begun, until);
      expect(await store.take('s1', until)).toBeUndefined();
    });

    it('is not good when it never was', async () => {
      expect(await (await make()).take('s2', now)).toBeUndefined();
    });
  });
}

export function tryStoreContract(make: () => Promise<TryStore>): void {
  const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);

  it('lets as many through as are allowed, however many come at once', async () => {
    const store = await make();
    const taken = await Promise.all(Array.from({ length: 8 }, () => store.take('one', 5, at('09:00:00'))));
    expect(taken.filter(Boolean)).toHaveLength(5);
    expect(await store.take('one', 5, at('09:59:59'))).toBe(false);
    expect(await store.take('two', 5, at('09:59:59'))).toBe(true);
  });

  it('counts anew in the next hour', async () => {
    const store = await make();
    expect(await store.take('one', 1, at('09:59:59'))).toBe(true);
    expect(await store.take('one', 1, at('09:59:59'))).toBe(false);
    expect(await store.take('one', 1, at('10:00:00'))).toBe(true);
  });

  it('takes back what was given, and no more than that', async () => {
    const store = await make();
    expect(await store.take('one', 1, at('09:00:00'))).toBe(true);
    await store.giveBack('one', at('09:00:01'));
    await store.giveBack('one', at('09:00:02'));
    await store.giveBack('two', at('09:00:02'));
    for (const name of ['one', 'two']) {
      expect(await store.take(name, 1, at('09:00:03'))).toBe(true);
      expect(await store.take(name, 1, at('09:00:03'))).toBe(false);
    }
  });
}
