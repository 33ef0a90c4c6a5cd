import { randomInt } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** A secret as the template defines it. */
export interface SecretDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly value: string | undefined;
  readonly generate: GeneratedSecret | undefined;
}

interface GeneratedSecret {
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly includeSpace: boolean;
  readonly requireEachType: boolean;
  readonly template: string | undefined;
  readonly key: string | undefined;
}

/**
 * Makes sure that a secret is there, as CloudFormation would: an existing value stays.
 * @param wanted decides from the present value which one the secret should hold; undefined keeps it.
 * @returns its ARN and its value.
 */
export async function ensureSecret(
  client: SecretsManagerClient,
  definition: SecretDefinition,
  wanted: (present: string) => string | undefined,
): Promise<{ arn: string; value: string }> {
  const SecretId = definition.name;
  const existing = await client.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  const present = existing?.SecretString ?? definition.value ?? generateSecret(definition.generate);
  const value = wanted(present) ?? present;
  if (existing === undefined) {
    const created = await client.send(
      new CreateSecretCommand({ Name: definition.name, Description: definition.description, SecretString: value }),
    );
    return { arn: created.ARN ?? definition.name, value };
  }
  if (value !== present) await client.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
  return { arn: existing.ARN ?? definition.name, value };
}

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A random secret by the rules of GenerateSecretString. */
function generateSecret(rules: GeneratedSecret | undefined): string {
  if (rules === undefined) throw new Error('A secret without a value or GenerateSecretString does not work locally');
  const types = [
    rules.excludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.excludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.excludeNumbers ? '' : '0123456789',
    rules.excludePunctuation ? '' : PUNCTUATION,
    rules.includeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !rules.excludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  const all = types.flat();
  for (;;) {
    const secret = Array.from({ length: rules.length }, () => all[randomInt(all.length)]).join('');
    const complete = types.every((type) => type.some((character) => secret.includes(character)));
    if (rules.requireEachType && !complete) continue;
    if (rules.template === undefined || rules.key === undefined) return secret;
    return JSON.stringify({ ...(JSON.parse(rules.template) as object), [rules.key]: secret });
  }
}
