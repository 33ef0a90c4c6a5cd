import * as z from 'zod/mini';
import { faultsOf } from './validate.ts';

/** What the stack puts into the environment; a function reads the variables that it names, once, when it starts. */
const VARIABLES = {
  APPOINTMENTS_TABLE: name(),
  APPOINTMENTS_STREAM_ARN: name(),
  MEETINGS_TABLE: name(),
  TOLD_TABLE: name(),
  STAFF_TABLE: name(),
  SETTINGS_TABLE: name(),
  OAUTH_STATES_TABLE: name(),
  ADMIN_KEY_SECRET_ARN: name(),
  WEBHOOK_SECRET_ARN: name(),
  WEBHOOK_SIGNING_SECRET_ARN: name(),
  LINK_SIGNING_KEY_SECRET_ARN: name(),
  GOOGLE_CLIENT_SECRET_ARN: name(),
  STAFF_SECRET_PREFIX: name(),
  MAIL_FROM: name(),
  SES_CONFIGURATION_SET: name(),
  STREAM_FAILURES_QUEUE_URL: name(),
  MAIL_FAILURES_QUEUE_URL: name(),
  PUBLIC_URL: withoutSlash(),
  GOOGLE_EMULATOR_URL: z.optional(withoutSlash()),
  RETRY_BASE_SECONDS: seconds(),
  NOTIFY_HOLD_SECONDS: seconds(),
};

function name() {
  return z.string().check(z.minLength(1, 'Must not be empty.'));
}

function withoutSlash() {
  return z.pipe(
    z.url(),
    z.transform((url) => url.replace(/(?<!\/)\/+$/, '')),
  );
}

function seconds() {
  return z.pipe(
    z.string().check(z.regex(/^\d+(\.\d+)?$/, 'Must be a number of seconds.')),
    z.transform((text) => Number(text)),
  );
}

type Variables = typeof VARIABLES;
type Name = keyof Variables;

/** @throws Error that names every variable that is missing or wrong */
export function readEnvironment<const Names extends readonly Name[]>(
  environment: Readonly<Record<string, string | undefined>>,
  names: Names,
): { [N in Names[number]]: z.infer<Variables[N]> } {
  const schema = z.object(Object.fromEntries(names.map((name) => [name, VARIABLES[name]])));
  const parsed = z.safeParse(schema, environment);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`the environment is not as it should be: ${faults.join('; ')}`);
  }
  return parsed.data as { [N in Names[number]]: z.infer<Variables[N]> };
}
