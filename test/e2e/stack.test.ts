import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGoogle } from '../../infra/local/google/server.ts';
import { startInbox } from '../../infra/local/inbox.ts';
import { processIdentity } from '../../infra/local/processes.ts';
import { startSecretsManager } from '../../infra/local/secrets-manager.ts';
import { startSns } from '../../infra/local/sns.ts';
import { settleDown, startSystem, tomorrow } from './driver.ts';
import { dataFolder, npmStart, spawnStart } from './npm-start.ts';

const LEASES_ENDED = 100_000;

/** Ids of processes that name `mark` in their command line; on Linux only. */
const processesNaming = (mark: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        // It has just ended.
        return false;
      }
    })
    .map(Number);

describe('npm start', () => {
  it('that is killed in the middle and started again ends everything right, and leaves no process', async () => {
    const dataDir = dataFolder();
    const staff = 'killed@stack.test';
    const ids = ['1', '2', '3', '4', '5', '6'];
    const killed = await npmStart({ DATA_DIR: dataDir });
    await killed.driver.connect(staff);
    for (const id of ['7', '8']) await killed.driver.book({ id, staff, start: tomorrow(Number(id)) });
    const before = await killed.driver.untilTold('7', 2);
    await killed.driver.untilTold('8', 2);
    // One call is under way, one has been done without an answer, and one has not come back.
    await killed.driver.google('order-fault', { operation: 'insert', account: staff, hangAfterMs: 4000, count: 2 });
    await killed.driver.google('order-fault', { operation: 'patch', account: staff, delayMs: 4000 });

    await killed.driver.book({ id: '7', staff, event: 'booking_rescheduled', start: tomorrow(17) });
    await killed.driver.bookAtOnce(ids.map((id) => ({ id, staff, start: tomorrow(Number(id)) })));
    await killed.driver.book({
      id: '8',
      staff,
      event: 'booking_status_changed',
      status: 'canceled',
      start: tomorrow(8),
    });
    const recorded = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as { pid: number }[];
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');

    const next = await npmStart({ DATA_DIR: dataDir });
    expect(recorded.map(({ pid }) => processIdentity(pid))).toEqual(recorded.map(() => undefined));
    await next.driver.google('clear-faults', {});
    // What the killed run had claimed is taken over when its lease has ended.
    for (const id of ids) await next.driver.untilTold(id, 2, 'ready', LEASES_ENDED);
    const moved = await next.driver.untilTold('7', 4);
    await next.driver.untilTold('8', 4, 'cancelled');
    await settleDown();

    expect(moved.meeting.meetUrl).toBe(before.meeting.meetUrl);
    expect(await next.driver.events(staff)).toHaveLength(ids.length + 1);
    for (const id of ids) {
      const { meeting } = await next.driver.view(id);
      const mails = await next.driver.mails({ to: `customer-${id}@mail.test` });
      // One repeat may be, when it was killed between sending and recording; never none.
      expect([1, 2]).toContain(mails.length);
      for (const mail of mails) expect(mail.text).toContain(meeting.meetUrl);
    }

    const running = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as { pid: number }[];
    expect(running.length).toBeGreaterThan(1);
    next.process.kill('SIGTERM');
    const [code] = (await once(next.process, 'exit')) as [number];

    expect(code).toBe(0);
    expect(running.map(({ pid }) => processIdentity(pid))).toEqual(running.map(() => undefined));
    await expect(fetch(next.driver.url)).rejects.toThrow();
  });

  it.skipIf(process.platform !== 'linux')('that is interrupted while it starts leaves no process', async () => {
    const dataDir = dataFolder();
    const { process: child } = spawnStart({ DATA_DIR: dataDir });
    await expect.poll(() => processesNaming(dataDir).length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0);

    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];

    onTestFinished(() => {
      for (const pid of processesNaming(dataDir)) process.kill(pid);
    });
    expect(code).toBe(0);
    await expect.poll(() => processesNaming(dataDir), { timeout: 10_000 }).toEqual([]);
  });
});

/** Serves another server's paths below a path of its own. */
async function behindPrefix(target: string, prefix: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const { hostname, port } = new URL(target);
    const options = {
      hostname,
      port,
      path: path.slice(prefix.length),
      method: incoming.method,
      headers: incoming.headers,
    };
    const passed = httpRequest(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

describe('a stack on stand-ins from outside', () => {
  it('does all of it there, below a path too, and leaves them running', async () => {
    const [google, secrets, sns, inbox] = await Promise.all([
      startGoogle({}),
      startSecretsManager({ statePath: undefined }),
      startSns({ statePath: undefined }),
      startInbox({ port: 0 }),
    ]);
    const prefixed = await behindPrefix(google.url, '/some/google');
    const { stack, driver } = await startSystem({
      GOOGLE_EMULATOR_URL: `${prefixed.url}/`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_SES: inbox.url,
      AWS_ENDPOINT_URL_SNS: sns.url,
    });
    const staff = 'outside@stack.test';
    try {
      expect(stack).toMatchObject({
        googleUrl: prefixed.url,
        secretsManagerUrl: secrets.url,
        snsUrl: sns.url,
        inboxUrl: inbox.url,
      });
      await driver.connect(staff);
      await driver.book({ id: '20', staff });
      const { meeting } = await driver.untilTold('20', 2);
      await driver.book({ id: '20', staff, event: 'booking_rescheduled', start: tomorrow(5) });
      await driver.untilTold('20', 4);
      await driver.book({ id: '20', staff, event: 'booking_status_changed', status: 'canceled', start: tomorrow(5) });
      await driver.untilTold('20', 6, 'cancelled');

      expect(google.google.events({ account: staff })).toMatchObject([
        { event: { id: meeting.eventId, status: 'cancelled' } },
      ]);
      expect(await driver.operations(staff)).toEqual(['insert', 'patch', 'delete']);
      expect(await driver.mails({ to: 'customer-20@mail.test' })).toHaveLength(3);
      await driver.admin('DELETE', `/staff/${staff}/connection`);
      expect(google.google.tokens({ account: staff }).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
    } finally {
      await stack.stop();
    }

    for (const url of [google.url, inbox.url]) expect((await fetch(`${url}/_control/`)).status).toBeLessThan(500);
    await Promise.all([prefixed, google, secrets, sns, inbox].map((part) => part.close()));
  });
});
