import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { codeBlocks, GUIDES, inlineCode, LANGUAGES, ROOT, readText } from '../unit/docs/markdown.ts';
import { synthesizeTemplate } from './synthesized.ts';

const template = synthesizeTemplate();
/** Whatever a part of a path is called. */
const plain = (route: string): string => route.replace(/\?.*$/, '').replaceAll(/\{[^}]+\}/g, '{}');
const routes = template.all('AWS::ApiGatewayV2::Route').map(({ Properties }) => plain(Properties.RouteKey));

describe.each(LANGUAGES)('the guides, in %s', (language) => {
  const awsSetup = readText(`docs/${language}/aws-setup.md`);

  it.each(GUIDES)('name calls that there are: %s', (name) => {
    const calls = inlineCode(readText(`docs/${language}/${name}`))
      .filter((code) => /^(?:GET|PUT|PATCH|POST|DELETE) \/\S*$/.test(code) && !code.includes('…'))
      .map(plain);
    expect(calls.filter((call) => !routes.includes(call))).toEqual([]);
  });

  it('explain every output of the stack', () => {
    const outputs = [...Object.keys(template.json.Outputs), 'DnsTarget'];
    expect(outputs.filter((output) => !awsSetup.includes(`\`${output}\``))).toEqual([]);
  });

  it('show parameters that are accepted', () => {
    const [example = ''] = codeBlocks(awsSetup).filter((block) => block.startsWith('```json'));
    const { context } = JSON.parse(example.replaceAll(/^```.*$/gm, ''));
    expect(readConfig(context)).toMatchObject(context);
  });

  it('explain every parameter', () => {
    const rows = [...awsSetup.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
    const parameters = rows.slice(0, rows.indexOf('ApiUrl'));
    // Each is known: a value that none of them takes is refused by the parameter's name.
    for (const name of parameters) expect(() => readConfig({ [name]: '!' }), name).toThrow(`  - ${name} `);
    expect(parameters.toSorted()).toEqual(
      ['alarmEmail', 'certificateArn', 'domainName', 'hostedZoneId', 'mailFrom', 'name'].toSorted(),
    );
  });
});

const PAGES = [
  'README.md',
  ...readdirSync(`${ROOT}docs`).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...LANGUAGES.flatMap((language) => GUIDES.map((name) => `docs/${language}/${name}`)),
];
const namesOf = (type: string, property: string): string[] =>
  template.all(type).map(({ Properties }) => Properties[property]);

/** How a command or a text names something that must be there, and what there is. */
const NAMES: readonly (readonly [how: RegExp, isThere: (name: string) => boolean])[] = [
  [/aws logs tail ([^<\s]+)(?= )/g, (name) => namesOf('AWS::Logs::LogGroup', 'LogGroupName').includes(name)],
  [/(?<![\w/])(booking-meet\/[\w-]+)/g, (name) => namesOf('AWS::SecretsManager::Secret', 'Name').includes(name)],
  [/<(?:output|salida) (\w+)>/g, (name) => name in template.json.Outputs],
  [
    /contains\((?:Function)?Name, '(\w+)'\)/g,
    (name) => Object.keys(template.json.Resources).some((id) => id.startsWith(name)),
  ],
  [/npm run (?:--silent )?([\w-]+)/g, (name) => name in JSON.parse(readText('package.json')).scripts],
  [
    /^([a-z-]+-(?:delay|errors|failures|missing))$/g,
    (name) => namesOf('AWS::CloudWatch::Alarm', 'AlarmName').includes(`booking-meet-${name}`),
  ],
];

describe.each(PAGES)('the commands of %s', (page) => {
  const text = readText(page);
  const blocks = codeBlocks(text).flatMap((block) => /^ *```sh\n([\s\S]*?) *```$/.exec(block)?.[1] ?? []);
  const code = inlineCode(text);
  const commands = [...blocks, ...code.filter((one) => /^(?:aws|curl|git|node|npm|npx) /.test(one))];

  it('are such as a shell understands', () => {
    const faults = commands.flatMap((command) => {
      const input = command.replaceAll(/<[^<>\n]+>/g, 'something');
      const { error, stderr } = spawnSync('bash', ['-n'], { input, encoding: 'utf8' });
      return error ?? (stderr === '' ? [] : `${command}\n${stderr}`);
    });
    expect(faults).toEqual([]);
  });

  it('name what there is', () => {
    const unknown = NAMES.flatMap(([how, isThere]) =>
      [...blocks, ...code]
        .flatMap((one) => [...one.matchAll(how)].map(([, name = '']) => name))
        .filter((name) => !isThere(name)),
    );
    expect(unknown).toEqual([]);
  });
});

describe.each(LANGUAGES)('the table of routes in the runbook, in %s', (language) => {
  it('names the function of each', () => {
    const rows = [...readText(`docs/${language}/runbook.md`).matchAll(/^\| (`\/.*?`) \| `([\w-]+)` \|/gm)].map(
      ([, patterns = '', name]) => ({ patterns: inlineCode(patterns), name }),
    );
    const said = (path: string) =>
      rows
        .filter(({ patterns }) =>
          patterns.some((one) => (one.endsWith('…') ? path.startsWith(one.slice(0, -1)) : path === one)),
        )
        .map(({ name }) => name);
    const functions = new Map([...template.functions()].map(([name, { id }]) => [id, name]));
    for (const { Properties } of template.all('AWS::ApiGatewayV2::Route')) {
      const integration = template.json.Resources[Properties.Target['Fn::Join'][1][1].Ref];
      const id = integration?.Properties.IntegrationUri['Fn::GetAtt'][0];
      expect(said(Properties.RouteKey.split(' ')[1]), Properties.RouteKey).toEqual([functions.get(id)]);
    }
  });
});
