/** What a role of the template allows, decided as IAM decides it. */
import { ACCOUNT, PARTITION, REGION } from './aws.ts';

/** Operator, key, values: `StringEquals`, `ses:FromAddress`, the addresses. */
type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A statement of a policy; there are none but those that allow. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Instead of `resources`: everything but these. */
  readonly notResources?: readonly string[];
  readonly conditions: Conditions;
}

/** One permission that a call needs. */
export interface Need {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARNs of which one has to be allowed, since which of them is asked about is not known here. */
  readonly resources: readonly string[];
  /** What conditions look at. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** One action on one resource, under the conditions of its statement. */
interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly isException: boolean;
  readonly conditions: Conditions;
}

/** Whether what a condition names is there. */
const OPERATORS: Readonly<Record<string, (given: readonly string[], wanted: readonly string[]) => boolean>> = {
  StringEquals: (given, wanted) => given.length === 1 && given.every((value) => wanted.includes(value)),
  // True of nothing, too.
  'ForAllValues:StringEquals': (given, wanted) => given.every((value) => wanted.includes(value)),
};

export const KNOWN_OPERATORS: ReadonlySet<string> = new Set(Object.keys(OPERATORS));

/** A role, as the single grants that it is made of. */
export class Role {
  readonly #grants: readonly Grant[];

  constructor(statements: readonly Statement[]) {
    this.#grants = statements.flatMap(({ actions, resources, notResources, conditions }) =>
      actions.flatMap((action) =>
        (notResources ?? resources).map((resource) => ({
          action,
          resource,
          isException: notResources !== undefined,
          conditions,
        })),
      ),
    );
  }

  /** All that it grants, for people: the same in every run. */
  get grants(): readonly string[] {
    return this.#grants.map(nameOf);
  }

  /** The grants that a need is met by; none when it is denied. */
  grantsFor({ action, resources, context }: Need): readonly string[] {
    return this.#grants
      .filter(
        (grant) =>
          matches(grant.action, action) &&
          resources.some((resource) => matches(grant.resource, resource) !== grant.isException) &&
          Object.entries(grant.conditions).every(([operator, keys]) =>
            Object.entries(keys).every(([key, wanted]) => OPERATORS[operator]?.(context[key] ?? [], wanted)),
          ),
      )
      .map(nameOf);
  }
}

/** As IAM compares with `*` and `?`. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text);

function nameOf({ action, resource, isException, conditions }: Grant): string {
  const wanted = Object.values(conditions).flatMap((keys) =>
    Object.entries(keys).map(([key, values]) => ` if ${key} is ${values.join(' or ')}`),
  );
  return `${action} on ${isException ? 'anything but ' : ''}${shortName(resource)}${wanted.join('')}`;
}

/** DynamoDB Local has a region of its own for streams. */
const ARN = new RegExp(`^arn:${PARTITION}:(?<service>[^:]*):(?:${REGION}|ddblocal)?:(?:${ACCOUNT})?:(?<rest>.+)$`, 's');

/** A resource without what every one has in common, or what differs from run to run: `table/Appointments/index/due`. */
export function shortName(arn: string): string {
  const { service, rest } = ARN.exec(arn)?.groups ?? {};
  if (service === undefined || rest === undefined) return arn;
  if (service === 'secretsmanager') return rest.replace(/-\w{6}$/, '');
  // CloudFormation's hash behind a logical id says no more than the id.
  return rest.replace(/\/stream\/.*$/, '/stream').replace(/(?<=^|[/:])([A-Z][A-Za-z]+?)[0-9A-F]{8}(?=$|\/)/g, '$1');
}
