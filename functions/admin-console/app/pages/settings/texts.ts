import type { MESSAGE_KEYWORDS } from '../../../../../shared/settings/message-keywords.ts';
import type { Keyword } from '../../api-types.ts';
import { defineTexts } from '../../language.ts';

type MessageKeywords = Readonly<Record<(typeof MESSAGE_KEYWORDS)[number], string>>;

const en = {
  title: 'Settings',
  jump: 'On this page',
  groups: {
    general: 'General',
    event: 'Calendar event',
    people: 'Who is told, and when',
    words: 'Words of messages',
    keeping: 'Keeping and special cases',
  },
  fields: {
    enabled: {
      label: 'Make Meet links for bookings',
      hint: 'Off: nothing new is made at Google, and bookings say so. Switched on again, it catches up.',
    },
    statuses: { label: 'Statuses that get a meeting', hint: 'A booking has its link while it is in one of these.' },
    timeZone: {
      label: 'Time zone',
      hint: 'That of your booking platform, such as Europe/Madrid. Bookings are read, and messages written, in it.',
    },
    dateFormat: { label: 'Date format', hint: 'As in the settings of your booking platform; here each is today.' },
    timeFormat: { label: 'Time format', hint: 'As in the settings of your booking platform; here each is now.' },
    locale: { label: 'Language of messages', hint: 'For whoever has no language of their own.' },
    eventTitle: { label: 'Title', hint: 'Keywords in braces are filled in for each booking.' },
    eventDescription: { label: 'Description', hint: 'A line whose keywords are all empty is left out.' },
    addCustomersAsAttendees: {
      label: 'Add customers as guests of the event',
      hint: 'It is then in their own calendars too.',
    },
    customersCanSeeOtherAttendees: {
      label: 'Customers of a group see one another',
      hint: 'Off: in a group, guests and texts of the event give no customer away.',
    },
    googleInvitations: {
      label: 'Invitations by Google',
      hint: 'Where Google invites nobody, our mails carry the calendar entry instead.',
    },
    'notifications.email.customer': { label: 'E-mail to customers', hint: '' },
    'notifications.email.staff': { label: 'E-mail to staff', hint: '' },
    'notifications.sms.customer': { label: 'SMS to customers', hint: '' },
    'notifications.sms.staff': { label: 'SMS to staff', hint: 'AWS charges for each SMS.' },
    reminders: { label: 'Reminders', hint: 'Before a booking starts, as many as you like.' },
    adminEmail: {
      label: 'Your e-mail address',
      hint: 'For what needs you, such as a staff member who has not connected, and for test messages.',
    },
    senderName: { label: 'Sender name', hint: 'On every mail, such as the name of your business.' },
    replyTo: { label: 'Answers go to', hint: 'The address to which people write back.' },
    defaultCountry: {
      label: 'Country of telephone numbers',
      hint: 'Two capital letters, such as ES. Numbers without a country code are read as of there.',
    },
    templates: { label: 'Words of messages', hint: '' },
    retentionDays: {
      label: 'Days for which bookings are kept',
      hint: 'Counted from their end; then they are deleted here. Google Calendar keeps its events.',
    },
    expectStartsPing: {
      label: 'Point out bookings that may have been deleted',
      hint: 'Only with a Booknetic workflow for “booking starts”: a booking whose start is not announced then says so.',
    },
  },
  byDefault: (value: string) => `Default: ${value}.`,
  yes: 'on',
  no: 'off',
  unset: 'not set',
  empty: 'empty',
  defaultWords: 'the default words',
  languages: { en: 'English', es: 'Spanish' },
  invitations: { all: 'To every guest', externalOnly: 'Only to guests without Google Calendar', none: 'To nobody' },
  notifications: 'Who is told of bookings',
  statusNames: { approved: 'Approved', pending: 'Pending', canceled: 'Cancelled', rejected: 'Rejected' },
  otherStatuses: 'Other statuses',
  otherStatusesHint: 'Your own ones as the platform writes them, with commas between.',
  reminder: (number: number) => `Reminder ${number}`,
  before: 'before the start',
  amount: 'How long before',
  unit: 'Unit',
  units: { minutes: 'minutes', hours: 'hours', days: 'days' },
  count: (amount: string, unit: 'minutes' | 'hours' | 'days') =>
    amount === '1' ? `1 ${unit.slice(0, -1)}` : `${amount} ${unit}`,
  remove: 'Remove',
  addReminder: 'Add a reminder',
  noReminders: 'No reminders are sent.',

  keywords: 'Insert a keyword',
  keywordsInto: (field: string) => `It goes into “${field}”, where the caret is.`,
  search: 'Search',
  found: (count: number) => `${count} keywords`,
  example: (value: string) => `such as ${value}`,
  toDefault: 'Back to the default',
  preview: 'Preview',
  previewOf: 'Shown with',
  sample: 'a sample booking',
  choose: 'Choose a booking',
  useSample: 'Use the sample',
  noTitle: 'Without a title',
  pick: {
    title: 'Preview with a booking',
    search: 'Name, e-mail address or id',
    day: 'On the day',
    hint: 'Bookings from now on, unless you choose a day.',
    none: 'No such booking.',
    more: 'Show more',
  },
  messages: {
    kind: 'Message',
    role: 'To',
    channel: 'By',
    locale: 'Language',
    kinds: {
      booked: 'Confirmation',
      rescheduled: 'New time',
      link_changed: 'New link',
      cancelled: 'Cancellation',
      reminder: 'Reminder',
      connect_google: 'Request to connect Google',
    },
    roles: { customer: 'Customer', staff: 'Staff member', admin: 'You, the admin' },
    channels: { email: 'E-mail', sms: 'SMS' },
    subject: 'Subject',
    body: 'Text',
    own: 'Messages with words of their own',
    isDefault: 'These are the default words. Change them, and yours are sent instead.',
    isOwn: 'These are your own words.',
    reset: 'Back to the default words',
    segments: (count: number) => `${count} SMS ${count === 1 ? 'segment' : 'segments'}, each of them paid for.`,
    test: 'Send me this as a test',
    testing: 'Sending…',
    tested: (to: string) => `Sent to ${to}.`,
    testTo: (to: string) => `Test messages go to ${to}, with the words above, saved or not.`,
    noAdmin: 'Test messages go to your e-mail address, which is not saved yet.',
    enterAdmin: 'Enter it',
  },
  messageKeywords: {
    meet_link: 'The Meet link',
    join_button: 'A button that joins the call; in an SMS the link',
    start_date: 'Date on which it starts, in words',
    start_time: 'Time at which it starts',
    end_time: 'Time at which it ends',
    time_zone: 'The time zone of these times',
    old_start_date: 'Date on which it was to start before',
    old_start_time: 'Time at which it was to start before',
    connect_button: 'A button that connects Google',
    google_email: 'The Google account that is connected',
  } satisfies MessageKeywords as MessageKeywords,
  unknown: (name: string, known: string | undefined) =>
    `{${name}} is not a known keyword${known === undefined ? '.' : `; did you mean {${known}}?`}`,

  unsaved: (count: number) => (count === 1 ? '1 unsaved change' : `${count} unsaved changes`),
  discard: 'Discard',
  discardTitle: 'Discard your changes?',
  discardText: 'Everything is then again as it was last saved.',
  keep: 'Keep them',
  wrong: (count: number) =>
    count === 1 ? 'Nothing was saved: one value is not right.' : `Nothing was saved: ${count} values are not right.`,
  conflict: {
    title: 'Another admin has saved meanwhile',
    text: 'Nothing of theirs was overwritten, and nothing of yours is lost. Look at what they changed, then save.',
    both: 'Changed by both of you',
    choose: 'Choose for each which one is to be saved.',
    mine: 'Yours',
    theirs: 'Theirs',
    only: 'Changed by them alone, and taken over',
    change: (before: string, now: string) => `${before} → ${now}`,
    undecided: 'Choose yours or theirs first.',
  },
  faults: {
    empty: () => 'Must not be empty.',
    tooLong: (most: string) => `At most ${most} characters.`,
    control: () => 'Must not contain control characters.',
    email: () => 'Not an e-mail address.',
    timeZone: () => 'There is no such time zone. Choose one of the list, such as Europe/Madrid.',
    country: () => 'Two capital letters, such as ES.',
    keyword: (name: string, known: string) => `{${name}} is not a known keyword; did you mean {${known}}?`,
    least: (number: string) => `At least ${number}.`,
    most: (number: string) => `At most ${Number(number).toLocaleString('en')}.`,
    fewest: () => 'Choose at least one.',
    mostItems: (number: string) => `At most ${number}.`,
    wholeNumber: () => 'Must be a whole number.',
    option: () => 'Choose one of the list.',
    reminder: () => 'From one minute to 90 days, in whole minutes.',
  } satisfies Readonly<Record<string, (first: string, second: string) => string>> as FaultTexts,
};

