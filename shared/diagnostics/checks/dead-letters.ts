import { counted, joined, pass, type Rule, type Text, trouble } from '../check.ts';

/** Messages in each queue of what was given up. */
export interface DeadLettersEvidence {
  readonly streamFailures: number;
  readonly mailFailures: number;
}

export const deadLetters: Rule<DeadLettersEvidence> = {
  id: 'dead_letters',
  title: { en: 'Nothing was given up', es: 'No se ha abandonado nada' },
  judge({ streamFailures, mailFailures }) {
    const faults: { readonly detail: Text; readonly fix: Text }[] = [];
    if (streamFailures > 0) {
      const batches = counted(
        streamFailures,
        ['batch of changes', 'batches of changes'],
        ['lote de cambios', 'lotes de cambios'],
      );
      faults.push({
        detail: {
          en: `The stream gave up ${batches.en}; the bookings themselves are found by the sweep.`,
          es: `El flujo de cambios abandonó ${batches.es}; las citas mismas las encuentra la revisión programada.`,
        },
        fix: {
          en: 'Mend the cause and redrive them: runbook, stream-failures.',
          es: 'Corrige la causa y vuelve a procesarlos: manual de operaciones, stream-failures.',
        },
      });
    }
    if (mailFailures > 0) {
      const reports = counted(mailFailures, ['report', 'reports'], ['aviso', 'avisos']);
      faults.push({
        detail: {
          en: `${reports.en} of bounced mails or complaints could not be recorded.`,
          es: `No se pudieron anotar ${reports.es} de correos devueltos o quejas.`,
        },
        fix: {
          en: 'See what they say: runbook, mail-feedback-failures.',
          es: 'Mira qué dicen: manual de operaciones, mail-feedback-failures.',
        },
      });
    }
    return faults.length === 0
      ? pass('The queues of what was given up are empty.', 'Las colas de lo abandonado están vacías.')
      : trouble('fail', joined(faults.map(({ detail }) => detail)), joined(faults.map(({ fix }) => fix)));
  },
};
