import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly } from './assembly.ts';
import { SynthesizedTemplate } from './synthesized.ts';

interface Bundle {
  readonly folder: string;
  readonly environment: Record<string, string>;
}

const names = [
  'admin-console',
  'appointments-api',
  'customers-api',
  'diagnostics',
  'booking-webhook',
  'due-work',
  'join',
  'mail-feedback',
  'meeting-sync',
  'openapi',
  'redrive',
  'settings-api',
  'staff-api',
  'staff-oauth',
];

describe('every bundle', { timeout: 30_000 }, () => {
  // Outside of the project, so that nothing is found in its node_modules.
  const place = mkdtempSync(join(tmpdir(), 'booking-meet-bundles-'));
  const bundles = new Map<string, Bundle>();

  beforeAll(async () => {
    const outdir = await assembly();
    const template = new SynthesizedTemplate(readFileSync(join(outdir, 'BookingMeet.template.json'), 'utf8'));
    for (const [name, fn] of template.functions()) {
      const folder = join(place, name);
      cpSync(join(outdir, fn.Metadata['aws:asset:path'] ?? 'none'), folder, { recursive: true });
      const variables: Record<string, unknown> = fn.Properties.Environment.Variables;
      const environment = Object.entries(variables).map(([variable, value]) => [
        variable,
        typeof value === 'string' ? value : standIn(variable),
      ]);
      bundles.set(name, { folder, environment: Object.fromEntries(environment) });
    }
  });

  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it.each(names)('%s starts by itself, with the environment of the template and no other', (name) => {
    const bundle = bundles.get(name);
    if (bundle === undefined) throw new Error(`The template has no function ${name}.`);
    const besides = name === 'admin-console' ? ['app'] : [];
    expect(readdirSync(bundle.folder)).toEqual([...besides, 'index.mjs']);
    const url = pathToFileURL(join(bundle.folder, 'index.mjs')).href;
    const script = `import(${JSON.stringify(url)}).then((bundle) => process.stdout.write(typeof bundle.handler))`;
    const kind = execFileSync(process.execPath, ['--eval', script], {
      cwd: bundle.folder,
      env: { AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: name, ...bundle.environment },
      encoding: 'utf8',
    });
    expect(kind).toBe('function');
  });
});

/** What AWS would put in the place of a reference. */
const standIn = (variable: string): string => {
  if (variable === 'PUBLIC_URL') return 'https://api.example.test';
  if (variable.endsWith('_ARN')) return `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${variable}-AbCdEf`;
  return `BookingMeet-${variable}`;
};
