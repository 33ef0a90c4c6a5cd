import { describe, expect, it } from 'vitest';
import { type ErrandStore, isDaily, SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import { ANA, anAppointment, BEA } from '../builders/bookings.ts';

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

  describe('the daily one', () => {
    const daily = async () => {
      const { errands, appointments } = await make();
      await errands.ensureDaily(ANA, LATER);
      const [due] = await appointments.due(LATER, 10);
      const errand = await errands.get(due?.appointmentId ?? '');
      if (!due || !errand) throw new Error('no errand');
      return { errands, appointments, due, errand };
    };

    it('is in the turn of the staff member, beside the word with them', async () => {
      const { errands, appointments, due, errand } = await daily();
      expect(due).toMatchObject({ staffEmail: ANA, dueAt: LATER });
      expect(errand.staffEmail).toBe(ANA);
      expect(isDaily(errand.errandId)).toBe(true);

      await errands.requestStaff(ANA, NOW, 'later');
      const both = (await appointments.due(LATER, 10)).map(({ appointmentId }) => appointmentId);
      expect(both).toHaveLength(2);
      expect(both.filter(isDaily)).toEqual([errand.errandId]);
      await errands.ensureDaily(BEA, LATER);
      expect(await appointments.due(LATER, 10)).toHaveLength(3);
    });

    it('stays due when it was, though it is asked for again, and is not ended by a run that has not seen that', async () => {
      const { errands, appointments, due, errand } = await daily();
      await errands.ensureDaily(ANA, NOW);
      await errands.finish(errand, NOW);
      await errands.postpone(errand, NOW);
      expect(await appointments.due(LATER, 10)).toEqual([due]);
    });

    it('is there again when it is asked for after its end', async () => {
      const { errands, appointments, errand } = await daily();
      await errands.finish(errand, NOW);
      expect(await appointments.due(LATER, 10)).toEqual([]);
      await errands.ensureDaily(ANA, NOW);
      expect(await appointments.due(NOW, 10)).toHaveLength(1);
    });
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
