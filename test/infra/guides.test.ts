import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { codeBlocks, GUIDES, inlineCode, LANGUAGES, readText } from '../unit/docs/markdown.ts';
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
