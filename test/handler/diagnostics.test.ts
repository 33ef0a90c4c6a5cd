import { beforeEach, expect, it } from 'vitest';
import { makeHandler } from '../../functions/diagnostics/handler.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { ADMIN_KEY, asAdmin, keptLogs, send } from './events.ts';

const { logger, lines } = keptLogs();
let undeliverable: FakeUndeliverableStore;
let handler: ReturnType<typeof makeHandler>;

beforeEach(() => {
  lines.length = 0;
  undeliverable = new FakeUndeliverableStore();
  handler = makeHandler({ undeliverable, secrets: secretsOf({ key: ADMIN_KEY }), adminKeySecretId: 'key', logger });
});

const diagnostics = () => send(handler, 'GET /diagnostics', { headers: asAdmin });
const mark = (address: string, reason: 'bounced' | 'opted_out', at: string) =>
  undeliverable.mark({ channel: 'email', address, reason, at, detail: 'smtp; 550' }, 2_000_000_000);

it('needs the admin key', async () => {
  expect((await send(handler, 'GET /diagnostics', {})).status).toBe(401);
});

it('finds nothing where no message has come back', async () => {
  const { status, json } = await diagnostics();
  expect(status).toBe(200);
  expect(json).toEqual({
    ok: true,
    checks: [expect.objectContaining({ id: 'undeliverable_addresses', status: 'pass', fix: '' })],
  });
});

it('names addresses that take no messages, the newest first, why, and what to do', async () => {
  await mark('old@mail.test', 'opted_out', '2026-11-20T10:00:00Z');
  await mark('new@mail.test', 'bounced', '2026-11-21T10:00:00Z');
  const { json } = await diagnostics();
  expect(json.ok).toBe(true);
  const [check] = json.checks;
  expect(check.status).toBe('warn');
  expect(check.detail).toMatch(
    /^new@mail.test: bounced on 2026-11-21T10:00:00Z \(smtp; 550\); old@mail.test: opted_out/,
  );
  expect(check.fix).toMatch(/came back.*no more text messages/);
  expect(JSON.stringify(lines)).not.toContain('mail.test');
});

it('does not list hundreds', async () => {
  for (let index = 0; index < 25; index += 1) await mark(`a${index}@mail.test`, 'bounced', '2026-11-21T10:00:00Z');
  const [check] = (await diagnostics()).json.checks;
  expect(check.detail).toMatch(/; and 5 more$/);
});
