import { FAULTS, STEPS } from './faults.ts';

/** What must have happened somewhere in a long run, besides every fault at every step. */
const MUST_HAPPEN = [
  'happening delivery',
  'happening settings',
  'happening calendar',
  'happening connect',
  'happening disconnect',
  'happening revoke',
  'happening resync',
  'happening admin_cancel',
  'happening erase',
  'happening delete',
  'happening forget',
  'happening edit_time',
  'happening edit_title',
  'happening add_guest',
  'happening remove_guest',
  'happening answer',
  'happening remove_link',
  'happening google_down',
  'happening calendar_api_off',
  'happening links_slow',
  'happening links_fail',
  'happening mail_down',
  'happening sms_down',
  'happening bounce',
  'happening unbounce',
  'happening stream_lost',
  'happening database_down',
  'stream lost',
  'stream late',
  'stream twice',
  'stream gave up',
  'answer insert duplicate',
  'answer patch precondition_failed',
  'answer insert meet_unavailable',
  'answer insert access_revoked',
  'answer patch access_revoked',
  'answer delete access_revoked',
  'answer get access_revoked',
  'intake create accepted',
  'intake create stale',
  'intake change accepted',
  'intake change duplicate',
  'intake change stale',
  'intake cancel accepted',
  'intake report unchanged',
  'erased from a booking',
  'booked again after an erasure',
  'connection connected',
  'connection not_connected',
  'connection reconnect_required',
  'message booked',
  'message rescheduled',
  'message link_changed',
  'message cancelled',
  'message reminder',
  'message connect_google',
  'sms booked',
  'sms rescheduled',
  'sms link_changed',
  'sms cancelled',
  'sms reminder',
  'transition ready to cancelled',
  'transition cancelled to ready',
  'transition ready to waiting_for_staff',
  'transition waiting_for_staff to ready',
  'transition retrying to ready',
  'transition failed to ready',
  'transition pending to ready',
] as const;

/** What was never met: a hole in what the seeds have shown. */
export function holes(counts: ReadonlyMap<string, number>): string[] {
  const faults = Object.entries(STEPS).flatMap(([step, possible]) => possible.map((fault) => `fault ${step} ${fault}`));
  return [...faults, ...MUST_HAPPEN].filter((name) => !counts.has(name));
}

/** Which fault hit which step, how often; a dot where it cannot. */
export function faultTable(counts: ReadonlyMap<string, number>): string {
  const header = ['', 'calls', ...FAULTS];
  const rows = Object.entries(STEPS).map(([step, possible]) => [
    step,
    String(counts.get(`step ${step}`) ?? 0),
    ...FAULTS.map((fault) => (possible.includes(fault) ? String(counts.get(`fault ${step} ${fault}`) ?? 0) : '·')),
  ]);
  return columns([header, ...rows]);
}

/** Everything else that was counted, by its kind. */
export function eventTable(counts: ReadonlyMap<string, number>): string {
  const rows = [...counts]
    .filter(([name]) => !/^(step|fault|log) /.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => [name, String(count)]);
  return columns(rows);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
