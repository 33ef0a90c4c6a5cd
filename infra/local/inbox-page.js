/** The inbox in the browser. All that comes from a message is set as text, never as markup. */

const POLL_MILLISECONDS = 2000;
const VIEWS = [
  { id: 'html', label: 'HTML', isIn: ({ hasHtml }) => hasHtml },
  { id: 'text', label: 'Text', isIn: ({ text }) => text !== undefined },
  { id: 'calendar', label: 'Calendar', isIn: ({ calendar }) => calendar !== undefined },
  { id: 'headers', label: 'Headers', isIn: () => true },
];
const ICONS = {
  email: 'M2 5h20v14H2zm1 1 9 7 9-7',
  sms: 'M3 4h18v12H10l-5 4v-4H3z',
};

const byId = (id) => document.getElementById(id);
const [pane, list, status, notes, empty, filter] = ['message', 'list', 'status', 'notes', 'empty', 'filter'].map(byId);

/** Newest first. */
let messages = [];
/** What was last taken in, so that nothing is done while nothing has changed. */
let lastTag;
let preferredView = 'html';
let isNarrow = false;
/** Number of the last message that was opened: an answer about an earlier one comes too late. */
let opening = 0;
/** List items by the id of their message: they stay the same, and with them the focus, when others come. */
const items = new Map();

function element(name, { attributes = {}, ...properties } = {}, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

function icon(channel) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name, value] of [
    ['viewBox', '0 0 24 24'],
    ['role', 'img'],
    ['aria-label', channel === 'sms' ? 'SMS' : 'E-mail'],
    ['fill', 'none'],
    ['stroke', 'currentColor'],
    ['stroke-width', '1.8'],
    ['stroke-linejoin', 'round'],
  ])
    svg.setAttribute(name, value);
  path.setAttribute('d', ICONS[channel]);
  svg.append(path);
  return svg;
}

/** Today only the time of day, else the day as well. */
function when(at, isWhole = false) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  const day = { day: 'numeric', month: 'short', ...(isWhole && { weekday: 'short', year: 'numeric' }) };
  const shown = new Intl.DateTimeFormat('en-GB', isToday && !isWhole ? time : { ...day, ...time }).format(date);
  return element('time', { dateTime: at, title: at }, shown);
}

/** Text in which addresses of the web can be followed, as a phone shows it. */
function linked(text) {
  return text
    .split(/(https?:\/\/\S*[^\s.,;:!?)\]}'"<>])/)
    .map((piece, index) =>
      index % 2 === 1 ? element('a', { href: piece, target: '_blank', rel: 'noopener noreferrer' }, piece) : piece,
    );
}

const size = ({ characters, segments, encoding }) =>
  `${characters} characters · ${segments} ${segments === 1 ? 'segment' : 'segments'} · ${encoding}`;

/** What a message is about, as its sender has tagged it. */
const kinds = ({ tags }) => ['kind', 'role'].flatMap((name) => (tags[name] ? [tags[name]] : []));

function chips(message, ...more) {
  const labels = [...kinds(message), ...more].map((label) => element('span', {}, label));
  return element('div', { className: 'chips' }, ...labels);
}

function item(message) {
  const { channel, id, at, to, subject, text, calendar } = message;
  const more = channel === 'sms' ? [size(message)] : calendar === undefined ? [] : [`calendar ${calendar}`];
  return element(
    'li',
    { className: channel },
    element(
      'a',
      { href: `#${id}` },
      icon(channel),
      element('span', { className: 'who', title: to }, to),
      when(at),
      ...(channel === 'email' ? [element('span', { className: 'subject' }, subject)] : []),
      element('span', { className: 'text' }, text),
      chips(message, ...more),
    ),
  );
}

const openId = () => location.hash.slice(1);

