import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SynthesisOptions, synthesize } from '../../infra/app.ts';

/** Any part of a template. */
export type Json = Record<string, unknown>;

/** A resource of a template, with the id it has there. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: every type of resource has its own properties, and an assertion is what checks them.
  readonly Properties: Record<string, any>;
  readonly Metadata: Record<string, string>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string[];
}

/** A synthesized template and ways to ask it things. */
export class SynthesizedTemplate {
  readonly json: { readonly Resources: Record<string, Resource>; readonly Outputs: Record<string, { Value: unknown }> };

  constructor(text: string) {
    this.json = JSON.parse(text);
  }

  all(type: string): Resource[] {
    return Object.entries(this.json.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ ...resource, id, Properties: resource.Properties ?? {} }));
  }

  one(type: string): Resource {
    const [only, ...others] = this.all(type);
    if (only === undefined || others.length > 0) throw new Error(`There is not exactly one ${type}.`);
    return only;
  }

  /** The functions by the name of their folder. */
  functions(): Map<string, Resource> {
    return new Map(
      this.all('AWS::Lambda::Function').map((fn) => [fn.Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME, fn]),
    );
  }

  /** What a role may do, one entry per statement, with every resource written out. */
  statementsOf(
    roleId: string,
  ): { readonly actions: string[]; readonly resources: string[]; readonly effect: string }[] {
    return this.all('AWS::IAM::Policy')
      .filter((policy) => policy.Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
      .map((statement) => ({
        actions: [statement.Action].flat(),
        resources: [
          ...[statement.Resource ?? []].flat().map(written),
          ...[statement.NotResource ?? []].flat().map((resource) => `not ${written(resource)}`),
        ],
        effect: statement.Effect,
      }));
  }

  output(name: string): string {
    return written(this.json.Outputs[name]?.Value);
  }
}

/** The text that an expression of CloudFormation gives, references in angle brackets. */
export const written = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value as Json);
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(written).join(separator);
  }
  throw new Error(`This expression is not understood: ${JSON.stringify(value)}`);
};

/** What a function finds in its environment in Lambda, with something like what AWS would put in the place of a reference. */
export const environmentOf = (fn: Resource): Record<string, string> => {
  const variables: Record<string, unknown> = fn.Properties.Environment.Variables;
  return {
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: fn.id,
    ...Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : standIn(name)]),
    ),
  };
};

const standIn = (variable: string): string => {
  if (variable === 'PUBLIC_URL') return 'https://api.example.test';
  if (variable.endsWith('_ARN')) return `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${variable}-AbCdEf`;
  return `BookingMeet-${variable}`;
};

/** Synthesizes into a folder of its own, hands it over, and removes it. */
export const withSynthesis = <Result>(
  options: Omit<SynthesisOptions, 'outdir'>,
  use: (template: SynthesizedTemplate, outdir: string) => Result,
): Result => {
  const outdir = mkdtempSync(join(tmpdir(), 'booking-meet-infra-'));
  try {
    const { templatePath } = synthesize({
      ...options,
      outdir,
      context: { mailFrom: 'bookings@clinic.test', ...options.context },
    });
    return use(new SynthesizedTemplate(readFileSync(templatePath, 'utf8')), outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

/** The template alone, without bundling the functions. */
export const synthesizeTemplate = (context: SynthesisOptions['context'] = {}): SynthesizedTemplate =>
  withSynthesis({ context, bundle: false }, (template) => template);
