import type { Instant } from '../../time.ts';
import { counted, listed, pass, type Rule, same, type Text, trouble } from '../check.ts';

export interface OverdueEvidence {
  /** What should have been looked at by then, oldest first; `appointmentId` undefined where it is no booking. */
  readonly overdue: readonly { readonly appointmentId: string | undefined; readonly dueAt: Instant }[];
  /** As many as are looked for: there may be more. */
  readonly most: number;
  readonly minutes: number;
}

const SHOWN = 5;

export const overdue: Rule<OverdueEvidence> = {
  id: 'overdue',
  title: { en: 'Nothing is overdue', es: 'No hay nada atrasado' },
  judge({ overdue: late, most, minutes }) {
    const [oldest] = late;
    if (!oldest) {
      return pass(
        `Nothing has waited for more than ${minutes} minutes past its time.`,
        `Nada lleva más de ${minutes} minutos de retraso.`,
      );
    }
    const things = counted(late.length, ['thing', 'things'], ['asunto', 'asuntos']);
    const atLeast: Text = late.length >= most ? { en: 'At least ', es: 'Al menos ' } : same('');
    const ids = late.flatMap(({ appointmentId }) => (appointmentId ? [same(appointmentId)] : []));
    const which = listed(ids, SHOWN, ', ');
    return trouble(
      'fail',
      {
        en: `${atLeast.en}${things.en} should have been looked at, the oldest on ${oldest.dueAt}${which.en && `: ${which.en}`}.`,
        es: `${atLeast.es}${things.es} debían haberse revisado, lo más antiguo el ${oldest.dueAt}${which.es && `: ${which.es}`}.`,
      },
      {
        en: 'The scheduled sweep does not run, or does not get through. See the alarms due-work-missing and due-work-errors in the runbook: is the rule of every minute enabled (EventBridge), and what does the log of due-work say?',
        es: 'La revisión programada no se ejecuta, o no da abasto. Mira las alarmas due-work-missing y due-work-errors en el manual de operaciones: ¿está habilitada la regla de cada minuto (EventBridge), y qué dice el registro de due-work?',
      },
    );
  },
};
