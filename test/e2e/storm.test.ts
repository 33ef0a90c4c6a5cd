import { expect, it } from 'vitest';
import { runStorm } from './storm.ts';

// The full size is `npm run storm`.
it('forty bookings come right, though the stack is killed again and again and Google and SES fail', async () => {
  const { violations, summary } = await runStorm({
    seed: 1,
    bookings: 40,
    kills: 4,
    secondsBetweenKills: 10,
    patience: 150_000,
  });
  expect(violations.map(({ appointmentId, what }) => `${appointmentId} ${what}`)).toEqual([]);
  expect(summary.bookings).toBe(40);
}, 400_000);
