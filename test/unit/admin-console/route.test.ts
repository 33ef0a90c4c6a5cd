import { describe, expect, it } from 'vitest';
import { hashOf, parseHash } from '../../../functions/admin-console/app/route.ts';

describe('an address', () => {
  it.each(['', '#', '#/', '#/nowhere', '#/nowhere/x?y=z', 'nonsense'])('%j leads to the set-up', (hash) => {
    expect(parseHash(hash).page).toBe('setup');
    expect(parseHash(hash)).not.toHaveProperty('id');
  });

  it.each(['booknetic:1042', 'appointments:a/b?c#d', 'ñ á %', '100%'])('brings back %j', (id) => {
    const hash = hashOf('bookings', id, { state: 'failed', staff: '' });
    expect(hash).toMatch(/^#\/bookings\/[^/?#]+\?state=failed$/);
    expect(parseHash(hash)).toMatchObject({ page: 'bookings', id });
    expect(Object.fromEntries(parseHash(hash).query)).toEqual({ state: 'failed' });
  });

  it('is plain without an id and a query', () => {
    expect(hashOf('health')).toBe('#/health');
    expect(parseHash('#/health')).toMatchObject({ page: 'health' });
  });

  it('may be typed badly', () => {
    expect(parseHash('#/bookings/100%')).toMatchObject({ page: 'bookings', id: '100%' });
  });
});
