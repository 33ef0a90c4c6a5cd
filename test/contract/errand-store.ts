import { expect, it } from 'vitest';
import { type ErrandStore, SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import { ANA, anAppointment } from '../builders/bookings.ts';

const NOW = '2026-11-24T09:00:00Z';
const LATER = '2026-11-24T10:00:00Z';

/** What an `ErrandStore` does, whatever keeps it. */
export function errandStoreContract(
  make: () => Promise<{ errands: ErrandStore; appointments: AppointmentStore }>,
): void {
  it('has an errand come up among what is due, and no more once it is finished', async () => {
    const { errands, appointments } = await make();
    await errands.request(SETTINGS_ERRAND, NOW, 'later');
    expect((await appointments.due(NOW, 10)).map(({ appointmentId }) => appointmentId)).toEqual([SETTINGS_ERRAND]);

    const errand = await errands.get(SETTINGS_ERRAND);
    if (!errand) throw new Error('no errand');
    await errands.finish(errand, NOW);
    expect(await errands.get(SETTINGS_ERRAND)).toBeUndefined();
    expect(await appointments.due(LATER, 10)).toEqual([]);
  });

  it('names whom it is about', async () => {
    const { errands, appointments } = await make();
    await errands.requestStaff(ANA, NOW, 'now');
    const [due] = await appointments.due(NOW, 10);
    expect(due?.staffEmail).toBe(ANA);
    expect(await errands.get(due?.appointmentId ?? '')).toMatchObject({ staffEmail: ANA });
  });

  it('goes on from where an earlier run has come', async () => {
    const { errands, appointments } = await make();
    await errands.request(SETTINGS_ERRAND, NOW, 'later');
    const errand = await errands.get(SETTINGS_ERRAND);
    if (!errand) throw new Error('no errand');
    await errands.postpone({ ...errand, cursor: ANA }, LATER);
    expect(await errands.get(SETTINGS_ERRAND)).toEqual({ ...errand, cursor: ANA });
    expect(await appointments.due(NOW, 10)).toEqual([]);
    expect(await appointments.due(LATER, 10)).toHaveLength(1);
  });

  it('is asked for once when it only has to be there', async () => {
    const { errands, appointments } = await make();
    await errands.ensure(SETTINGS_ERRAND, LATER);
    const errand = await errands.get(SETTINGS_ERRAND);
    await errands.ensure(SETTINGS_ERRAND, NOW);
    expect(await errands.get(SETTINGS_ERRAND)).toEqual(errand);
    expect(await appointments.due(NOW, 10)).toEqual([]);
    if (!errand) throw new Error('no errand');
    await errands.finish(errand, NOW);
    await errands.ensure(SETTINGS_ERRAND, NOW);
    expect(await appointments.due(NOW, 10)).toHaveLength(1);
  });

  it('begins from the start again when it is put off without saying how far it has come', async () => {
    const { errands } = await make();
    await errands.request(SETTINGS_ERRAND, NOW, 'later');
    const errand = await errands.get(SETTINGS_ERRAND);
    if (!errand) throw new Error('no errand');
    await errands.postpone({ ...errand, cursor: ANA }, NOW);
    await errands.postpone(errand, LATER);
    expect((await errands.get(SETTINGS_ERRAND))?.cursor).toBeUndefined();
  });

  it('is neither finished nor put off by who has not seen that it was asked for again', async () => {
    const { errands, appointments } = await make();
    await errands.request(SETTINGS_ERRAND, NOW, 'later');
    const seen = await errands.get(SETTINGS_ERRAND);
    if (!seen) throw new Error('no errand');
    await errands.request(SETTINGS_ERRAND, NOW, 'later');
    await errands.finish(seen, NOW);
    await errands.postpone({ ...seen, cursor: ANA }, LATER);

    expect(await appointments.due(NOW, 10)).toHaveLength(1);
    expect((await errands.get(SETTINGS_ERRAND))?.cursor).toBeUndefined();
  });

  it('is no booking', async () => {
    const { errands, appointments } = await make();
    await errands.request(SETTINGS_ERRAND, NOW, 'now');
    expect(await appointments.get(SETTINGS_ERRAND)).toBeUndefined();
    expect(await appointments.byStart({}, 10)).toEqual([]);
    await appointments.owe(SETTINGS_ERRAND, NOW);
    expect(await appointments.requestLook(SETTINGS_ERRAND, new Date(NOW))).toBe(false);
    expect(await appointments.put(anAppointment('test:1'))).toEqual({ stored: true });
    expect(await errands.get('test:1')).toBeUndefined();
  });
}
