import { defineTexts } from '../../language.ts';

export const bookingsTexts = defineTexts({
  en: {
    title: 'Bookings',
    none: 'No bookings yet',
    noneText: 'They appear here as soon as the booking platform posts them.',
    all: 'All bookings',
    states: {
      not_required: 'No link needed',
      pending: 'Being prepared',
      ready: 'Link ready',
      waiting_for_staff: 'Waits for the staff member',
      retrying: 'Being tried again',
      failed: 'Failed',
      cancelled: 'Cancelled',
    },
  },
  es: {
    title: 'Citas',
    none: 'Aún no hay citas',
    noneText: 'Aparecen aquí en cuanto la plataforma de reservas las envía.',
    all: 'Todas las citas',
    states: {
      not_required: 'No necesita enlace',
      pending: 'En preparación',
      ready: 'Enlace listo',
      waiting_for_staff: 'Espera al miembro del personal',
      retrying: 'Se está reintentando',
      failed: 'Ha fallado',
      cancelled: 'Cancelada',
    },
  },
});
