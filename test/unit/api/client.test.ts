import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiDocument } from '../../../shared/api/openapi.ts';

const folder = mkdtempSync(join(tmpdir(), 'booking-meet-client-'));

beforeAll(async () => {
  const document = JSON.stringify(openApiDocument('https://meet.clinic.test'));
  writeFileSync(join(folder, 'client.ts'), astToString(await openapiTS(document)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A use of the client that is right, but for what `mistake` adds. */
const use = (mistake = '') => `
import type { components, operations, paths } from './client.ts';

type View = paths['/appointments/{appointmentId}']['get']['responses'][200]['content']['application/json'];
export const linkOf = ({ meeting }: View): string | null => (meeting.state === 'ready' ? meeting.meetUrl : null);

type Query = NonNullable<operations['listAppointments']['parameters']['query']>;
export const waiting: Query = { state: 'waiting_for_staff', limit: 10 };

type Patch = NonNullable<operations['patchSettings']['requestBody']>['content']['application/merge-patch+json'];
export const patch: Patch = { senderName: null, notifications: { sms: { customer: true } } };

export const booked: components['schemas']['NeutralDelivery'] = {
  type: 'appointment.cancelled', timestamp: '2026-11-22T10:00:00Z', data: { id: '1042' },
};
export const faults = ({ errors = [] }: components['schemas']['Problem']): string[] => errors.map(({ path }) => path);
${mistake}
`;

/** What the compiler says. */
function compile(source: string): { status: number | null; said: string } {
  writeFileSync(join(folder, 'use.ts'), source);
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const modules = ['--module', 'nodenext', '--target', 'es2024', '--allowImportingTsExtensions'];
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, ...modules, 'use.ts', 'client.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, said: stdout };
}

it('a client that is generated from the document compiles, with a use of it', () => {
  expect(compile(use())).toEqual({ status: 0, said: '' });
}, 60_000);

it('does not with a field, a state and a type that there are not', () => {
  const mistakes = `
export const none = (view: View) => view.meeting.zoomUrl;
export const is = (view: View) => view.meeting.state === 'done';
export const wrong: Patch = { retentionDays: 'long' };`;
  const { status, said } = compile(use(mistakes));

  expect(status).toBe(2);
  expect(said.match(/TS\d+/g)).toEqual(['TS2339', 'TS2367', 'TS2322']);
}, 60_000);
