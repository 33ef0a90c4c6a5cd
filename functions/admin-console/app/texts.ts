import { defineTexts } from './language.ts';

/** Of the frame around the pages. */
export const frameTexts = defineTexts({
  en: {
    skip: 'Skip to the content',
    navigation: 'Main',
    pages: { setup: 'Set-up', settings: 'Settings', staff: 'Staff', bookings: 'Bookings', health: 'Health' },
    otherLanguage: 'Español',
    signOut: 'Sign out',
    signedOut: 'You are signed out.',
    signIn: 'Sign in',
    signingIn: 'Signing in…',
    key: 'Admin key',
    keyHint:
      'The command that prints it is in the outputs of the deployment (AdminKeyCommand); npm start prints the key itself. It is kept in this tab only, until you close it.',
    keyMissing: 'Type in the admin key.',
    keyWrong: 'This is not the admin key.',
    keyEnded: 'The admin key is not accepted any more. Sign in again: you come back to where you were.',
  },
  es: {
    skip: 'Ir al contenido',
    navigation: 'Principal',
    pages: { setup: 'Guía', settings: 'Ajustes', staff: 'Personal', bookings: 'Citas', health: 'Estado' },
    otherLanguage: 'English',
    signOut: 'Salir',
    signedOut: 'Has cerrado la sesión.',
    signIn: 'Iniciar sesión',
    signingIn: 'Iniciando sesión…',
    key: 'Clave de administración',
    keyHint:
      'El comando que la muestra está en las salidas del despliegue (AdminKeyCommand); npm start muestra la propia clave. Solo se guarda en esta pestaña, hasta que la cierres.',
    keyMissing: 'Escribe la clave de administración.',
    keyWrong: 'Esta no es la clave de administración.',
    keyEnded: 'La clave de administración ya no es válida. Inicia sesión de nuevo: volverás a donde estabas.',
  },
});
