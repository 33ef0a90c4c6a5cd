import { defineTexts } from '../../language.ts';
import type { StepName } from './steps.ts';
import type { Trigger } from './workflow.ts';

interface StepText {
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
}

interface SetupTexts {
  readonly title: string;
  readonly intro: string;
  readonly progress: (done: number, all: number) => string;
  readonly allDone: string;
  readonly again: string;
  readonly checking: string;
  readonly unchecked: string;
  readonly standing: Readonly<Record<'pass' | 'warn' | 'fail' | 'todo', string>>;
  readonly steps: Readonly<Record<StepName, StepText>>;
  readonly turnOn: string;
  readonly turnedOn: string;
  readonly toSettings: string;
  readonly project: readonly string[];
  readonly newProject: string;
  readonly calendarApi: string;
  readonly consent: readonly string[];
  readonly consentScreen: string;
  readonly client: readonly string[];
  readonly clients: string;
  readonly redirectUri: string;
  readonly copyRedirectUri: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly secretKept: string;
  readonly secretHint: string;
  readonly saveAndTest: string;
  readonly testing: string;
  readonly clientSaved: string;
  readonly missing: string;
  readonly publish: readonly string[];
  readonly audience: string;
  readonly staffIntro: string;
  readonly staffEmail: string;
  readonly staffEmailHint: string;
  readonly sendLink: string;
  readonly getLink: string;
  readonly linkSent: (email: string) => string;
  readonly linkFor: (email: string, until: string) => string;
  readonly copyLink: string;
  readonly connected: (connected: number, all: number) => string;
  readonly toStaff: string;
  readonly platformIntro: string;
  readonly address: string;
  readonly copyAddress: string;
  readonly method: string;
  readonly header: string;
  readonly copyHeader: string;
  readonly headerValue: string;
  readonly fields: string;
  readonly workflows: string;
  readonly triggers: Readonly<Record<Trigger, string>>;
  readonly workflow: (trigger: string) => string;
  readonly copyFields: string;
  readonly fieldName: string;
  readonly fieldValue: string;
  readonly testButton: string;
  readonly join: string;
  readonly copyJoin: string;
  readonly other: string;
  readonly first: readonly string[];
  readonly toBookings: string;
}

