import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import { paced } from '../../../shared/notifications/pacing.ts';

const THROTTLED = new DeliveryError('throttled', true);

function slow(faults: DeliveryError[]) {
  const tried: string[] = [];
  const waits: number[] = [];
  const sender = paced(
    {
      async send(message: string) {
        tried.push(message);
        const fault = faults.shift();
        if (fault) throw fault;
        return `sent ${message}`;
      },
    },
    async (milliseconds) => waits.push(milliseconds),
    () => 0.5,
  );
  return { sender, tried, waits };
}

describe('a provider that is asked too fast', () => {
  it('is asked again a little later, each time a little later still', async () => {
    const { sender, waits } = slow([THROTTLED, THROTTLED]);
    expect(await sender.send('a')).toBe('sent a');
    expect(waits).toEqual([700, 1400]);
  });

  it('is left alone after a few times', async () => {
    const { sender, tried } = slow([THROTTLED, THROTTLED, THROTTLED, THROTTLED, THROTTLED]);
    await expect(sender.send('a')).rejects.toBe(THROTTLED);
    expect(tried).toHaveLength(4);
  });

  it.each([
    new DeliveryError('daily_quota', true, false, 'account'),
    new DeliveryError('TimeoutError', true, true),
    new DeliveryError('MessageRejected', false),
  ])('is not asked again at once after anything else: %o', async (error) => {
    const { sender, tried } = slow([error]);
    await expect(sender.send('a')).rejects.toBe(error);
    expect(tried).toHaveLength(1);
  });
});
