import { closest } from 'fastest-levenshtein';
import { isPlatformKeyword, PLATFORM_KEYWORDS } from '../../settings/keywords.ts';
import { type Instant, type Moment, toInstant } from '../../time.ts';
import { type Finding, joined, pass, type Rule, type Status, type Text, trouble, worst } from '../check.ts';
import { type Note, type Notes, PLATFORMS, type Platform, REFUSALS, type Refusal, webhookNote } from '../evidence.ts';

export interface WebhooksEvidence {
  readonly notes: Notes;
  /** When a booking to come was last changed by its platform: a webhook came then, whether or not it was noted. */
  readonly lastChange: Partial<Readonly<Record<Platform, Instant>>>;
  readonly publicUrl: string;
}

const NAMES: Readonly<Record<Platform, Text>> = {
  booknetic: { en: 'Booknetic', es: 'Booknetic' },
  appointments: { en: 'The signed webhook', es: 'El webhook firmado' },
};

export const webhooks: Rule<WebhooksEvidence> = {
  id: 'webhooks',
  title: { en: 'Webhooks arrive and are taken in', es: 'Los webhooks llegan y se aceptan' },
  judge(evidence) {
    const findings = PLATFORMS.flatMap((platform) => judgePlatform(platform, evidence) ?? []);
    if (findings.length === 0) {
      const address = `${evidence.publicUrl}/webhooks/booknetic`;
      return trouble(
        'unknown',
        { en: 'No webhook has ever arrived.', es: 'Nunca ha llegado ningún webhook.' },
        {
          en: `In the booking platform, check the address ${address} (POST) and the header X-Webhook-Secret, then make a test booking.`,
          es: `En la plataforma de reservas, comprueba la dirección ${address} (POST) y la cabecera X-Webhook-Secret, y haz una cita de prueba.`,
        },
      );
    }
    const fixes = findings.map(({ fix }) => fix).filter(({ en }) => en);
    return {
      status: worst(findings.map(({ status }) => status)),
      detail: joined(findings.map(({ detail }) => detail)),
      fix: joined(fixes),
    };
  },
};

/** @returns undefined when nothing ever came from there */
function judgePlatform(platform: Platform, { notes, lastChange }: WebhooksEvidence): Finding | undefined {
  const name = NAMES[platform];
  const takenIn = [notes.get(webhookNote(platform, 'taken_in'))?.at, lastChange[platform]]
    .filter((at) => at !== undefined)
    .sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  const refusals = REFUSALS.flatMap((why) => {
    const note = notes.get(webhookNote(platform, why));
    return note ? [{ why, note }] : [];
  });
  const isOpen = (at: Moment): boolean => !takenIn || Date.parse(at) > Date.parse(takenIn);
  const open = refusals.filter(({ note }) => isOpen(note.at));
  const past = refusals.filter(({ note }) => !isOpen(note.at));
  if (!takenIn && open.length === 0) return undefined;

  const last: Text = takenIn
    ? {
        en: `${name.en}: the last webhook was taken in on ${toInstant(takenIn)}.`,
        es: `${name.es}: el último webhook se aceptó el ${toInstant(takenIn)}.`,
      }
    : {
        en: `${name.en}: no webhook has been taken in yet.`,
        es: `${name.es}: todavía no se ha aceptado ningún webhook.`,
      };
  if (open.length === 0) {
    const before = past.map(({ why, note }) => describeRefusal(why, note));
    const mentioned: Text[] =
      before.length > 0 ? [{ en: 'Refused before that:', es: 'Rechazados antes:' }, joined(before)] : [];
    const detail = joined([last, ...mentioned]);
    return pass(detail.en, detail.es);
  }
  return trouble(
    worst(open.map(({ why, note }) => severity(why, note, takenIn !== undefined))) as Exclude<Status, 'pass'>,
    joined([last, ...open.map(({ why, note }) => describeRefusal(why, note))]),
    joined(open.map(({ why, note }) => REMEDIES[why](platform, note))),
  );
}

/** Where webhooks with the right secret have come, one without it may be a stranger's; known keywords unfilled are the test button's. */
function severity(why: Refusal, { keywords = [] }: Note, wasTakenIn: boolean): Status {
  if (why === 'secret_missing' || why === 'wrong_secret') return wasTakenIn ? 'warn' : 'fail';
  if (why === 'unreplaced_keywords') return keywords.every(isKnown) ? 'warn' : 'fail';
  return 'fail';
}

/** Booknetic has each of its times in the customer's time zone as well. */
const isKnown = (keyword: string): boolean => isPlatformKeyword(keyword.replace(/_client$/, ''));

const quoted = (names: readonly string[] = []): string => names.join(', ');
const inBraces = (names: readonly string[] = []): string => names.map((name) => `{${name}}`).join(', ');

function describeRefusal(why: Refusal, { at, count, fields, keywords }: Note): Text {
  const { en, es } = WHAT[why]({ fields: quoted(fields), keywords: inBraces(keywords) });
  const times = count > 1 ? { en: `, ${count} times so far`, es: `, ${count} veces hasta ahora` } : { en: '', es: '' };
  return {
    en: `Refused on ${toInstant(at)}${times.en}: ${en}.`,
    es: `Rechazado el ${toInstant(at)}${times.es}: ${es}.`,
  };
}

