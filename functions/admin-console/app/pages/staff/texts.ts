import { defineTexts } from '../../language.ts';

export const staffTexts = defineTexts({
  en: {
    title: 'Staff',
    none: 'No staff yet',
    noneText: 'Add them here, or wait: a staff member is here as soon as a booking names them.',
    add: 'Add a person',
    addTitle: 'Add a staff member',
    all: 'All staff',
    missing: 'There is nobody with this address.',
    states: {
      connected: 'Connected',
      not_connected: 'Not connected',
      reconnect_required: 'Must connect again',
      insufficient_scope: 'Calendar box not ticked',
    },
    connectedAs: (account: string, since: string) => `As ${account}${since && `, since ${since}`}.`,
    advice: {
      not_connected: 'Send them their connect link: they choose their Google account and tick the calendar box.',
      reconnect_required:
        'Google has ended the access: a changed password, a removed permission, or an app that is still in testing. Send them their connect link again.',
      insufficient_scope:
        'They signed in but did not tick the box that lets events be added. Send the link again and tell them to tick the calendar box.',
    },
    shared: (names: string) =>
      `The same Google account is connected for ${names}. If its access ends at Google, it ends for all of them.`,
    upcoming: (count: number) => (count === 1 ? '1 upcoming booking' : `${count} upcoming bookings`),
    waiting: (count: number) => (count === 1 ? '1 waits for a link' : `${count} wait for a link`),
    calendar: 'Calendar',
    primary: 'Their main calendar',
    language: 'Language',
    languages: { en: 'English', es: 'Spanish' },
    usual: 'As in the settings',
    edit: 'Edit',
    editNamed: (name: string) => `Edit ${name}`,
    link: 'Connect link',
    linkNamed: (name: string) => `Connect link for ${name}`,
    linkTitle: 'Connect link',
    linkText: (until: string) =>
      `Good until ${until}. Pass it on to nobody else: whoever has it connects an account for them.`,
    copyLink: 'Copy link',
    newLink: 'Make a new link',
    makeLink: 'Get the link',
    send: 'Send by e-mail',
    sending: 'Sending…',
    sent: (address: string, time: string) => `Sent to ${address} at ${time}.`,
    disconnect: 'Disconnect',
    disconnectNamed: (name: string) => `Disconnect ${name}`,
    disconnecting: 'Disconnecting…',
    disconnectTitle: (name: string) => `Disconnect ${name}?`,
    disconnectText:
      'Our access to their Google calendar ends. Events and links that are there stay and keep working, but nothing is changed there any more.',
    disconnectWaits: (count: number) =>
      count === 0
        ? 'New bookings wait until they connect again.'
        : `Their ${count === 1 ? 'upcoming booking' : `${count} upcoming bookings`}, and new ones, wait until they connect again; they are mailed a link for it.`,
    disconnected: (name: string) => `${name} is disconnected.`,
    profile: 'Profile',
    email: 'E-mail address',
    emailHint: 'Exactly as in the booking platform: bookings are matched by it.',
    emailFault: 'Type in an e-mail address.',
    emailTaken: 'This person is in the list already.',
    name: 'Name',
    nameHint: 'As customers read it. Empty: the name that the booking platform sends.',
    phone: 'Telephone',
    phoneHint: 'For text messages, with the country code, such as +34 600 000 001.',
    localeHint: 'Of the messages and pages that they get.',
    calendarHint:
      '“primary” is the main calendar of their account. Another one: its id from the calendar’s settings at Google. Their events move to it.',
    discard: 'Discard changes',
    added: (name: string) => `${name} is added.`,
    undeliverable: 'Messages do not arrive',
    undeliverableSince: (address: string, since: string) => `Nothing is sent to ${address} since ${since}.`,
    provider: (said: string) => `The provider said: ${said}`,
    lift: 'Send to it again',
    liftHint: 'Once the address works again, or is corrected in the profile: saving the profile lifts it, too.',
    lifted: 'Messages are sent to it again.',
    remove: 'Delete',
    removeTitle: (name: string) => `Delete ${name}?`,
    removeText:
      'Their profile is deleted and their Google account is disconnected. Events and links that are in the calendar stay.',
    removeStays: (count: number) =>
      count === 0
        ? 'They have no upcoming bookings. Should a booking name them again, they are back in this list, not connected.'
        : `They still have ${count === 1 ? 'an upcoming booking' : `${count} upcoming bookings`}: it is what the booking platform says, so they come back into this list at once, not connected, and their bookings wait. Move the bookings in the booking platform first.`,
    removing: 'Deleting…',
    removed: (name: string) => `${name} is deleted.`,
    removeHint: 'For somebody who does not work here any more.',
    channels: { email: 'E-mail', sms: 'Text messages' },
    person: 'Person',
    bookings: 'Bookings',
    connection: 'Google account',
  },
  es: {
    title: 'Personal',
    none: 'Aún no hay personal',
    noneText: 'Añádelo aquí o espera: cada persona aparece en cuanto una cita la nombra.',
    add: 'Añadir persona',
    addTitle: 'Añadir a una persona',
    all: 'Todo el personal',
    missing: 'No hay nadie con esta dirección.',
    states: {
      connected: 'Conectada',
      not_connected: 'Sin conectar',
      reconnect_required: 'Debe conectarse de nuevo',
      insufficient_scope: 'Casilla del calendario sin marcar',
    },
    connectedAs: (account: string, since: string) => `Con ${account}${since && `, desde el ${since}`}.`,
    advice: {
      not_connected: 'Envíale su enlace de conexión: elige su cuenta de Google y marca la casilla del calendario.',
      reconnect_required:
        'Google ha retirado el acceso: una contraseña cambiada, un permiso eliminado o una aplicación aún en pruebas. Envíale de nuevo su enlace de conexión.',
      insufficient_scope:
        'Inició sesión, pero no marcó la casilla que permite añadir eventos. Envíale de nuevo el enlace y dile que marque la casilla del calendario.',
    },
    shared: (names: string) =>
      `La misma cuenta de Google está conectada para ${names}. Si Google retira el acceso, lo pierden todas estas personas.`,
    upcoming: (count: number) => (count === 1 ? '1 cita próxima' : `${count} citas próximas`),
    waiting: (count: number) => (count === 1 ? '1 espera su enlace' : `${count} esperan su enlace`),
    calendar: 'Calendario',
    primary: 'Su calendario principal',
    language: 'Idioma',
    languages: { en: 'Inglés', es: 'Español' },
    usual: 'El de los ajustes',
    edit: 'Editar',
    editNamed: (name: string) => `Editar a ${name}`,
    link: 'Enlace de conexión',
    linkNamed: (name: string) => `Enlace de conexión para ${name}`,
    linkTitle: 'Enlace de conexión',
    linkText: (until: string) =>
      `Válido hasta el ${until}. No se lo pases a nadie más: quien lo tenga puede conectar una cuenta en su nombre.`,
    copyLink: 'Copiar enlace',
    newLink: 'Crear otro enlace',
    makeLink: 'Obtener el enlace',
    send: 'Enviar por correo',
    sending: 'Enviando…',
    sent: (address: string, time: string) => `Enviado a ${address} a las ${time}.`,
    disconnect: 'Desconectar',
    disconnectNamed: (name: string) => `Desconectar a ${name}`,
    disconnecting: 'Desconectando…',
    disconnectTitle: (name: string) => `¿Desconectar a ${name}?`,
    disconnectText:
      'Termina nuestro acceso a su calendario de Google. Los eventos y enlaces que ya están siguen ahí y funcionan, pero no se cambia nada más en él.',
    disconnectWaits: (count: number) =>
      count === 0
        ? 'Las citas nuevas esperarán hasta que vuelva a conectarse.'
        : `${count === 1 ? 'Su cita próxima' : `Sus ${count} citas próximas`} y las nuevas esperarán hasta que vuelva a conectarse; recibirá un correo con un enlace para hacerlo.`,
    disconnected: (name: string) => `${name} ya no está conectada.`,
    profile: 'Perfil',
    email: 'Dirección de correo',
    emailHint: 'Tal como está en la plataforma de reservas: por ella se asignan las citas.',
    emailFault: 'Escribe una dirección de correo.',
    emailTaken: 'Esta persona ya está en la lista.',
    name: 'Nombre',
    nameHint: 'Como lo leen los clientes. Vacío: el nombre que envía la plataforma de reservas.',
    phone: 'Teléfono',
    phoneHint: 'Para los SMS, con el prefijo del país, por ejemplo +34 600 000 001.',
    localeHint: 'El de los mensajes y páginas que recibe.',
    calendarHint:
      '«primary» es el calendario principal de su cuenta. Para otro, su ID, que está en los ajustes del calendario en Google. Sus eventos se mueven a él.',
    discard: 'Descartar cambios',
    added: (name: string) => `Has añadido a ${name}.`,
    undeliverable: 'Los mensajes no llegan',
    undeliverableSince: (address: string, since: string) => `No se envía nada a ${address} desde el ${since}.`,
    provider: (said: string) => `El proveedor dijo: ${said}`,
    lift: 'Volver a enviarle mensajes',
    liftHint:
      'Cuando la dirección funcione de nuevo o la hayas corregido en el perfil: guardar el perfil también lo arregla.',
    lifted: 'Se le vuelven a enviar mensajes.',
    remove: 'Eliminar',
    removeTitle: (name: string) => `¿Eliminar a ${name}?`,
    removeText:
      'Se elimina su perfil y se desconecta su cuenta de Google. Los eventos y enlaces que están en el calendario se quedan.',
    removeStays: (count: number) =>
      count === 0
        ? 'No tiene citas próximas. Si una cita vuelve a nombrarla, aparecerá de nuevo en esta lista, sin conectar.'
        : `Todavía tiene ${count === 1 ? 'una cita próxima' : `${count} citas próximas`}: lo dice la plataforma de reservas, así que volverá enseguida a esta lista, sin conectar, y sus citas esperarán. Cambia antes las citas en la plataforma de reservas.`,
    removing: 'Eliminando…',
    removed: (name: string) => `Has eliminado a ${name}.`,
    removeHint: 'Para quien ya no trabaja aquí.',
    channels: { email: 'Correo', sms: 'SMS' },
    person: 'Persona',
    bookings: 'Citas',
    connection: 'Cuenta de Google',
  },
});
