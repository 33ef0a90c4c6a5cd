import { defineTexts } from '../../language.ts';

export const staffTexts = defineTexts({
  en: {
    title: 'Staff',
    none: 'No staff yet',
    noneText: 'A staff member is here as soon as a booking names them.',
    states: {
      connected: 'Connected',
      not_connected: 'Not connected',
      reconnect_required: 'Must connect again',
      insufficient_scope: 'Calendar box not ticked',
    },
    counts: (upcoming: number, waiting: number) => `${upcoming} upcoming, ${waiting} waiting`,
  },
  es: {
    title: 'Personal',
    none: 'Aún no hay personal',
    noneText: 'Una persona aparece aquí en cuanto una cita la nombra.',
    states: {
      connected: 'Conectada',
      not_connected: 'Sin conectar',
      reconnect_required: 'Debe conectarse de nuevo',
      insufficient_scope: 'Casilla del calendario sin marcar',
    },
    counts: (upcoming: number, waiting: number) => `${upcoming} próximas, ${waiting} en espera`,
  },
});
