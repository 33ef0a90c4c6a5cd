import { expect, it } from 'vitest';
import { byUrgency } from '../../../functions/admin-console/app/pages/health/order.ts';

it('puts first what needs somebody first, and keeps the order of the rest', () => {
  const check = (id: string, status: 'pass' | 'warn' | 'fail' | 'unknown') => ({
    id,
    status,
    title: '',
    detail: '',
    fix: '',
  });
  const checks = [
    check('a', 'pass'),
    check('b', 'unknown'),
    check('c', 'fail'),
    check('d', 'warn'),
    check('e', 'fail'),
  ];
  expect(byUrgency(checks).map(({ id }) => id)).toEqual(['c', 'e', 'd', 'b', 'a']);
});