const WHAT: Readonly<Record<Refusal, (names: { fields: string; keywords: string }) => Text>> = {
  secret_missing: () => ({ en: 'the secret or signature was not sent', es: 'no se envió el secreto o la firma' }),
  wrong_secret: () => ({ en: 'wrong secret or signature', es: 'secreto o firma incorrectos' }),
  unreplaced_keywords: ({ keywords }) => ({
    en: `keywords that were not filled in: ${keywords}`,
    es: `palabras clave sin reemplazar: ${keywords}`,
  }),
  unreadable_times: ({ fields }) => ({
    en: `dates or times that cannot be read: ${fields}`,
    es: `fechas u horas que no se pueden leer: ${fields}`,
  }),
  not_valid: ({ fields }) => ({
    en: `fields missing or not valid: ${fields}`,
    es: `campos ausentes o no válidos: ${fields}`,
  }),
  unreadable_body: () => ({ en: 'a body that cannot be read', es: 'un contenido que no se puede leer' }),
};

const REMEDIES: Readonly<Record<Refusal, (platform: Platform, note: Note) => Text>> = {
  secret_missing: (platform) =>
    platform === 'booknetic'
      ? {
          en: 'In the Booknetic workflow, add the header X-Webhook-Secret to the webhook action, with the secret of this installation (the output WebhookSecretCommand prints it).',
          es: 'En el flujo de trabajo de Booknetic, añade a la acción webhook la cabecera X-Webhook-Secret con el secreto de esta instalación (lo muestra la salida WebhookSecretCommand).',
        }
      : SIGNATURE,
  wrong_secret: (platform) =>
    platform === 'booknetic'
      ? {
          en: 'Copy the webhook secret again (the output WebhookSecretCommand prints it) into the header X-Webhook-Secret of every Booknetic workflow, without spaces. If your platform did not send this, somebody else tried the address, and nothing has to be done.',
          es: 'Copia de nuevo el secreto del webhook (lo muestra la salida WebhookSecretCommand) en la cabecera X-Webhook-Secret de cada flujo de trabajo de Booknetic, sin espacios. Si tu plataforma no lo envió, otra persona probó la dirección y no hay que hacer nada.',
        }
      : SIGNATURE,
  unreplaced_keywords: (_platform, { keywords = [] }) => {
    const unknown = keywords.filter((name) => !isKnown(name));
    const known = PLATFORM_KEYWORDS.map(({ keyword }) => keyword);
    const meant = unknown.map((name) => `{${name}} → {${closest(name, known)}}`).join(', ');
    return joined([
      {
        en: 'Booknetic’s test button leaves keywords as they are: make a real test booking instead.',
        es: 'El botón de prueba de Booknetic deja las palabras clave tal cual: haz en su lugar una cita de prueba real.',
      },
      ...(meant
        ? [
            {
              en: `Booknetic is not known to have these keywords; correct them in the workflow, perhaps: ${meant}.`,
              es: `No se conocen estas palabras clave en Booknetic; corrígelas en el flujo de trabajo, quizá: ${meant}.`,
            },
          ]
        : []),
    ]);
  },
  unreadable_times: (platform) =>
    platform === 'booknetic'
      ? {
          en: 'Add the field add_to_google_calendar_link = {add_to_google_calendar_link} to the workflow, which says the time without doubt; or set dateFormat, timeFormat and timeZone in the settings as they are in the booking platform.',
          es: 'Añade al flujo de trabajo el campo add_to_google_calendar_link = {add_to_google_calendar_link}, que indica la hora sin ambigüedad; o pon dateFormat, timeFormat y timeZone en los ajustes como están en la plataforma de reservas.',
        }
      : {
          en: 'Send start and end with their offset, such as 2026-12-01T15:00:00+01:00, the end after the start.',
          es: 'Envía start y end con su desfase horario, por ejemplo 2026-12-01T15:00:00+01:00, y end después de start.',
        },
  not_valid: (platform, { fields = [] }) =>
    platform === 'booknetic'
      ? {
          en: `In the workflow, check these fields and the keyword that fills each: ${quoted(fields)}. A staff member or customer without a valid e-mail address is corrected in Booknetic.`,
          es: `En el flujo de trabajo, revisa estos campos y la palabra clave que rellena cada uno: ${quoted(fields)}. Si a alguien del personal o a un cliente le falta un correo válido, corrígelo en Booknetic.`,
        }
      : {
          en: `Correct these fields in what the platform sends: ${quoted(fields)}.`,
          es: `Corrige estos campos en lo que envía la plataforma: ${quoted(fields)}.`,
        },
  unreadable_body: (platform) =>
    platform === 'booknetic'
      ? {
          en: 'In the webhook action, choose form data (FORM_DATA) instead of JSON: a quotation mark in a note breaks Booknetic’s JSON.',
          es: 'En la acción webhook, elige datos de formulario (FORM_DATA) en lugar de JSON: unas comillas en una nota rompen el JSON de Booknetic.',
        }
      : {
          en: 'Send JSON in UTF-8 with Content-Type: application/json.',
          es: 'Envía JSON en UTF-8 con Content-Type: application/json.',
        },
};

const SIGNATURE: Text = {
  en: 'Sign with the webhook signing secret (the output WebhookSigningSecretCommand prints it) as Standard Webhooks says, over the very bytes of the body; the sender’s clock must be right to five minutes.',
  es: 'Firma con el secreto de firma (lo muestra la salida WebhookSigningSecretCommand) según Standard Webhooks, sobre los bytes exactos del contenido; el reloj del remitente debe ser correcto con cinco minutos de margen.',
};
