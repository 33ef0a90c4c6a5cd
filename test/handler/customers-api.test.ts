import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/customers-api/handler.ts';
import type { Found } from '../../shared/aws/clients.ts';
import { anAppointment } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { FakeToldStore } from '../fakes/told-store.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { ADMIN_KEY, asAdmin, keptLogs, send } from './events.ts';

const LUIS = 'luis@mail.test';
const { logger, lines } = keptLogs();
let appointments: FakeAppointmentStore;
let clock: ManualClock;
let handler: ReturnType<typeof makeHandler>;

/** Takes so many seconds to look through everything. */
class SlowStore extends FakeAppointmentStore {
  seconds = 0;
  override async naming(email: string, isOver: () => boolean): Promise<Found<string>> {
    clock.advance(this.seconds);
    return super.naming(email, isOver);
  }
}

beforeEach(async () => {
  lines.length = 0;
  clock = new ManualClock('2026-11-24T09:00:00Z');
  const slow = new SlowStore();
  appointments = slow;
  await appointments.put(anAppointment('test:1'));
  handler = makeHandler({
    appointments,
    meetings: new FakeMeetingStore((id) => appointments.peek(id)?.revision),
    told: new FakeToldStore(),
    undeliverable: new FakeUndeliverableStore(),
    settings: new FakeSettingsStore(),
    clock,
    secrets: secretsOf({ key: ADMIN_KEY }),
    adminKeySecretId: 'key',
    logger,
  });
});

const erase = (email: string, headers: Record<string, string> = asAdmin) =>
  send(handler, 'DELETE /customers/{email}', { path: { email }, headers });

describe('DELETE /customers/{email}', () => {
  it('says what was removed, and nothing the second time', async () => {
    expect(await erase(' Luis@Mail.test ')).toMatchObject({
      status: 200,
      json: { appointments: 1, messages: 0, events: 0 },
    });
    expect(appointments.peek('test:1')?.booking?.customers).toEqual([]);
    expect(await erase(LUIS)).toMatchObject({ status: 200, json: { appointments: 0, messages: 0, events: 0 } });
    expect(lines.join('\n')).toContain('customer_erased');
    expect(lines.join('\n')).not.toMatch(/luis/i);
  });

  it.each(['', 'luis', 'luis@', 'a@b@c.test'])('refuses what is no address: "%s"', async (email) => {
    expect(await erase(email)).toMatchObject({ status: 422, json: { errors: [{ path: 'email' }] } });
  });

  it.each<Record<string, string>>([{}, { authorization: 'Bearer another' }])(
    'asks for the admin key',
    async (headers) => {
      expect(await erase(LUIS, headers)).toMatchObject({ status: 401 });
      expect(appointments.peek('test:1')?.booking?.customers).toHaveLength(1);
    },
  );

  it('is honest about what there was no time for', async () => {
    (appointments as SlowStore).seconds = 24;
    expect(await erase(LUIS)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('ask again') } });
    (appointments as SlowStore).seconds = 0;
    expect(await erase(LUIS)).toMatchObject({ status: 200, json: { appointments: 1 } });
  });
});