export const setupTexts = defineTexts<SetupTexts>({
  en: {
    title: 'Set-up',
    intro: 'From nothing to the first Meet link in about ten minutes. Each step looks for itself whether it is done.',
    progress: (done, all) => `${done} of ${all} steps done`,
    allDone: 'All is set up: every booking gets its link by itself.',
    again: 'Check again',
    checking: 'Checking…',
    unchecked: 'This shows as soon as the first staff member has connected.',
    standing: { pass: 'Done', warn: 'Have a look', fail: 'Does not work yet', todo: 'To do' },
    steps: {
      switch_on: {
        title: 'Switch it on, and say where you are',
        why: 'While it is off, nothing is done at Google. The time zone is how times are shown and read; the admin’s address is told when somebody has to act.',
      },
      google_project: {
        title: 'Make a Google project, with the Calendar API',
        why: 'Google makes Meet links through calendar events, and wants to know which project asks for them. It costs nothing.',
      },
      consent_screen: {
        title: 'Fill in the consent screen',
        why: 'It is what your staff see at Google when they connect.',
      },
      google_client: {
        title: 'Make the OAuth client, and enter it here',
        why: 'With it, Booking Meet shows Google who it is. Your staff cannot connect before.',
      },
      publish: {
        title: 'Publish the app',
        why: 'While it is in testing, every connection ends after seven days, and bookings stop getting links.',
      },
      staff: {
        title: 'Invite your staff',
        why: 'Each person connects their own Google account once. The events and links of their bookings are made there.',
      },
      platform: {
        title: 'Connect Booknetic',
        why: 'This is how Booking Meet hears of bookings, changes and cancellations.',
      },
      first_booking: {
        title: 'See the first booking',
        why: 'A real booking shows that all of it works together.',
      },
    },
    turnOn: 'Switch it on',
    turnedOn: 'Switched on.',
    toSettings: 'To the settings',
    project: [
      'Sign in with the Google account to which the project is to belong, and make a project, such as “Booking Meet”. Where Google asks for an organisation, “No organisation” will do.',
      'Enable the Google Calendar API in this project.',
    ],
    newProject: 'New project at Google',
    calendarApi: 'Calendar API at Google',
    consent: [
      'Click “Get started”. Enter the name of your business and an address for questions.',
      'Audience: “External”. (“Internal” only if all your staff are in your own Google Workspace.)',
      'Enter an address for Google’s notices, agree to the policy, and click “Create”.',
    ],
    consentScreen: 'Consent screen at Google',
    client: [
      'Click “Create client” and choose “Web application”.',
      'Under “Authorized redirect URIs”, add this address, exactly as it is:',
      'Click “Create”, and paste the client ID and the client secret that Google shows:',
    ],
    clients: 'OAuth clients at Google',
    redirectUri: 'Redirect URI',
    copyRedirectUri: 'Copy redirect URI',
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    secretKept: 'A secret is stored; it is never shown. Enter it again only to replace it.',
    secretHint: 'It is stored encrypted and never shown again.',
    saveAndTest: 'Save and test',
    testing: 'Asking Google…',
    clientSaved: 'Saved.',
    missing: 'Paste it from Google’s page.',
    publish: [
      'Open “Audience” and click “Publish app”, then “Confirm”.',
      'No verification is needed for your own staff: they see a warning that Google has not verified the app, and go on with “Advanced”.',
      'Whoever connected while it was in testing must connect once more.',
    ],
    audience: 'Audience at Google',
    staffIntro:
      'Enter the address that the person has in Booknetic: bookings are matched by it. The Google account may have another.',
    staffEmail: 'E-mail of the staff member',
    staffEmailHint: 'As in Booknetic.',
    sendLink: 'Send the link by mail',
    getLink: 'Show the link',
    linkSent: (email) => `The link was sent to ${email}.`,
    linkFor: (email, until) => `Connect link for ${email}, good until ${until}. It is for this person only:`,
    copyLink: 'Copy connect link',
    connected: (connected, all) => (all === 0 ? 'Nobody has been invited yet.' : `${connected} of ${all} connected.`),
    toStaff: 'To the staff',
    platformIntro:
      'In Booknetic, make one workflow for each of the four triggers below, each with the action “Webhook”. They differ only in the field “event”.',
    address: 'Address (URL)',
    copyAddress: 'Copy address',
    method: 'Method POST, data type FORM_DATA. (JSON breaks at the first quotation mark in a note.)',
    header: 'Header',
    copyHeader: 'Copy header name',
    headerValue:
      'Its value is the webhook secret: the command in the deployment’s output WebhookSecretCommand prints it; npm start prints the secret itself.',
    fields: 'Fields',
    workflows: 'The four workflows',
    triggers: {
      booking_new: 'New booking',
      booking_rescheduled: 'Booking rescheduled',
      booking_status_changed: 'Booking status changed',
      booking_starts: 'Booking starts',
    },
    workflow: (trigger) => `Workflow “${trigger}”`,
    copyFields: 'Copy all fields',
    fieldName: 'Name',
    fieldValue: 'Value',
    testButton:
      'Do not use the test button of Booknetic’s editor: it sends the keywords unfilled, which is refused (422). Make a test booking instead.',
    join: 'Optional: a link for Booknetic’s own mails. It is good from the moment of the booking, and leads to the video call:',
    copyJoin: 'Copy join link',
    other:
      'Another booking platform? It can post the neutral, signed form to /webhooks/appointments: see /openapi.json.',
    first: [
      'Book an appointment on your website as a customer would, with somebody who has connected.',
      'See in Booknetic that it is approved: only approved bookings get a link, unless the settings say otherwise.',
      'Within a minute its link is here, in the calendar, and in the mails.',
    ],
    toBookings: 'To the bookings',
  },
  es: {
    title: 'Guía',
    intro: 'De cero al primer enlace de Meet en unos diez minutos. Cada paso comprueba por sí mismo si está hecho.',
    progress: (done, all) => `${done} de ${all} pasos hechos`,
    allDone: 'Todo está listo: cada cita recibe su enlace por sí sola.',
    again: 'Comprobar de nuevo',
    checking: 'Comprobando…',
    unchecked: 'Se sabrá en cuanto la primera persona haya conectado su cuenta.',
    standing: { pass: 'Hecho', warn: 'Revísalo', fail: 'Aún no funciona', todo: 'Por hacer' },
    steps: {
      switch_on: {
        title: 'Actívalo y di dónde estás',
        why: 'Mientras está desactivado no se hace nada en Google. La zona horaria decide cómo se leen y se muestran las horas; a la dirección de administración se le avisa cuando alguien tiene que hacer algo.',
      },
      google_project: {
        title: 'Crea un proyecto de Google con la API de Calendar',
        why: 'Google crea los enlaces de Meet a través de eventos del calendario y quiere saber qué proyecto los pide. No cuesta nada.',
      },
      consent_screen: {
        title: 'Rellena la pantalla de consentimiento',
        why: 'Es lo que verá tu personal en Google al conectar su cuenta.',
      },
      google_client: {
        title: 'Crea el cliente OAuth y ponlo aquí',
        why: 'Con él, Booking Meet se identifica ante Google. Sin él, tu personal no puede conectarse.',
      },
      publish: {
        title: 'Publica la aplicación',
        why: 'Mientras está en pruebas, cada conexión caduca a los siete días y las citas dejan de recibir enlaces.',
      },
      staff: {
        title: 'Invita a tu personal',
        why: 'Cada persona conecta una sola vez su propia cuenta de Google. Ahí se crean los eventos y los enlaces de sus citas.',
      },
      platform: {
        title: 'Conecta Booknetic',
        why: 'Así se entera Booking Meet de las citas, los cambios y las cancelaciones.',
      },
      first_booking: {
        title: 'Comprueba la primera cita',
        why: 'Una cita de verdad demuestra que todo funciona junto.',
      },
    },
    turnOn: 'Activar',
    turnedOn: 'Activado.',
    toSettings: 'Ir a los ajustes',
    project: [
      'Inicia sesión con la cuenta de Google a la que vaya a pertenecer el proyecto y crea uno, por ejemplo «Booking Meet». Si Google pide una organización, sirve «Sin organización».',
      'Habilita la API de Google Calendar en ese proyecto.',
    ],
    newProject: 'Nuevo proyecto en Google',
    calendarApi: 'API de Calendar en Google',
    consent: [
      'Pulsa «Comenzar». Pon el nombre de tu negocio y una dirección para consultas.',
      'Público: «Externo». («Interno» solo si todo tu personal está en tu propio Google Workspace).',
      'Pon una dirección para los avisos de Google, acepta la política y pulsa «Crear».',
    ],
    consentScreen: 'Pantalla de consentimiento en Google',
    client: [
      'Pulsa «Crear cliente» y elige «Aplicación web».',
      'En «URIs de redireccionamiento autorizados», añade esta dirección tal cual:',
      'Pulsa «Crear» y pega el ID y el secreto de cliente que muestra Google:',
    ],
    clients: 'Clientes OAuth en Google',
    redirectUri: 'URI de redireccionamiento',
    copyRedirectUri: 'Copiar el URI de redireccionamiento',
    clientId: 'ID de cliente',
    clientSecret: 'Secreto de cliente',
    secretKept: 'Hay un secreto guardado; nunca se muestra. Escríbelo de nuevo solo para cambiarlo.',
    secretHint: 'Se guarda cifrado y no vuelve a mostrarse.',
    saveAndTest: 'Guardar y probar',
    testing: 'Preguntando a Google…',
    clientSaved: 'Guardado.',
    missing: 'Pégalo de la página de Google.',
    publish: [
      'Abre «Público», pulsa «Publicar aplicación» y después «Confirmar».',
      'Para tu propio personal no hace falta verificarla: verán el aviso de que Google no la ha verificado y seguirán con «Configuración avanzada».',
      'Quien se haya conectado mientras estaba en pruebas tiene que conectarse otra vez.',
    ],
    audience: 'Público en Google',
    staffIntro:
      'Pon la dirección que esa persona tiene en Booknetic: por ella se asignan las citas. Su cuenta de Google puede ser otra.',
    staffEmail: 'Correo de la persona',
    staffEmailHint: 'El mismo que en Booknetic.',
    sendLink: 'Enviar el enlace por correo',
    getLink: 'Mostrar el enlace',
    linkSent: (email) => `El enlace se ha enviado a ${email}.`,
    linkFor: (email, until) => `Enlace de conexión de ${email}, válido hasta el ${until}. Es solo para esa persona:`,
    copyLink: 'Copiar el enlace de conexión',
    connected: (connected, all) =>
      all === 0 ? 'Aún no se ha invitado a nadie.' : `${connected} de ${all} con la cuenta conectada.`,
    toStaff: 'Ir al personal',
    platformIntro:
      'En Booknetic, crea un flujo de trabajo para cada uno de los cuatro desencadenantes de abajo, con la acción «Webhook». Solo se diferencian en el campo «event».',
    address: 'Dirección (URL)',
    copyAddress: 'Copiar la dirección',
    method: 'Método POST, tipo de datos FORM_DATA. (Con JSON, las primeras comillas de una nota lo estropean todo).',
    header: 'Cabecera',
    copyHeader: 'Copiar el nombre de la cabecera',
    headerValue:
      'Su valor es el secreto del webhook: lo muestra el comando de la salida WebhookSecretCommand del despliegue; npm start muestra el propio secreto.',
    fields: 'Campos',
    workflows: 'Los cuatro flujos de trabajo',
    triggers: {
      booking_new: 'Nueva cita',
      booking_rescheduled: 'Cita reprogramada',
      booking_status_changed: 'Cambio de estado de la cita',
      booking_starts: 'La cita empieza',
    },
    workflow: (trigger) => `Flujo de trabajo «${trigger}»`,
    copyFields: 'Copiar todos los campos',
    fieldName: 'Nombre',
    fieldValue: 'Valor',
    testButton:
      'No uses el botón de prueba del editor de Booknetic: envía las palabras clave sin rellenar y se rechaza (422). Haz una cita de prueba.',
    join: 'Opcional: un enlace para los correos de Booknetic. Sirve desde el momento de la reserva y lleva a la videollamada:',
    copyJoin: 'Copiar el enlace de entrada',
    other:
      '¿Otra plataforma de reservas? Puede enviar el formulario neutral y firmado a /webhooks/appointments: mira /openapi.json.',
    first: [
      'Reserva una cita en tu web como lo haría un cliente, con alguien que ya haya conectado su cuenta.',
      'Comprueba en Booknetic que está aprobada: solo las aprobadas reciben enlace, salvo que los ajustes digan otra cosa.',
      'En un minuto tienes el enlace aquí, en el calendario y en los correos.',
    ],
    toBookings: 'Ir a las citas',
  },
});