function showList() {
  const wanted = filter.value.trim().toLowerCase();
  const shown = messages.filter((message) =>
    [message.channel, message.to, message.subject, message.text, ...Object.values(message.tags)].some((value) =>
      value?.toLowerCase().includes(wanted),
    ),
  );
  const ids = new Set(shown.map(({ id }) => id));
  for (const [id, old] of items) {
    if (ids.has(id)) continue;
    old.remove();
    items.delete(id);
  }
  for (const [index, message] of shown.entries()) {
    const known = items.get(message.id) ?? item(message);
    items.set(message.id, known);
    if (list.children[index] !== known) list.insertBefore(known, list.children[index] ?? null);
  }
  empty.hidden = shown.length > 0;
  empty.textContent =
    messages.length > 0 ? 'No message matches.' : 'Nothing has been sent yet. What is sent appears here by itself.';
  markOpen();
}

function markOpen() {
  for (const [id, { firstChild }] of items) {
    if (id === openId()) firstChild.setAttribute('aria-current', 'true');
    else firstChild.removeAttribute('aria-current');
  }
}

function say(text, isAlarm = false) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle('alarm', isAlarm);
}

/** Takes in what has come. What is open stays as it is, but for new text messages to the same number. */
async function look() {
  const response = await fetch('/messages.json');
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
  const tag = response.headers.get('etag');
  const { messages: found, notes: said } = await response.json();
  const mails = found.filter(({ channel }) => channel === 'email').length;
  const count = (number, name) => `${number} ${name}${number === 1 ? '' : 's'}`;
  say(`${count(mails, 'e-mail')}, ${found.length - mails} SMS`);
  if (tag === lastTag) return;
  const isFirst = lastTag === undefined;
  lastTag = tag;
  messages = found;
  notes.replaceChildren(...said.map((note) => element('li', {}, note)));
  showList();
  if (isFirst) await open();
  // While SNS cannot be asked, what is open stays.
  else if (messages.some(({ to }) => to === pane.dataset.number)) showConversation(pane.dataset.number, false);
}

async function keepLooking() {
  try {
    if (!document.hidden) await look();
  } catch {
    say('Not reachable; trying again.', true);
  }
  setTimeout(keepLooking, POLL_MILLISECONDS);
}

/** Shows the message that the address names. */
async function open() {
  opening += 1;
  const own = opening;
  const id = openId();
  const left = list.querySelector('[aria-current]');
  document.body.classList.toggle('open', id !== '');
  markOpen();
  delete pane.dataset.number;
  if (id === '') {
    pane.replaceChildren(hint('Choose a message.'));
    return left?.focus();
  }
  const listed = messages.find((message) => message.id === id);
  if (listed?.channel === 'sms') showConversation(listed.to, true);
  else {
    const mail = await readMail(id);
    if (own !== opening) return;
    if (mail) showMail(mail);
    else pane.replaceChildren(back(), hint('This message is not here any more.'));
  }
  // On a phone the list has just gone, and what had the focus with it.
  if (getComputedStyle(byId('list-pane')).display === 'none') pane.focus();
}

