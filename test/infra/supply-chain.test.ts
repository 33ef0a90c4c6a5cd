import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { weights } from '../bench/weights.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: true;
  readonly inBundle?: true;
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly properties: readonly { readonly name: string }[];
}

const { dependencies, devDependencies } = JSON.parse(read('package.json'));
const { '': _ours, ...locked }: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages;
/** What can get into a bundle; the import rules keep the others out. Without those of them that are only for development. */
const shipped = Object.entries(locked).filter(([, { dev }]) => !dev);
const nameOf = (place: string): string => place.replace(/^.*node_modules\//, '');

/** Those that allow use, change and sale in closed software, and ask for no more than their notice. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'MIT', 'MIT-0', 'Unlicense'];
/** Packages whose `license` is no SPDX name, by what their licence file says. */
const READ = new Map([['url-template@2.0.8', 'BSD-3-Clause']]);

/** Of one of the tables in docs/dependencies.md: the package, and all its other cells. */
function rowsOf(kind: string): string[][] {
  const [, section = ''] = read('docs/dependencies.md').split(kind === 'runtime' ? '## Shipped' : '## For development');
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)];
}

describe('packages', () => {
  it('are named by their exact versions', () => {
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('are locked by what is in them, wherever they come from', () => {
    // Those that come inside of another have its hash.
    const alone = Object.entries(locked).filter(([, { inBundle }]) => !inBundle);
    expect(alone.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(alone.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('have licences that we can live with, where they are shipped', () => {
    const others = shipped
      .map(([place, { version, license }]) => ({ id: `${nameOf(place)}@${version}`, license }))
      .filter(({ id, license }) => !ALLOWED.includes(READ.get(id) ?? license ?? 'none'));
    expect(others).toEqual([]);
  });

  it('are all in the bill of materials, where they are shipped', () => {
    const bill = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' }));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { purl: expect.any(String) } } });
    const components: Component[] = bill.components;
    const listed = components.filter(({ properties }) => !properties.some(({ name }) => name.endsWith(':development')));
    expect(listed.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(
      [...new Set(shipped.map(([place, { version }]) => `${nameOf(place)}@${version}`))].sort(),
    );
  });

  it.each(['runtime', 'development'])('each have a row in docs/dependencies.md that says why: %s', (kind) => {
    const rows = rowsOf(kind);
    const names = Object.keys(kind === 'runtime' ? dependencies : devDependencies);
    expect(rows.map(([, name]) => name)).toEqual(names.toSorted());
    for (const [, name, cells = ''] of rows) {
      expect(
        cells.split(' | ').filter((cell) => cell.trim() === ''),
        name,
      ).toEqual([]);
    }
  });

  it('weigh about what docs/dependencies.md says, where they are shipped', async () => {
    const said = new Map(rowsOf('runtime').map(([, name, cells = '']) => [name, cells.split(' | ').at(-1)?.trim()]));
    const wrong = (await weights()).flatMap(({ name, value }) => {
      const [kib, stated] = [value / 1024, Number(said.get(name))];
      // What changes with each version is no news.
      const isAbout = Math.abs(kib - stated) <= Math.max(1, kib / 10) && kib > 0 === stated > 0;
      return isAbout ? [] : [`${name}: ${said.get(name)} KiB, and should be ${Math.ceil(kib)}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('the search for known faults', () => {
  const advisory = {
    id: 1,
    url: 'https://advisories.example.test/1',
    title: 'Believes everything',
    severity: 'low',
    vulnerable_versions: '*',
    cwe: [],
    cvss: { score: 0, vectorString: null },
  };

  it.each([
    ['none', 200, {}, 0, 'No known fault in any package.'],
    ['one', 200, { zod: [advisory] }, 1, 'zod *: low, Believes everything, https://advisories.example.test/1'],
    ['a registry that tells none', 405, {}, 2, 'NOT CHECKED'],
  ])('says so of %s', async (_what, status, answer, code, words) => {
    const registry = createServer(({ method, url = '' }, response) => {
      // Of packages it is asked as well, to see whether another version of them would help.
      const name = decodeURIComponent(url.slice(1));
      response.writeHead(method === 'POST' ? status : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(method === 'POST' ? answer : { name, versions: { '0.0.0': { name, version: '0.0.0' } } }),
      );
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const { port } = registry.address() as AddressInfo;
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/` };
    const ended = await promisify(execFile)(`${ROOT}.ci/audit`, { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    registry.close();
    expect(ended).toMatchObject({ code, stdout: expect.stringContaining(words) });
  });
});
