import { defineTexts } from '../../language.ts';

export const settingsTexts = defineTexts({
  en: {
    title: 'Settings',
    general: 'General',
    enabled: 'Make Meet links for bookings',
    enabledHint: 'Off: nothing new is made at Google, and bookings say so. Switched on again, it catches up.',
    locale: 'Language of messages',
    languages: { en: 'English', es: 'Spanish' },
    timeZone: 'Time zone',
    timeZoneHint: 'That of the booking platform, such as Europe/Madrid.',
    adminEmail: 'Your e-mail address',
    adminEmailHint: 'For test messages, and for what needs you.',
    reload: 'Load what is saved now',
    preview: 'Confirmation mail to a customer',
  },
  es: {
    title: 'Ajustes',
    general: 'General',
    enabled: 'Crear enlaces de Meet para las citas',
    enabledHint:
      'Desactivado: no se crea nada nuevo en Google y las citas lo indican. Al activarlo de nuevo, se pone al día.',
    locale: 'Idioma de los mensajes',
    languages: { en: 'Inglés', es: 'Español' },
    timeZone: 'Zona horaria',
    timeZoneHint: 'La de la plataforma de reservas, por ejemplo Europe/Madrid.',
    adminEmail: 'Tu dirección de correo',
    adminEmailHint: 'Para los mensajes de prueba y para lo que requiera tu atención.',
    reload: 'Cargar lo que está guardado ahora',
    preview: 'Correo de confirmación para un cliente',
  },
});
