import { ACCOUNT, PARTITION, REGION } from './aws.ts';

/** Thrown when a template holds something that the local stack would need to understand and does not. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** What references stand for: `LogicalId` for Ref, `LogicalId.Attribute` for Fn::GetAtt. */
export type LocalValues = ReadonlyMap<string, string>;

const PSEUDO_PARAMETERS = new Map([
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Partition', PARTITION],
  ['AWS::Region', REGION],
  ['AWS::StackName', 'local'],
  ['AWS::StackId', `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

/**
 * Resolves CloudFormation's intrinsic functions against local values, however deep they sit.
 * @throws TemplateError naming what is not known.
 */
export function resolveIntrinsics(value: unknown, values: LocalValues): unknown {
  const resolve = (inner: unknown): unknown => resolveIntrinsics(inner, values);
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name = '', argument] = entries.length === 1 ? (entries[0] ?? []) : [];
  switch (name) {
    case 'Ref':
      return reference(String(argument), values);
    case 'Fn::GetAtt': {
      const path = Array.isArray(argument) ? argument.map(resolve).join('.') : String(argument);
      return reference(path, values);
    }
    case 'Fn::Join': {
      const [separator, parts] = resolve(argument) as [string, string[]];
      return parts.join(separator);
    }
    case 'Fn::Split': {
      const [separator, text] = resolve(argument) as [string, string];
      return text.split(separator);
    }
    case 'Fn::Select': {
      const [index, list] = resolve(argument) as [number | string, unknown[]];
      if (list[Number(index)] === undefined) throw new TemplateError(`Fn::Select: no element ${index}`);
      return list[Number(index)];
    }
    case 'Fn::Sub':
      return substitute(argument, values);
    default:
      if (/^(Fn::|Condition$)/.test(name)) throw new TemplateError(`${name} is not known to the local stack`);
      return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner)]));
  }
}

function reference(path: string, values: LocalValues): string {
  const found = values.get(path) ?? PSEUDO_PARAMETERS.get(path);
  if (found === undefined) throw new TemplateError(`nothing is known locally for the reference to ${path}`);
  return found;
}

function substitute(argument: unknown, values: LocalValues): string {
  const [text, own] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    return name in own ? String(resolveIntrinsics(own[name], values)) : reference(name, values);
  });
}
