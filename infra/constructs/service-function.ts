import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AssetHashType, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addCompileCache, bundleFunction, hashOfBundle } from './function-bundle.ts';
import type { Grant } from './grants.ts';

/** Stream and sweep run the same loop. */
const looking = [
  'APPOINTMENTS_TABLE',
  'GOOGLE_CLIENT_SECRET_ARN',
  'LINK_SIGNING_KEY_SECRET_ARN',
  'MAIL_FROM',
  'MEETINGS_TABLE',
  'NOTIFY_HOLD_SECONDS',
  'PUBLIC_URL',
  'RETRY_BASE_SECONDS',
  'SES_CONFIGURATION_SET',
  'SETTINGS_TABLE',
  'STAFF_TABLE',
  'TOLD_TABLE',
] as const;

/** Which variables each function reads. Every name must have a value in the stack; the compiler sees to that. */
const needs = {
  'booking-webhook': ['APPOINTMENTS_TABLE', 'SETTINGS_TABLE', 'WEBHOOK_SECRET_ARN', 'WEBHOOK_SIGNING_SECRET_ARN'],
  'settings-api': [
    'ADMIN_KEY_SECRET_ARN',
    'APPOINTMENTS_TABLE',
    'GOOGLE_CLIENT_SECRET_ARN',
    'MAIL_FROM',
    'MEETINGS_TABLE',
    'PUBLIC_URL',
    'SES_CONFIGURATION_SET',
    'SETTINGS_TABLE',
  ],
  'staff-api': [
    'ADMIN_KEY_SECRET_ARN',
    'APPOINTMENTS_TABLE',
    'LINK_SIGNING_KEY_SECRET_ARN',
    'MAIL_FROM',
    'MEETINGS_TABLE',
    'PUBLIC_URL',
    'SES_CONFIGURATION_SET',
    'SETTINGS_TABLE',
    'STAFF_SECRET_PREFIX',
    'STAFF_TABLE',
    'TOLD_TABLE',
  ],
  'appointments-api': ['ADMIN_KEY_SECRET_ARN', 'APPOINTMENTS_TABLE', 'MEETINGS_TABLE', 'TOLD_TABLE'],
  'customers-api': ['ADMIN_KEY_SECRET_ARN', 'APPOINTMENTS_TABLE', 'MEETINGS_TABLE', 'SETTINGS_TABLE', 'TOLD_TABLE'],
  diagnostics: [
    'ADMIN_KEY_SECRET_ARN',
    'APPOINTMENTS_TABLE',
    'GOOGLE_CLIENT_SECRET_ARN',
    'MAIL_FAILURES_QUEUE_URL',
    'MAIL_FROM',
    'MEETINGS_TABLE',
    'PUBLIC_URL',
    'SETTINGS_TABLE',
    'STAFF_TABLE',
    'STREAM_FAILURES_QUEUE_URL',
    'TOLD_TABLE',
  ],
  'staff-oauth': [
    'APPOINTMENTS_TABLE',
    'GOOGLE_CLIENT_SECRET_ARN',
    'LINK_SIGNING_KEY_SECRET_ARN',
    'MEETINGS_TABLE',
    'OAUTH_STATES_TABLE',
    'PUBLIC_URL',
    'SETTINGS_TABLE',
    'STAFF_SECRET_PREFIX',
    'STAFF_TABLE',
  ],
  join: ['APPOINTMENTS_TABLE', 'MEETINGS_TABLE', 'OAUTH_STATES_TABLE', 'SETTINGS_TABLE'],
  'admin-console': [],
  openapi: ['PUBLIC_URL'],
  'meeting-sync': looking,
  'due-work': looking,
  'mail-feedback': ['TOLD_TABLE'],
  redrive: ['APPOINTMENTS_STREAM_ARN', 'APPOINTMENTS_TABLE'],
} as const;

/** A function, which is the name of its folder in `functions/`. */
type FunctionName = keyof typeof needs;

/** A value for every variable that any function reads. */
export type Variables = Readonly<Record<(typeof needs)[FunctionName][number], string>>;

/** What makes one function differ from the others. */
interface ServiceFunctionProps {
  readonly name: FunctionName;
  /** Begins the name of its log group. */
  readonly prefix: string;
  readonly description: string;
  readonly timeout: Duration;
  /** Values to choose from; the function gets only those that it reads. */
  readonly variables: Variables;
  /**
   * Whether Lambda itself logs each run's start and end, with its time and memory. Those that fail it logs anyway.
   * @default true
   */
  readonly logsEachRun?: boolean;
  /** Everything the function may do, besides writing to its own log. */
  readonly may: readonly Grant[];
  /**
   * Whether it serves the browser app in the folder `app` beside it, which then is bundled into the folder `app` beside its bundle.
   * @default false
   */
  readonly servesApp?: boolean;
}

/** In a script of its own, since the CDK waits for what bundles. */
const appBundler = fileURLToPath(new URL('browser-app.ts', import.meta.url));
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Whether a compile cache that is made here can be of use in Lambda (ADR 22). */
const ON_LAMBDAS_KIND = process.platform === 'linux' && process.arch === 'arm64';

/** A small Lambda with its own role and its own log: the one place for runtime, memory, bundling and logging. */
export class ServiceFunction extends Construct {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.name = props.name;

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/${props.prefix}/${props.name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const grant of props.may) this.#allow(role, grant);

    const environment = {
      ...Object.fromEntries(needs[props.name].map((variable) => [variable, props.variables[variable]])),
      LOG_LEVEL: 'INFO',
      POWERTOOLS_SERVICE_NAME: props.name,
    };
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: this.#code(props.servesApp ?? false, environment),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(props.logsEachRun === false && { systemLogLevelV2: SystemLogLevel.WARN }),
      environment,
    });
  }

  #code(servesApp: boolean, environment: Readonly<Record<string, string>>): Code {
    const folder = `${projectRoot}functions/${this.name}`;
    const isCached = ON_LAMBDAS_KIND && !servesApp && Stack.of(this).bundlingRequired;
    return Code.fromAsset(folder, {
      // A compile cache is never the same twice, and the functions shall not be replaced for that.
      ...(isCached ? { assetHash: hashOfBundle(this.name) } : { assetHashType: AssetHashType.OUTPUT }),
      bundling: {
        // The CDK asks for it; nothing here needs a container.
        image: Runtime.NODEJS_24_X.bundlingImage,
        local: {
          tryBundle: (outdir) => {
            bundleFunction(this.name, outdir);
            if (servesApp) execFileSync(process.execPath, [appBundler, `${folder}/app`, `${outdir}/app`]);
            if (isCached) addCompileCache(outdir, environment);
            return true;
          },
        },
      },
    });
  }

  #allow(role: Role, { actions, resources, notResources, conditions, wildcard }: Grant): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: [...actions],
        ...(notResources ? { notResources: [...notResources] } : { resources: [...resources] }),
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
    if (wildcard === undefined) return;
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${wildcard.resource}]`,
      reason: wildcard.reason,
    });
  }
}
