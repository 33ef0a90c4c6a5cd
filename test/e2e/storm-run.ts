/** `npm run storm`: the storm at its full size. */
import { runStorm } from './storm.ts';

const number = (name: string, preset: number): number => Number(process.env[name] ?? preset);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { violations, summary, folder } = await runStorm({
  seed: number('STORM_SEED', Math.floor(1_000_000 * Math.random())),
  bookings: number('STORM_BOOKINGS', 500),
  kills: number('STORM_KILLS', 50),
  secondsBetweenKills: 12,
  patience: Number(process.env.STORM_PATIENCE ?? 600_000),
  say,
});

const width = Math.max(...Object.keys(summary).map((name) => name.length));
say('');
for (const [name, value] of Object.entries(summary)) say(`${name.padEnd(width)}  ${value}`);
say('');
for (const { appointmentId = '', what, view } of violations) {
  say(`WRONG: ${appointmentId} ${what}`);
  if (view) say(JSON.stringify(view, undefined, 1));
}
say(violations.length === 0 ? 'All ended right.' : `${violations.length} wrong; data and log are in ${folder}`);
process.exitCode = violations.length === 0 ? 0 : 1;
