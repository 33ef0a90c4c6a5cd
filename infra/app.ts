import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { BookingMeetStack } from './booking-meet-stack.ts';
import { readConfig } from './config.ts';

/** How to synthesize when it is not the CDK's command line that asks. */
export interface SynthesisOptions {
  /**
   * Parameters of `config.ts`, as `-c key=value` gives them; further context of the CDK is passed on.
   * @default - none
   */
  readonly context?: Readonly<Record<string, unknown>>;
  /**
   * Where the cloud assembly is written.
   * @default - what the CDK's command line says, else a temporary folder
   */
  readonly outdir?: string;
  /**
   * Whether the functions' code is bundled. Without it the template is the same but for its asset hashes and paths.
   * @default true
   */
  readonly bundle?: boolean;
}

/** Where a synthesis left its results. */
export interface Synthesis {
  /** The cloud assembly: template, asset manifest and one `asset.<hash>` folder per function. */
  readonly outdir: string;
  readonly templatePath: string;
}

/**
 * Builds the app without synthesizing it.
 *
 * @throws ConfigError when a parameter is wrong
 */
export const createApp = ({ context = {}, outdir, bundle = true }: SynthesisOptions = {}): App => {
  const app = new App({
    ...(outdir === undefined ? {} : { outdir }),
    analyticsReporting: false,
    context: {
      // The flags stand here and not in cdk.json, so that every way to synthesize gives the same template. The local
      // stack finds the bundles by the asset metadata, which the command line would turn on anyway.
      ...recommendedFlags,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:enable-path-metadata': true,
      ...(bundle ? {} : { 'aws:cdk:bundling-stacks': [] }),
      ...context,
    },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  new BookingMeetStack(app, 'BookingMeet', readConfig(app.node.getAllContext()));
  return app;
};

/**
 * Synthesizes the app in this process.
 *
 * @throws ConfigError when a parameter is wrong
 * @throws Error when a rule of cdk-nag is broken and not acknowledged
 */
export const synthesize = (options: SynthesisOptions = {}): Synthesis => {
  const outdir = createApp(options).synth().directory;
  return { outdir, templatePath: join(outdir, 'BookingMeet.template.json') };
};

if (import.meta.main) synthesize();
