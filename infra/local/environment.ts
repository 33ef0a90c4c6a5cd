import { resolve } from 'node:path';
import { z } from 'zod';

/** Thrown when the environment is not usable; the message lists every fault. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const port = z
  .string()
  .regex(/^\d+$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number up to 65535 (0 takes a free one)');

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((value) => value.replace(/\/+$/, ''));

const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number')
  .transform(Number);

const keys = z.string().trim();

const signingSecret = keys.regex(
  /^((whsec_)?[A-Za-z0-9+/]{8,}={0,2}\s*)+$/,
  'must be whsec_ followed by base64 (several are separated by white space)',
);

const schema = z.object({
  PORT: port.default(3000),
  INBOX_PORT: port.default(8005),
  ADMIN_API_KEY: keys.optional(),
  WEBHOOK_SECRET: keys.optional(),
  WEBHOOK_SIGNING_SECRET: signingSecret.optional(),
  DATA_DIR: z.string().optional(),
  GOOGLE: z.literal('real', 'can only be "real"').optional(),
  GOOGLE_EMULATOR_URL: url.optional(),
  AWS_ENDPOINT_URL_DYNAMODB: url.optional(),
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: url.optional(),
  AWS_ENDPOINT_URL_SES: url.optional(),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url.optional(),
  AWS_ENDPOINT_URL_SNS: url.optional(),
  GRANTS_DIR: z.string().optional(),
  SWEEP_SECONDS: number.refine((value) => value > 0, 'must be more than 0').default(60),
  RETRY_BASE_SECONDS: number.optional(),
  NOTIFY_HOLD_SECONDS: number.optional(),
});

/** What the local stack can be told; see "Local stack" in the README for the variables. */
export interface LocalEnvironment {
  readonly port: number;
  readonly inboxPort: number;
  readonly adminKey: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly signingSecret: string | undefined;
  /** Absolute; without it nothing is written to disk. */
  readonly dataDir: string | undefined;
  /** Where to record which grants of their roles the functions make use of. */
  readonly grantsDir: string | undefined;
  /** "real": no stand-in; an address: that one; undefined: ours. */
  readonly google: 'real' | { readonly emulatorUrl: string } | undefined;
  readonly endpoints: {
    readonly dynamodb: string | undefined;
    readonly dynamodbStreams: string | undefined;
    readonly ses: string | undefined;
    readonly secretsManager: string | undefined;
    readonly sns: string | undefined;
  };
  readonly sweepSeconds: number;
  /** Put over what the template gives a function, where the function has that variable. */
  readonly functionOverrides: Readonly<Record<string, string>>;
}

/**
 * Reads the local stack's variables. An empty variable counts as absent.
 * @throws EnvironmentError naming every variable that is wrong.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): LocalEnvironment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (present.GOOGLE !== undefined && present.GOOGLE_EMULATOR_URL !== undefined) {
    faults.push('GOOGLE and GOOGLE_EMULATOR_URL exclude each other');
  }
  if (!parsed.success || faults.length > 0) throw new EnvironmentError(faults.join('\n'));
  const given = parsed.data;
  const overrides = { RETRY_BASE_SECONDS: given.RETRY_BASE_SECONDS, NOTIFY_HOLD_SECONDS: given.NOTIFY_HOLD_SECONDS };
  return {
    port: given.PORT,
    inboxPort: given.INBOX_PORT,
    adminKey: given.ADMIN_API_KEY,
    webhookSecret: given.WEBHOOK_SECRET,
    signingSecret: given.WEBHOOK_SIGNING_SECRET,
    dataDir: given.DATA_DIR === undefined ? undefined : resolve(given.DATA_DIR),
    grantsDir: given.GRANTS_DIR === undefined ? undefined : resolve(given.GRANTS_DIR),
    google: given.GOOGLE ?? (given.GOOGLE_EMULATOR_URL ? { emulatorUrl: given.GOOGLE_EMULATOR_URL } : undefined),
    endpoints: {
      dynamodb: given.AWS_ENDPOINT_URL_DYNAMODB,
      dynamodbStreams: given.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? given.AWS_ENDPOINT_URL_DYNAMODB,
      ses: given.AWS_ENDPOINT_URL_SES,
      secretsManager: given.AWS_ENDPOINT_URL_SECRETS_MANAGER,
      sns: given.AWS_ENDPOINT_URL_SNS,
    },
    sweepSeconds: given.SWEEP_SECONDS,
    functionOverrides: Object.fromEntries(
      Object.entries(overrides).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
  };
}
