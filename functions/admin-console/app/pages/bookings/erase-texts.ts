import { defineTexts } from '../../language.ts';

export const eraseTexts = defineTexts({
  en: {
    erase: 'Erase this person',
    eraseNamed: (name: string) => `Erase this person: ${name}`,
    eraseTitle: (name: string) => `Erase ${name}?`,
    eraseGoes:
      'What goes, in all their bookings: name, address and telephone, notes and other fields about them, and what was recorded of the messages to them. From events to come they are taken off the guests and the text. Nobody is told of it.',
    eraseStays:
      'What stays: the bookings themselves (service, staff, time) with their links, other customers, events that are over, mails that were sent, and backups for 35 days. Erase them in the booking platform first: its next word about them would bring them back. This cannot be undone.',
    eraseType: (email: string) => `To confirm, type ${email}`,
    eraseFault: 'This is not the address.',
    erasing: 'Erasing…',
    eraseAgain: 'There was no time to look through everything. What was found is erased; go on with the same button.',
    erasedTitle: 'This person is erased',
    erased: (appointments: number, messages: number, events: number) =>
      `Removed from ${appointments} ${appointments === 1 ? 'booking' : 'bookings'}, ${messages} ${messages === 1 ? 'message' : 'messages'} and ${events} ${events === 1 ? 'event' : 'events'} to come.`,
    close: 'Close',
  },
  es: {
    erase: 'Borrar los datos de esta persona',
    eraseNamed: (name: string) => `Borrar los datos de esta persona: ${name}`,
    eraseTitle: (name: string) => `¿Borrar los datos de ${name}?`,
    eraseGoes:
      'Qué se borra, en todas sus citas: nombre, correo y teléfono, las notas y otros campos sobre esta persona, y lo registrado de los mensajes que recibió. En los eventos próximos deja de estar entre los invitados y en el texto. No se avisa a nadie.',
    eraseStays:
      'Qué se queda: las citas en sí (servicio, personal, hora) con sus enlaces, los demás clientes, los eventos pasados, los correos ya enviados y las copias de seguridad durante 35 días. Borra antes a la persona en la plataforma de reservas: lo siguiente que esta diga de ella la traería de vuelta. No se puede deshacer.',
    eraseType: (email: string) => `Para confirmar, escribe ${email}`,
    eraseFault: 'Esta no es la dirección.',
    erasing: 'Borrando…',
    eraseAgain: 'No ha dado tiempo a mirarlo todo. Lo encontrado ya está borrado; continúa con el mismo botón.',
    erasedTitle: 'Datos borrados',
    erased: (appointments: number, messages: number, events: number) =>
      `Se ha quitado a esta persona de ${appointments} ${appointments === 1 ? 'cita' : 'citas'}, ${messages} ${messages === 1 ? 'mensaje' : 'mensajes'} y ${events} ${events === 1 ? 'evento próximo' : 'eventos próximos'}.`,
    close: 'Cerrar',
  },
});
