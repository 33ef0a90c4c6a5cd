import type { Logger } from '@aws-lambda-powertools/logger';
import { Webhook } from 'standardwebhooks';
import type { ReceiptAnswer } from '../../shared/api/webhooks.ts';
import { type IntakeDeps, takeIn } from '../../shared/appointments/intake.ts';
import type { ParsedDelivery } from '../../shared/appointments/platforms/booking.ts';
import { readBooknetic } from '../../shared/appointments/platforms/booknetic.ts';
import { readNeutral } from '../../shared/appointments/platforms/neutral.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { type Platform, type Refusal, refusalOf, webhookNote } from '../../shared/diagnostics/evidence.ts';
import type { Witness } from '../../shared/diagnostics/witness.ts';
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
  readonly witness: Witness;
  readonly logger: Logger;
}

/** Booking platforms post here. Answered once the booking is stored, without waiting for Google. */
export function makeHandler(deps: BookingWebhookDeps) {
  const sharedSecret = makeSecretCheck(deps.secrets, deps.webhookSecretId);
  const signingSecret = makeSecretCheck(deps.secrets, deps.signingSecretId);

  /** @throws AppError `unauthorized`; by whom it was sent is not known, so nothing of it is kept */
  const unauthorized = async (platform: Platform, why: Refusal, message: string): Promise<never> => {
    await deps.witness.note(webhookNote(platform, why), false);
    throw new AppError('unauthorized', message);
  };

  /** @throws AppError for what cannot be read */
  const accept = async (
    platform: Platform,
    parse: () => ParsedDelivery | Promise<ParsedDelivery>,
  ): Promise<HttpResponse> => {
    const delivery = await readOrNote(platform, parse);
    // Beside the booking's own write, which takes as long; mostly there is nothing to note.
    const noting = deps.witness.note(webhookNote(platform, 'taken_in'), true);
    const receipt = await takeIn(deps, delivery);
    if (noting !== undefined) await noting;
    deps.logger.info('delivery taken in', { event: 'delivery', ...receipt });
    return json<ReceiptAnswer>(receipt.outcome === 'accepted' ? 202 : 200, receipt);
  };

  const readOrNote = async (platform: Platform, parse: () => ParsedDelivery | Promise<ParsedDelivery>) => {
    let unreplaced: readonly string[] = [];
    try {
      const parsed = await parse();
      if ('delivery' in parsed) return parsed.delivery;
      unreplaced = parsed.unreplaced;
      throw invalid(parsed.faults);
    } catch (error) {
      if (error instanceof AppError) {
        const { outcome, ...details } = refusalOf(error, unreplaced);
        await deps.witness.note(webhookNote(platform, outcome), false, details);
      }
      throw error;
    }
  };

  return httpHandler({
    logger: deps.logger,
    routes: {
      'POST /webhooks/booknetic': async (event) => {
        const given = event.headers['x-webhook-secret'] ?? '';
        if (!given || !(await sharedSecret((values) => isOneOf(given, values)))) {
          const why = given ? 'wrong_secret' : 'secret_missing';
          await unauthorized('booknetic', why, 'The header X-Webhook-Secret is missing or wrong.');
        }
        return accept('booknetic', () =>
          readBooknetic(readFields(event), async () => (await deps.settings.get()).settings),
        );
      },
      'POST /webhooks/appointments': async (event) => {
        const body = event.rawBody.toString('utf8');
        if (!(await signingSecret((values) => values.some((value) => isSigned(value, body, event))))) {
          const why = event.headers['webhook-signature'] ? 'wrong_secret' : 'secret_missing';
          await unauthorized('appointments', why, 'The signature (Standard Webhooks) is missing, wrong or not of now.');
        }
        return accept('appointments', () => {
          requireContentType(event, /^application\/(?:[\w.-]+\+)?json$/);
          return readNeutral(parseJson(event.rawBody), event.headers['webhook-id'] ?? '');
        });
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
