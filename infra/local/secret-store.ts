import { randomBytes } from 'node:crypto';
import { ACCOUNT, PARTITION, REGION } from './aws.ts';

/** An error as Secrets Manager answers it: always status 400, told apart by its name. */
export class SecretsManagerError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly text?: string;
  /** Base64. */
  readonly binary?: string;
  stages: string[];
}

/** A secret as it is kept; times are epoch milliseconds. */
export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  changedAt: number;
  description?: string;
  tags: { Key: string; Value: string }[];
  deletedAt?: number;
  /** When a deleted secret ceases to exist and its name becomes free. */
  goneAt?: number;
  versions: SecretVersion[];
}

interface Value {
  readonly text?: string | undefined;
  readonly binary?: string | undefined;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const DAY = 86_400_000;

/** The rules of Secrets Manager over a list of secrets: versions and their stages, idempotency tokens, names kept by deleted secrets. */
export class SecretStore {
  #secrets: StoredSecret[];
  readonly #changed: (secrets: readonly StoredSecret[]) => void;
  readonly #now: () => number;

  /** @param changed called after each change, before it is acknowledged. */
  constructor(
    secrets: StoredSecret[],
    changed: (secrets: readonly StoredSecret[]) => void = () => {},
    now: () => number = Date.now,
  ) {
    this.#secrets = secrets;
    this.#changed = changed;
    this.#now = now;
  }

  /** All that exist, deleted ones included until their time is over. */
  list(): readonly StoredSecret[] {
    this.#secrets = this.#secrets.filter((secret) => secret.goneAt === undefined || secret.goneAt > this.#now());
    return this.#secrets;
  }

  /** By name, ARN, or ARN without its random ending. */
  find(id: string): StoredSecret {
    const found = this.list().find(
      (secret) => secret.name === id || secret.arn === id || secret.arn.slice(0, -7) === id,
    );
    if (found === undefined) {
      throw new SecretsManagerError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return found;
  }

  create(input: {
    name: string;
    value: Value;
    token: string;
    description?: string | undefined;
    tags?: { Key: string; Value: string }[] | undefined;
  }): { secret: StoredSecret; version: string | undefined } {
    const existing = this.list().find((secret) => secret.name === input.name);
    if (existing?.deletedAt !== undefined) {
      throw new SecretsManagerError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing !== undefined) {
      const repeated = existing.versions.some(
        (version) => version.id === input.token && sameValue(version, input.value),
      );
      if (repeated) return { secret: existing, version: input.token };
      throw new SecretsManagerError(
        'ResourceExistsException',
        `The operation failed because the secret ${input.name} already exists.`,
      );
    }
    const now = this.#now();
    const suffix = randomBytes(8).toString('base64').replace(/[+/=]/g, 'x').slice(0, 6);
    const secret: StoredSecret = {
      arn: `arn:${PARTITION}:secretsmanager:${REGION}:${ACCOUNT}:secret:${input.name}-${suffix}`,
      name: input.name,
      createdAt: now,
      changedAt: now,
      ...(input.description !== undefined && { description: input.description }),
      tags: input.tags ?? [],
      versions: [],
    };
    this.#secrets.push(secret);
    const version = this.#addVersion(secret, input.value, input.token, [CURRENT]);
    this.#changed(this.#secrets);
    return { secret, version };
  }

  put(
    id: string,
    value: Value,
    token: string,
    stages: string[] = [CURRENT],
  ): { secret: StoredSecret; version: SecretVersion } {
    const secret = this.#findLive(id);
    if (value.text === undefined && value.binary === undefined) {
      throw new SecretsManagerError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
    }
    this.#addVersion(secret, value, token, stages);
    this.#changed(this.#secrets);
    return { secret, version: versionOf(secret, { id: token }) };
  }

  update(
    id: string,
    value: Value,
    token: string,
    description: string | undefined,
  ): { secret: StoredSecret; version: string | undefined } {
    const secret = this.#findLive(id);
    if (description !== undefined) secret.description = description;
    const version = this.#addVersion(secret, value, token, [CURRENT]);
    secret.changedAt = this.#now();
    this.#changed(this.#secrets);
    return { secret, version };
  }

  get(
    id: string,
    wanted: { id?: string | undefined; stage?: string | undefined },
  ): { secret: StoredSecret; version: SecretVersion } {
    const secret = this.#findLive(id);
    return { secret, version: versionOf(secret, wanted) };
  }

  delete(id: string, window: { days?: number | undefined; force?: boolean | undefined }): StoredSecret | undefined {
    if (window.force && window.days !== undefined) {
      throw new SecretsManagerError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    const days = window.days ?? 30;
    if (days < 7 || days > 30) {
      throw new SecretsManagerError(
        'InvalidParameterException',
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    }
    if (window.force) {
      // Forced deletion of what is not there succeeds on AWS too, so that a retry of it does.
      const secret = this.list().find((candidate) => candidate.name === id || candidate.arn === id);
      if (secret === undefined) return undefined;
      const now = this.#now();
      Object.assign(secret, { deletedAt: now, goneAt: now });
      this.#changed(this.list());
      return secret;
    }
    const secret = this.#findLive(id);
    secret.deletedAt = this.#now();
    secret.goneAt = secret.deletedAt + days * DAY;
    this.#changed(this.#secrets);
    return secret;
  }

  restore(id: string): StoredSecret {
    const secret = this.find(id);
    delete secret.deletedAt;
    delete secret.goneAt;
    this.#changed(this.#secrets);
    return secret;
  }

  #findLive(id: string): StoredSecret {
    const secret = this.find(id);
    if (secret.deletedAt === undefined) return secret;
    throw new SecretsManagerError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  #addVersion(secret: StoredSecret, value: Value, token: string, stages: string[]): string | undefined {
    if (value.text === undefined && value.binary === undefined) return undefined;
    const existing = secret.versions.find((version) => version.id === token);
    if (existing !== undefined) {
      if (sameValue(existing, value)) return token;
      throw new SecretsManagerError(
        'ResourceExistsException',
        "You can't use ClientRequestToken because it's already in use.",
      );
    }
    const former = secret.versions.find((version) => version.stages.includes(CURRENT));
    for (const version of secret.versions) {
      version.stages = version.stages.filter(
        (stage) => !stages.includes(stage) && !(stages.includes(CURRENT) && stage === PREVIOUS),
      );
    }
    if (stages.includes(CURRENT)) former?.stages.push(PREVIOUS);
    // As on AWS, a version that no stage points to any more may be forgotten.
    secret.versions = secret.versions.filter((version) => version.stages.length > 0);
    secret.versions.push({
      id: token,
      createdAt: this.#now(),
      stages: [...stages],
      ...(value.text !== undefined && { text: value.text }),
      ...(value.binary !== undefined && { binary: value.binary }),
    });
    secret.changedAt = this.#now();
    return token;
  }
}

function sameValue(version: SecretVersion, value: Value): boolean {
  return version.text === value.text && version.binary === value.binary;
}

function versionOf(
  secret: StoredSecret,
  wanted: { id?: string | undefined; stage?: string | undefined },
): SecretVersion {
  const stage = wanted.stage ?? (wanted.id === undefined ? CURRENT : undefined);
  const found = secret.versions.find(
    (version) => (wanted.id ?? version.id) === version.id && (stage === undefined || version.stages.includes(stage)),
  );
  if (found !== undefined) return found;
  throw new SecretsManagerError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${wanted.id ? `VersionId: ${wanted.id}` : `staging label: ${stage}`}`,
  );
}
