import { isErrand } from './appointments/errands.ts';
import type { AppointmentStore } from './appointments/store.ts';
import { type ErrandDeps, runErrand } from './errands.ts';
import { expiry, type SyncDeps, type SyncReport, syncAppointment } from './meetings/sync.ts';
import { tellOfConnection } from './notifications/connection.ts';
import { forgetErased } from './notifications/forget.ts';
import { type NotifyDeps, notify } from './notifications/notify.ts';
import { isKeywordName, isPlatformKeyword } from './settings/keywords.ts';
import type { Settings, VersionedSettings } from './settings/settings.ts';
import type { SettingsStore } from './settings/store.ts';
import { after, earliest, type Instant } from './time.ts';

export interface LookDeps extends SyncDeps, NotifyDeps, ErrandDeps {
  readonly settings: SettingsStore;
  readonly appointments: AppointmentStore;
}

/** Far more than anybody has fields; whoever makes up new ones for ever must not fill the record. */
const MAX_KEYWORDS = 1000;

/** Milliseconds under which no look is begun: a call to Google, and messages at the pace of their provider. */
export const LEAST_TIME = 12_000;

/** Rounds in one run for a booking that changes while it is looked at; after that the due index brings it back. */
const MAX_ROUNDS = 3;

/**
 * The loop that makes the records agree, for one booking; stream and sweep both come here, and it can be run twice, late, in any order
 * or after a crash:
 * 1. Google holds what the appointment asks for, as both stand now (`syncAppointment`),
 * 2. everybody is told the difference to what they were last told (`notify`),
 * 3. nothing is kept of what was told to somebody who was erased (`forgetErased`),
 * 4. nothing is owed any more, or it is owed again later; unless something has come meanwhile, which then is looked at.
 * @param deadline milliseconds since the epoch; what does not fit in is left to the due index
 */
export async function lookAt(deps: LookDeps, appointmentId: string, deadline: number): Promise<void> {
  if (isErrand(appointmentId)) return runErrand(deps, appointmentId, deadline);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const saved = await deps.settings.get();
    const reports = await syncAppointment(deps, appointmentId, saved.settings, deadline);
    const [own] = reports;
    const current = await Promise.all(reports.map((report) => conclude(deps, report, saved)));
    if (own) await observeKeywords(deps, own);
    if (current[0] !== false) return;
  }
}

/** @returns false when it was changed, or somebody asked for another look, meanwhile */
async function conclude(deps: LookDeps, report: SyncReport, saved: VersionedSettings): Promise<boolean> {
  const { settings } = saved;
  const dueAt = earliest(
    report.until,
    await forgetErased(deps, report.appointment, settings),
    await notify(deps, report, saved),
    report.waitsFor ? await waitForStaff(deps, report.waitsFor, settings) : undefined,
  );
  const { appointment } = report;
  if (!dueAt && !appointment.dueAt) return true;
  return dueAt
    ? deps.appointments.postpone(appointment, dueAt)
    : deps.appointments.settle(appointment, expiry(appointment, settings, deps.clock.now()));
}

/** @returns when to look again, other than in an hour */
async function waitForStaff(deps: LookDeps, staffEmail: string, settings: Settings): Promise<Instant | undefined> {
  const { connected, until } = await tellOfConnection(deps, staffEmail, settings);
  // They have connected since, and the list of those to wake may have been read before this booking stood in it.
  return connected ? after(deps.clock.now(), 1) : until;
}

/** Every field name that a booking has carried can be used in templates from then on. */
async function observeKeywords({ settings }: LookDeps, { appointment }: SyncReport): Promise<void> {
  const names = Object.keys(appointment.booking?.keywords ?? {}).filter(
    (name) => isKeywordName(name) && !isPlatformKeyword(name),
  );
  if (names.length === 0) return;
  const known = await settings.observedKeywords();
  const unknown = names.filter((name) => !known.has(name)).slice(0, MAX_KEYWORDS - known.size);
  if (unknown.length > 0) await settings.observe(unknown);
}
