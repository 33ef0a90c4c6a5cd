import type { Logger } from '@aws-lambda-powertools/logger';
import type { DiagnosticsAnswer } from '../../shared/api/diagnostics.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { type ExamineDeps, makeExaminations } from '../../shared/diagnostics/examine.ts';
import { type Examination, runChecks } from '../../shared/diagnostics/run.ts';
import { invalid } from '../../shared/errors.ts';
import { describe, httpHandler, json } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { browserLocale } from '../../shared/http/page.ts';

export interface DiagnosticsDeps extends ExamineDeps {
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  /** Milliseconds for each check. All run at once, so the answer takes little more; it is promised within ten seconds. */
  readonly limitMilliseconds: number;
  readonly logger: Logger;
}

/** What is wrong with this installation, and what to do about it. */
export const makeHandler = (deps: DiagnosticsDeps) =>
  httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId)],
    routes: {
      'GET /diagnostics': async (event) => {
        const locale = browserLocale(event) ?? 'en';
        const checks = await runChecks(chosen(makeExaminations(deps), event.queryStringParameters?.check), {
          locale,
          limitMilliseconds: deps.limitMilliseconds,
          onFailure: (id, error) =>
            deps.logger.warn('check failed', { event: 'check_failed', check: id, ...describe(error) }),
        });
        const ok = checks.every(({ status }) => status !== 'fail');
        return json<DiagnosticsAnswer>(200, { ok, checks }, { 'content-language': locale });
      },
    },
  });

/** @param wanted ids separated by commas; without any, all @throws AppError `invalid` naming those that there are not */
function chosen(examinations: readonly Examination[], wanted = ''): readonly Examination[] {
  const ids = new Set(
    wanted
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean),
  );
  if (ids.size === 0) return examinations;
  const known = examinations.map(({ id }) => id);
  if (![...ids].every((id) => known.includes(id))) {
    throw invalid([{ path: 'check', message: `Any of ${known.join(', ')}, separated by commas.` }]);
  }
  return examinations.filter(({ id }) => ids.has(id));
}
