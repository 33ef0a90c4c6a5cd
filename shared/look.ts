import { isErrand } from './appointments/errands.ts';
import type { AppointmentStore } from './appointments/store.ts';
import { type ErrandDeps, runErrand } from './errands.ts';
import { expiry, type SyncDeps, type SyncReport, syncAppointment } from './meetings/sync.ts';
import { tellOfConnection } from './notifications/connection.ts';
import { type NotifyDeps, notify } from './notifications/notify.ts';
import { isPlatformKeyword } from './settings/keywords.ts';
import type { Settings } from './settings/settings.ts';
import type { SettingsStore } from './settings/store.ts';
import { earliest } from './time.ts';

export interface LookDeps extends SyncDeps, NotifyDeps, ErrandDeps {
  readonly settings: SettingsStore;
  readonly appointments: AppointmentStore;
}

/** Rounds in one run for a booking that changes while it is looked at; after that the due index brings it back. */
const MAX_ROUNDS = 3;

/**
 * The loop that makes the records agree, for one booking; stream and sweep both come here, and it can be run twice, late, in any order
 * or after a crash:
 * 1. Google holds what the appointment asks for, as both stand now (`syncAppointment`),
 * 2. everybody is told the difference to what they were last told (`notify`),
 * 3. nothing is owed any more, or it is owed again later; unless a newer revision has come, which then is looked at.
 * @param deadline milliseconds since the epoch; what does not fit in is left to the due index
 */
export async function lookAt(deps: LookDeps, appointmentId: string, deadline: number): Promise<void> {
  if (isErrand(appointmentId)) return runErrand(deps, appointmentId, deadline);
  const { settings } = await deps.settings.get();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reports = await syncAppointment(deps, appointmentId, settings, deadline);
    const [own] = reports;
    if (own) await observeKeywords(deps, own);
    const current = await Promise.all(reports.map((report) => conclude(deps, report, settings)));
    if (current[0] !== false) return;
  }
}

/** @returns false when a newer revision has come meanwhile */
async function conclude(deps: LookDeps, report: SyncReport, settings: Settings): Promise<boolean> {
  const { appointmentId, revision } = report.appointment;
  const { mapping } = report;
  const dueAt = earliest(
    report.until,
    await notify(deps, report, settings),
    mapping.state === 'waiting_for_staff' && mapping.staffEmail
      ? await tellOfConnection(deps, mapping.staffEmail, settings)
      : undefined,
  );
  if (!dueAt && !report.appointment.dueAt) return true;
  return dueAt
    ? deps.appointments.postpone(appointmentId, revision, dueAt)
    : deps.appointments.settle(appointmentId, revision, expiry(report.appointment, settings, deps.clock.now()));
}

/** Every field name that a booking has carried can be used in templates from then on. */
async function observeKeywords({ settings }: LookDeps, { appointment }: SyncReport): Promise<void> {
  const names = Object.keys(appointment.booking?.keywords ?? {}).filter((name) => !isPlatformKeyword(name));
  if (names.length === 0) return;
  const known = await settings.observedKeywords();
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) await settings.observe(unknown);
}
