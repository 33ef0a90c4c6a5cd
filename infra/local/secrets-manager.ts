import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { Faults } from './faults.ts';
import { HOST, readBody, serve } from './http-server.ts';
import { jsonFile } from './json-file.ts';
import { SecretStore, SecretsManagerError, type StoredSecret } from './secret-store.ts';

const value = {
  SecretString: z.string().min(1).max(65_536).optional(),
  SecretBinary: z.base64().optional(),
};
const token = z.string().min(32).max(64);
const secretId = z.string().min(1).max(2048);
const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();

/** Per action: what it takes and what it does. Names and shapes are those of the Secrets Manager API. */
const ACTIONS = {
  CreateSecret: action(
    z.object({
      Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/),
      ClientRequestToken: token,
      Description: z.string().max(2048).optional(),
      Tags: tags,
      ...value,
    }),
    (store, input) => {
      const { secret, version } = store.create({
        name: input.Name,
        token: input.ClientRequestToken,
        value: secretValue(input),
        description: input.Description,
        tags: input.Tags,
      });
      return { ...identity(secret), VersionId: version };
    },
  ),
  GetSecretValue: action(
    z.object({ SecretId: secretId, VersionId: z.string().optional(), VersionStage: z.string().optional() }),
    (store, input) => {
      const { secret, version } = store.get(input.SecretId, { id: input.VersionId, stage: input.VersionStage });
      return {
        ...identity(secret),
        VersionId: version.id,
        SecretString: version.text,
        SecretBinary: version.binary,
        VersionStages: version.stages,
        CreatedDate: seconds(version.createdAt),
      };
    },
  ),
  PutSecretValue: action(
    z.object({
      SecretId: secretId,
      ClientRequestToken: token,
      VersionStages: z.array(z.string()).min(1).optional(),
      ...value,
    }),
    (store, input) => {
      const { secret, version } = store.put(
        input.SecretId,
        secretValue(input),
        input.ClientRequestToken,
        input.VersionStages,
      );
      return { ...identity(secret), VersionId: version.id, VersionStages: version.stages };
    },
  ),
  UpdateSecret: action(
    z.object({
      SecretId: secretId,
      ClientRequestToken: token,
      Description: z.string().max(2048).optional(),
      ...value,
    }),
    (store, input) => {
      const { secret, version } = store.update(
        input.SecretId,
        secretValue(input),
        input.ClientRequestToken,
        input.Description,
      );
      return { ...identity(secret), VersionId: version };
    },
  ),
  DeleteSecret: action(
    z.object({
      SecretId: secretId,
      RecoveryWindowInDays: z.int().optional(),
      ForceDeleteWithoutRecovery: z.boolean().optional(),
    }),
    (store, input) => {
      const deleted = store.delete(input.SecretId, {
        days: input.RecoveryWindowInDays,
        force: input.ForceDeleteWithoutRecovery,
      });
      return deleted === undefined
        ? { Name: input.SecretId, DeletionDate: seconds(Date.now()) }
        : { ...identity(deleted), DeletionDate: seconds(deleted.goneAt) };
    },
  ),
  RestoreSecret: action(z.object({ SecretId: secretId }), (store, input) => identity(store.restore(input.SecretId))),
  DescribeSecret: action(z.object({ SecretId: secretId }), (store, input) => description(store.find(input.SecretId))),
  ListSecrets: action(
    z.object({
      MaxResults: z.int().min(1).max(100).default(100),
      NextToken: z.string().regex(/^\d+$/).optional(),
      IncludePlannedDeletion: z.boolean().default(false),
      Filters: z.array(z.object({ Key: z.literal('name'), Values: z.array(z.string()) })).default([]),
    }),
    (store, input) => {
      const matching = store
        .list()
        .filter((secret) => input.IncludePlannedDeletion || secret.deletedAt === undefined)
        .filter((secret) =>
          input.Filters.every(({ Values }) => Values.some((prefix) => secret.name.startsWith(prefix))),
        );
      const start = Number(input.NextToken ?? 0);
      const end = start + input.MaxResults;
      return {
        SecretList: matching.slice(start, end).map(description),
        NextToken: end < matching.length ? String(end) : undefined,
      };
    },
  ),
};

/**
 * Stands in for AWS Secrets Manager (JSON 1.1 protocol): secrets with versions and stages, recovery windows and the
 * service's own error names. `/_control/faults` orders faults.
 */
export async function startSecretsManager(options: {
  statePath?: string | undefined;
}): Promise<{ url: string; close(): Promise<void> }> {
  const file = jsonFile<readonly StoredSecret[]>(options.statePath);
  const store = new SecretStore([...(file.load() ?? [])], file.save);
  const faults = new Faults();
  const server = await serve(async (request, response) => {
    if (await faults.control(request, response)) return;
    const name = String(request.headers['x-amz-target']).replace(/^secretsmanager\./, '');
    const body = String(await readBody(request));
    const fault = await faults.next(name);
    if (fault?.cut && !fault.after) return void response.destroy();
    try {
      if (fault?.status !== undefined) {
        throw new SecretsManagerError(
          fault.code ?? 'InternalServiceError',
          fault.message ?? 'Ordered fault',
          fault.status,
        );
      }
      const run = Object.hasOwn(ACTIONS, name) ? ACTIONS[name as keyof typeof ACTIONS] : undefined;
      if (run === undefined)
        throw new SecretsManagerError('UnknownOperationException', `${name} does not work locally`);
      const result = run(store, body);
      if (fault?.cut) return void response.destroy();
      send(response, 200, result);
    } catch (error) {
      if (!(error instanceof SecretsManagerError)) throw error;
      send(response, error.status, { __type: error.name, Message: error.message });
    }
  });
  return { url: `http://${HOST}:${server.port}`, close: server.close };
}

function action<S extends z.ZodType>(
  schema: S,
  run: (store: SecretStore, input: z.output<S>) => object,
): (store: SecretStore, body: string) => object {
  return (store, body) => {
    const parsed = schema.safeParse(JSON.parse(body));
    if (!parsed.success) throw new SecretsManagerError('ValidationException', z.prettifyError(parsed.error));
    return run(store, parsed.data);
  };
}

function secretValue(input: { SecretString?: string | undefined; SecretBinary?: string | undefined }): {
  text?: string | undefined;
  binary?: string | undefined;
} {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  return { text: input.SecretString, binary: input.SecretBinary };
}

function identity(secret: StoredSecret): { ARN: string; Name: string } {
  return { ARN: secret.arn, Name: secret.name };
}

function description(secret: StoredSecret): object {
  return {
    ...identity(secret),
    Description: secret.description,
    Tags: secret.tags,
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    DeletedDate: seconds(secret.deletedAt),
    VersionIdsToStages: Object.fromEntries(secret.versions.map((version) => [version.id, version.stages])),
  };
}

function seconds(milliseconds: number): number;
function seconds(milliseconds: number | undefined): number | undefined;
function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
}