async function readMail(id) {
  try {
    const response = await fetch(`/messages/${id}.json`);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

const hint = (text) => element('p', { className: 'hint' }, text);
const back = () => element('a', { className: 'back', href: '#' }, '‹ Inbox');

function definitions(className, rows) {
  const cells = rows.flatMap(([name, ...value]) => [element('dt', {}, name), element('dd', {}, ...value)]);
  return element('dl', { className }, ...cells);
}

/** All text messages to one number, as its owner sees them. */
function showConversation(number, isNew) {
  pane.dataset.number = number;
  const current = openId();
  const bubbles = messages
    .filter(({ channel, to }) => channel === 'sms' && to === number)
    .toReversed()
    .map((message) =>
      element(
        'li',
        message.id === current ? { attributes: { 'aria-current': 'true' } } : {},
        element('p', {}, ...linked(message.text)),
        element('small', {}, when(message.at, true), ` · ${[...kinds(message), size(message)].join(' · ')}`),
      ),
    );
  const top = pane.scrollTop;
  pane.replaceChildren(
    back(),
    element('h2', {}, `SMS to ${number}`),
    element('ol', { className: 'bubbles' }, ...bubbles),
  );
  if (isNew) pane.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
  else pane.scrollTop = top;
}

function showMail(mail) {
  const views = VIEWS.filter((view) => view.isIn(mail));
  const view = views.find(({ id }) => id === preferredView) ?? views[0];
  const switches = views.map(({ id, label }) =>
    element(
      'button',
      {
        type: 'button',
        attributes: { 'aria-pressed': String(id === view.id) },
        onclick: () => {
          preferredView = id;
          showMail(mail);
          // The one that was pressed has been replaced.
          pane.querySelector('[aria-pressed=true]').focus();
        },
      },
      label,
    ),
  );
  pane.replaceChildren(
    back(),
    element('h2', {}, mail.subject),
    definitions('people', [
      ['To', mail.to],
      ['From', mail.from],
      ['Sent', when(mail.at, true)],
    ]),
    chips(mail),
    element(
      'div',
      { className: 'switches', attributes: { role: 'group', 'aria-label': 'Parts of the e-mail' } },
      ...switches,
      ...(view.id === 'html' ? [widthSwitch()] : []),
    ),
    ...parts[view.id](mail),
  );
}

function widthSwitch() {
  const button = element(
    'button',
    {
      type: 'button',
      className: 'apart narrower',
      onclick: () => {
        isNarrow = !isNarrow;
        button.setAttribute('aria-pressed', String(isNarrow));
        pane.querySelector('iframe').classList.toggle('narrow', isNarrow);
      },
      attributes: { 'aria-pressed': String(isNarrow) },
    },
    'Phone width',
  );
  return button;
}

const sheet = (...content) => element('div', { className: 'sheet' }, ...content);

const parts = {
  // A document of its own, with a policy of its own: were it `srcdoc`, the styles of mails would have to be allowed for this page, too.
  html: ({ id }) => [
    element('iframe', {
      title: 'The e-mail as its recipient sees it',
      className: isNarrow ? 'narrow' : '',
      src: `/messages/${id}.html`,
      attributes: { sandbox: 'allow-popups allow-popups-to-escape-sandbox' },
    }),
  ],

  text: ({ text }) => [sheet(element('div', { className: 'plain' }, ...linked(text)))],

  calendar: ({ calendar: { source, properties, problems } }) => [
    sheet(
      ...problems.map((problem) => element('p', { className: 'problem' }, problem)),
      definitions(
        'properties',
        properties.map(({ name, value, parameters }) => [
          name,
          ...linked(value),
          ...(parameters ? [element('small', {}, parameters)] : []),
        ]),
      ),
      element('h3', {}, 'As it was sent'),
      element('pre', {}, source),
    ),
  ],

  headers: ({ id, headers, attachments, tags, configurationSet, hasRaw }) => [
    sheet(
      definitions('properties', headers),
      element('h3', {}, 'What SES was told'),
      definitions('properties', [
        ['Message id', id],
        ['Configuration set', configurationSet ?? 'none'],
        [
          'Tags',
          Object.entries(tags)
            .map(([name, value]) => `${name}=${value}`)
            .join(', ') || 'none',
        ],
      ]),
      element('h3', {}, 'Attachments'),
      attachments.length === 0
        ? element('p', {}, 'None.')
        : definitions(
            'properties',
            attachments.map(({ name, type, bytes }) => [name, `${type}, ${bytes} bytes`]),
          ),
      element('h3', {}, 'Source'),
      element(
        'p',
        {},
        hasRaw
          ? element('a', { href: `/raw/${id}`, target: '_blank' }, 'The whole mail as it was sent')
          : 'Not kept: it is of a mail that SES was to build, or of one that is long ago.',
      ),
    ),
  ],
};

byId('clear').addEventListener('click', async () => {
  if (!confirm('Forget all e-mails? Text messages stay.')) return;
  await fetch('/clear-store', { method: 'POST' });
  location.hash = '';
  await look();
});
filter.addEventListener('input', showList);
addEventListener('hashchange', open);
await keepLooking();
