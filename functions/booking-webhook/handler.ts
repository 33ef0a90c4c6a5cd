import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Webhook } from 'standardwebhooks';
import type { ReceiptAnswer } from '../../shared/api/webhooks.ts';
import { type IntakeDeps, takeIn } from '../../shared/appointments/intake.ts';
import type { ParsedDelivery } from '../../shared/appointments/platforms/booking.ts';
import { readBooknetic } from '../../shared/appointments/platforms/booknetic.ts';
import { readNeutral } from '../../shared/appointments/platforms/neutral.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { AppError, invalid } from '../../shared/errors.ts';
import {
  decodeUtf8,
  type HttpEvent,
  type HttpResponse,
  httpHandler,
  json,
  parseJson,
  requireContentType,
} from '../../shared/http/chain.ts';
import { isOneOf, makeSecretCheck } from '../../shared/http/credentials.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';

export interface BookingWebhookDeps extends IntakeDeps {
  readonly settings: SettingsStore;
  readonly secrets: SecretReader;
  readonly webhookSecretId: string;
  readonly signingSecretId: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Booking platforms post here. Answered once the booking is stored, without waiting for Google. */
export function makeHandler(deps: BookingWebhookDeps) {
  const sharedSecret = makeSecretCheck(deps.secrets, deps.webhookSecretId);
  const signingSecret = makeSecretCheck(deps.secrets, deps.signingSecretId);

  const accept = async (parsed: ParsedDelivery): Promise<HttpResponse> => {
    if ('faults' in parsed) throw invalid(parsed.faults);
    const receipt = await takeIn(deps, parsed.delivery);
    deps.logger.info('delivery taken in', { event: 'delivery', ...receipt });
    deps.metrics.addMetric(`delivery_${receipt.outcome}`, MetricUnit.Count, 1);
    return json<ReceiptAnswer>(receipt.outcome === 'accepted' ? 202 : 200, receipt);
  };

  return httpHandler({
    logger: deps.logger,
    use: [logMetrics(deps.metrics)],
    routes: {
      'POST /webhooks/booknetic': async (event) => {
        const given = event.headers['x-webhook-secret'] ?? '';
        if (!given || !(await sharedSecret((values) => isOneOf(given, values)))) {
          throw new AppError('unauthorized', 'The header X-Webhook-Secret is missing or wrong.');
        }
        return accept(await readBooknetic(readFields(event), async () => (await deps.settings.get()).settings));
      },
      'POST /webhooks/appointments': async (event) => {
        const body = event.rawBody.toString('utf8');
        if (!(await signingSecret((values) => values.some((value) => isSigned(value, body, event))))) {
          throw new AppError('unauthorized', 'The signature (Standard Webhooks) is missing, wrong or not of now.');
        }
        requireContentType(event, /^application\/(?:[\w.-]+\+)?json$/);
        return accept(readNeutral(parseJson(event.rawBody), event.headers['webhook-id'] ?? ''));
      },
    },
  });
}

function isSigned(secret: string, body: string, { headers }: HttpEvent): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    // Whether the signature is wrong or this one of the secrets is no secret: nothing was proven by it.
    return false;
  }
}

/** Form fields, or one flat JSON object. */
function readFields(event: HttpEvent): Record<string, unknown> {
  const type = requireContentType(event, /^application\/(?:x-www-form-urlencoded|(?:[\w.-]+\+)?json)$/);
  if (type === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(decodeUtf8(event.rawBody)));
  }
  const body = parseJson(event.rawBody);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ path: '', message: 'Must be one flat JSON object.' }]);
  }
  return body as Record<string, unknown>;
}
