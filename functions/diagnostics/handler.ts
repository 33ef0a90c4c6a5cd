import type { Logger } from '@aws-lambda-powertools/logger';
import type { DiagnosticsAnswer } from '../../shared/api/diagnostics.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { checkAddresses } from '../../shared/diagnostics/addresses.ts';
import { httpHandler, json } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import type { UndeliverableStore } from '../../shared/notifications/undeliverable.ts';

export interface DiagnosticsDeps {
  readonly undeliverable: Pick<UndeliverableStore, 'list'>;
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly logger: Logger;
}

/** What is wrong with this installation, and what to do about it. */
export const makeHandler = (deps: DiagnosticsDeps) =>
  httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId)],
    routes: {
      'GET /diagnostics': async () => {
        const checks = [checkAddresses(await deps.undeliverable.list())];
        return json<DiagnosticsAnswer>(200, { ok: checks.every(({ status }) => status !== 'fail'), checks });
      },
    },
  });
