import { setTimeout as sleep } from 'node:timers/promises';
import type { Locale } from '../appointments/appointment.ts';
import { type Check, type Finding, type Text, trouble } from './check.ts';

/** A check with where its evidence comes from. */
export interface Examination {
  readonly id: string;
  readonly title: Text;
  /** Gathers the evidence and judges it. */
  readonly find: () => Promise<Finding>;
}

export interface RunOptions {
  readonly locale: Locale;
  /** For each check. */
  readonly limitMilliseconds: number;
  /** Is told what kept a check from its evidence. */
  readonly onFailure: (id: string, error: unknown) => void;
}

const LOOK_AGAIN: Text = {
  en: 'Look again in a few minutes; if it stays so, see the log of the function "diagnostics" (runbook, api-server-errors).',
  es: 'Vuelve a comprobarlo dentro de unos minutos; si sigue así, mira el registro de la función «diagnostics» (manual de operaciones, api-server-errors).',
};

/**
 * All at once, each within its own time limit: what does not come in time, or fails, is unknown and takes no other with it.
 * @throws never
 */
export const runChecks = (examinations: readonly Examination[], options: RunOptions): Promise<Check[]> =>
  Promise.all(
    examinations.map(async (examination): Promise<Check> => {
      const { id, title } = examination;
      const { status, detail, fix } = await findInTime(examination, options);
      const { locale } = options;
      return { id, status, title: title[locale], detail: detail[locale], fix: fix[locale] };
    }),
  );

async function findInTime({ id, find }: Examination, { limitMilliseconds, onFailure }: RunOptions): Promise<Finding> {
  const over = new AbortController();
  const seconds = limitMilliseconds / 1000;
  const tooLate = sleep(limitMilliseconds, undefined, { signal: over.signal }).then(() =>
    trouble(
      'unknown',
      {
        en: `The evidence did not come within ${seconds} seconds.`,
        es: `La respuesta no llegó en ${seconds} segundos.`,
      },
      LOOK_AGAIN,
    ),
  );
  // What comes after the limit, or fails then, is of no use to anybody.
  const found = (async () => find())().catch((error: unknown) => {
    onFailure(id, error);
    const name = error instanceof Error ? error.name : 'Error';
    return trouble(
      'unknown',
      { en: `The evidence could not be had (${name}).`, es: `No se pudo obtener la respuesta (${name}).` },
      LOOK_AGAIN,
    );
  });
  try {
    return await Promise.race([found, tooLate]);
  } finally {
    over.abort();
    // Ends with the abortion.
    tooLate.catch(() => undefined);
  }
}