type FaultTexts = Readonly<
  Record<
    | 'empty'
    | 'tooLong'
    | 'control'
    | 'email'
    | 'timeZone'
    | 'country'
    | 'keyword'
    | 'least'
    | 'most'
    | 'fewest'
    | 'mostItems'
    | 'wholeNumber'
    | 'option'
    | 'reminder',
    (first: string, second: string) => string
  >
>;

export type SettingsWords = typeof en;

export const settingsTexts = defineTexts<SettingsWords>({
  en,
  es: {
    title: 'Ajustes',
    jump: 'En esta página',
    groups: {
      general: 'General',
      event: 'Evento del calendario',
      people: 'A quién se avisa y cuándo',
      words: 'Textos de los mensajes',
      keeping: 'Conservación y casos especiales',
    },
    fields: {
      enabled: {
        label: 'Crear enlaces de Meet para las citas',
        hint: 'Desactivado: no se crea nada nuevo en Google y las citas lo indican. Al activarlo de nuevo, se pone al día.',
      },
      statuses: {
        label: 'Estados que tienen reunión',
        hint: 'Una cita tiene su enlace mientras está en uno de estos estados.',
      },
      timeZone: {
        label: 'Zona horaria',
        hint: 'La de tu plataforma de reservas, por ejemplo Europe/Madrid. Con ella se leen las citas y se escriben los mensajes.',
      },
      dateFormat: {
        label: 'Formato de fecha',
        hint: 'Como en los ajustes de tu plataforma de reservas; aquí, cada uno es la fecha de hoy.',
      },
      timeFormat: {
        label: 'Formato de hora',
        hint: 'Como en los ajustes de tu plataforma de reservas; aquí, cada uno es la hora actual.',
      },
      locale: { label: 'Idioma de los mensajes', hint: 'Para quien no tiene un idioma propio.' },
      eventTitle: { label: 'Título', hint: 'Las palabras clave entre llaves se rellenan en cada cita.' },
      eventDescription: {
        label: 'Descripción',
        hint: 'Se omite cada línea cuyas palabras clave estén todas vacías.',
      },
      addCustomersAsAttendees: {
        label: 'Añadir a los clientes como invitados del evento',
        hint: 'Así también lo tienen en su propio calendario.',
      },
      customersCanSeeOtherAttendees: {
        label: 'Los clientes de un grupo se ven entre sí',
        hint: 'Desactivado: en un grupo, ni los invitados ni los textos del evento revelan a ningún cliente.',
      },
      googleInvitations: {
        label: 'Invitaciones de Google',
        hint: 'Si Google no invita a nadie, nuestros correos llevan la entrada de calendario.',
      },
      'notifications.email.customer': { label: 'Correo a los clientes', hint: '' },
      'notifications.email.staff': { label: 'Correo al personal', hint: '' },
      'notifications.sms.customer': { label: 'SMS a los clientes', hint: '' },
      'notifications.sms.staff': { label: 'SMS al personal', hint: 'AWS cobra cada SMS.' },
      reminders: { label: 'Recordatorios', hint: 'Antes de que empiece la cita, tantos como quieras.' },
      adminEmail: {
        label: 'Tu dirección de correo',
        hint: 'Para lo que requiera tu atención, como alguien que aún no se ha conectado, y para los mensajes de prueba.',
      },
      senderName: { label: 'Nombre del remitente', hint: 'En todos los correos; por ejemplo, el de tu negocio.' },
      replyTo: { label: 'Las respuestas van a', hint: 'La dirección a la que la gente contesta.' },
      defaultCountry: {
        label: 'País de los teléfonos',
        hint: 'Dos letras mayúsculas, por ejemplo ES. Los números sin prefijo de país se leen como de allí.',
      },
      templates: { label: 'Textos de los mensajes', hint: '' },
      retentionDays: {
        label: 'Días que se conservan las citas',
        hint: 'Desde que terminan; después se borran aquí. Google Calendar conserva sus eventos.',
      },
      expectStartsPing: {
        label: 'Señalar las citas que quizá se hayan borrado',
        hint: 'Solo con un flujo de Booknetic para «la cita empieza»: si no se anuncia el inicio de una cita, lo indicará.',
      },
    },
    byDefault: (value) => `Por defecto: ${value}.`,
    yes: 'activado',
    no: 'desactivado',
    unset: 'sin definir',
    empty: 'vacío',
    defaultWords: 'el texto por defecto',
    languages: { en: 'Inglés', es: 'Español' },
    invitations: {
      all: 'A todos los invitados',
      externalOnly: 'Solo a los invitados sin Google Calendar',
      none: 'A nadie',
    },
    notifications: 'A quién se avisa de las citas',
    statusNames: { approved: 'Aprobada', pending: 'Pendiente', canceled: 'Cancelada', rejected: 'Rechazada' },
    otherStatuses: 'Otros estados',
    otherStatusesHint: 'Los tuyos, como los escribe la plataforma, separados por comas.',
    reminder: (number) => `Recordatorio ${number}`,
    before: 'antes del inicio',
    amount: 'Con cuánta antelación',
    unit: 'Unidad',
    units: { minutes: 'minutos', hours: 'horas', days: 'días' },
    count: (amount, unit) => {
      const name = { minutes: 'minutos', hours: 'horas', days: 'días' }[unit];
      return amount === '1' ? `1 ${name.slice(0, -1)}` : `${amount} ${name}`;
    },
    remove: 'Quitar',
    addReminder: 'Añadir un recordatorio',
    noReminders: 'No se envía ningún recordatorio.',

    keywords: 'Insertar una palabra clave',
    keywordsInto: (field) => `Va a «${field}», donde está el cursor.`,
    search: 'Buscar',
    found: (count) => `${count} palabras clave`,
    example: (value) => `por ejemplo, ${value}`,
    toDefault: 'Volver al texto por defecto',
    preview: 'Vista previa',
    previewOf: 'Se muestra con',
    sample: 'una cita de ejemplo',
    choose: 'Elegir una cita',
    useSample: 'Usar el ejemplo',
    noTitle: 'Sin título',
    pick: {
      title: 'Vista previa con una cita',
      search: 'Nombre, correo o identificador',
      day: 'El día',
      hint: 'Citas a partir de ahora, salvo que elijas un día.',
      none: 'No hay ninguna cita así.',
      more: 'Mostrar más',
    },
    messages: {
      kind: 'Mensaje',
      role: 'Para',
      channel: 'Por',
      locale: 'Idioma',
      kinds: {
        booked: 'Confirmación',
        rescheduled: 'Nuevo horario',
        link_changed: 'Nuevo enlace',
        cancelled: 'Cancelación',
        reminder: 'Recordatorio',
        connect_google: 'Petición de conectar Google',
      },
      roles: { customer: 'Cliente', staff: 'Profesional', admin: 'Tú, que administras' },
      channels: { email: 'Correo', sms: 'SMS' },
      subject: 'Asunto',
      body: 'Texto',
      own: 'Mensajes con textos propios',
      isDefault: 'Este es el texto por defecto. Si lo cambias, se enviará el tuyo.',
      isOwn: 'Este es tu propio texto.',
      reset: 'Volver al texto por defecto',
      segments: (count) => `${count} ${count === 1 ? 'segmento' : 'segmentos'} de SMS; se paga cada uno.`,
      test: 'Enviármelo como prueba',
      testing: 'Enviando…',
      tested: (to) => `Enviado a ${to}.`,
      testTo: (to) => `Los mensajes de prueba van a ${to}, con el texto de arriba, esté guardado o no.`,
      noAdmin: 'Los mensajes de prueba van a tu dirección de correo, que aún no está guardada.',
      enterAdmin: 'Escribirla',
    },
    messageKeywords: {
      meet_link: 'El enlace de Meet',
      join_button: 'Un botón para entrar en la llamada; en un SMS, el enlace',
      start_date: 'Fecha en la que empieza, con palabras',
      start_time: 'Hora a la que empieza',
      end_time: 'Hora a la que termina',
      time_zone: 'La zona horaria de estas horas',
      old_start_date: 'Fecha en la que iba a empezar antes',
      old_start_time: 'Hora a la que iba a empezar antes',
      connect_button: 'Un botón para conectar Google',
      google_email: 'La cuenta de Google conectada',
    },
    unknown: (name, known) =>
      `{${name}} no es una palabra clave conocida${known === undefined ? '.' : `; ¿querías decir {${known}}?`}`,

    unsaved: (count) => (count === 1 ? '1 cambio sin guardar' : `${count} cambios sin guardar`),
    discard: 'Descartar',
    discardTitle: '¿Descartar tus cambios?',
    discardText: 'Todo volverá a estar como se guardó por última vez.',
    keep: 'Conservarlos',
    wrong: (count) =>
      count === 1
        ? 'No se ha guardado nada: hay un valor incorrecto.'
        : `No se ha guardado nada: hay ${count} valores incorrectos.`,
    conflict: {
      title: 'Otra persona ha guardado mientras tanto',
      text: 'No se ha sobrescrito nada suyo ni se ha perdido nada tuyo. Mira qué ha cambiado y después guarda.',
      both: 'Cambiado por ambas partes',
      choose: 'Elige en cada caso cuál se guarda.',
      mine: 'Lo tuyo',
      theirs: 'Lo suyo',
      only: 'Cambiado solo por la otra persona, y ya incluido',
      change: (before, now) => `${before} → ${now}`,
      undecided: 'Elige antes lo tuyo o lo suyo.',
    },
    faults: {
      empty: () => 'No puede estar vacío.',
      tooLong: (most) => `Como máximo ${most} caracteres.`,
      control: () => 'No puede contener caracteres de control.',
      email: () => 'No es una dirección de correo.',
      timeZone: () => 'No existe esa zona horaria. Elige una de la lista, por ejemplo Europe/Madrid.',
      country: () => 'Dos letras mayúsculas, por ejemplo ES.',
      keyword: (name, known) => `{${name}} no es una palabra clave conocida; ¿querías decir {${known}}?`,
      least: (number) => `Como mínimo ${number}.`,
      most: (number) => `Como máximo ${Number(number).toLocaleString('es')}.`,
      fewest: () => 'Elige al menos uno.',
      mostItems: (number) => `Como máximo ${number}.`,
      wholeNumber: () => 'Debe ser un número entero.',
      option: () => 'Elige uno de la lista.',
      reminder: () => 'De un minuto a 90 días, en minutos enteros.',
    },
  },
});

/** Keywords that only messages have; GET /keywords lists those of event titles. */
export const messageKeywordRows = (words: SettingsWords): readonly Keyword[] =>
  Object.entries(words.messageKeywords).map(([keyword, description]) => ({ keyword, description, example: '' }));
