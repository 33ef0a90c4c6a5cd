import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locale } from '../../shared/appointments/appointment.ts';
import type { MessageContext } from '../../shared/notifications/message-values.ts';
import { composeConnectionMail, composeMail, type MailText } from '../../shared/notifications/messages.ts';
import { defaultSettings, type Settings } from '../../shared/settings/settings.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import { ANA, aBooking, at } from '../builders/bookings.ts';
import { launchBrowser, mustSkip, screenshot } from './visitor.ts';

/** A phone, and a mail program's reading pane. */
const SIZES = [
  { width: 375, height: 740 },
  { width: 700, height: 800 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

const SETTINGS: Settings = { ...defaultSettings, timeZone: 'Europe/Madrid', senderName: 'Clínica Sol' };
const LUIS = { name: 'Luis Pérez', email: 'luis.perez@mail.test', phone: '+34600000002' };
const MEET_URL = 'https://meet.google.com/abc-defg-hij';
/** As long as a signed one. */
const CONNECT_URL = `https://abcdefghij.execute-api.eu-west-1.amazonaws.com/connect/${'eyJhbGciOiJIUzI1NiJ9'.repeat(12)}`;

function bookingMail(kind: MessageContext['kind'], role: 'customer' | 'staff', locale: Locale): MailText {
  const [address, name] = role === 'staff' ? [ANA, 'Ana García'] : [LUIS.email, LUIS.name];
  return composeMail(
    {
      kind,
      to: { role, channel: 'email', address, person: address, name, locale, customer: LUIS },
      appointmentId: 'booknetic:1042',
      status: kind === 'cancelled' ? 'canceled' : 'approved',
      booking: aBooking({
        ...at('15:00'),
        service: { name: 'Consulta de fisioterapia' },
        staff: { email: ANA, name: 'Ana García' },
        customers: [LUIS],
        location: { name: 'Online' },
        notes: 'Primera visita; prefiere hablar despacio.',
      }),
      ...(kind !== 'cancelled' && { url: MEET_URL }),
      oldStart: '2026-11-30T09:00:00Z',
    },
    SETTINGS,
  );
}

const ana = {
  ...newStaff(ANA, { name: 'Ana García' }),
  connection: { state: 'connected', googleEmail: 'ana.garcia@gmail.test' },
} as const;

/** Every default mail, in one language or the other. */
const MAILS: readonly (readonly [name: string, mail: MailText])[] = [
  ['booked-customer-en', bookingMail('booked', 'customer', 'en')],
  ['booked-staff-es', bookingMail('booked', 'staff', 'es')],
  ['rescheduled-customer-es', bookingMail('rescheduled', 'customer', 'es')],
  ['rescheduled-staff-en', bookingMail('rescheduled', 'staff', 'en')],
  ['link-changed-customer-en', bookingMail('link_changed', 'customer', 'en')],
  ['link-changed-staff-es', bookingMail('link_changed', 'staff', 'es')],
  ['cancelled-customer-es', bookingMail('cancelled', 'customer', 'es')],
  ['cancelled-staff-en', bookingMail('cancelled', 'staff', 'en')],
  ['reminder-customer-en', bookingMail('reminder', 'customer', 'en')],
  ['reminder-staff-es', bookingMail('reminder', 'staff', 'es')],
  [
    'to-connect-staff-en',
    composeConnectionMail('to_connect', { role: 'staff', locale: 'en' }, ana, CONNECT_URL, SETTINGS),
  ],
  [
    'to-connect-admin-es',
    composeConnectionMail('to_connect', { role: 'admin', locale: 'es' }, ana, undefined, SETTINGS),
  ],
  [
    'to-reconnect-staff-es',
    composeConnectionMail('to_reconnect', { role: 'staff', locale: 'es' }, ana, CONNECT_URL, SETTINGS),
  ],
  [
    'connected-staff-en',
    composeConnectionMail('connected', { role: 'staff', locale: 'en' }, ana, CONNECT_URL, SETTINGS),
  ],
];

/** What somebody typed in to break the page, in every way at once. */
const hostile = `Ana <script>alert(1)</script></td></table><img src="https://evil.test/x.png"> ${'x'.repeat(200)}`;
const HOSTILE = composeMail(
  {
    kind: 'booked',
    to: { role: 'staff', channel: 'email', address: ANA, person: ANA, name: hostile },
    appointmentId: 'booknetic:1042',
    status: 'approved',
    booking: aBooking({
      service: { name: hostile },
      customers: [{ name: hostile, email: hostile }],
      location: { name: hostile },
      notes: hostile,
    }),
    url: MEET_URL,
  },
  { ...SETTINGS, senderName: hostile },
);

interface SeenText {
  readonly text: string;
  readonly fontSize: number;
  /** Between the text and what is behind it, as WCAG counts it. */
  readonly contrast: number;
}

/** In the page: every text that is seen, with its size and its contrast. */
const SEEN_TEXTS = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((channel) => channel / 255)
      .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      const [, , , alpha = 1] = channels(backgroundColor);
      if (alpha === 1) return backgroundColor;
      if (alpha > 0) throw new Error('translucent: ' + backgroundColor);
    }
    throw new Error('nothing behind');
  };
  const seen = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    if (data.trim() === '' || !parentElement.checkVisibility()) continue;
    const { color, fontSize } = getComputedStyle(parentElement);
    const [dark, light] = [luminance(color), luminance(behind(parentElement))].sort((a, b) => a - b);
    seen.push({ text: data, fontSize: parseFloat(fontSize), contrast: (light + 0.05) / (dark + 0.05) });
  }
  return seen;
})()`;

describe.skipIf(mustSkip)('a mail, in a browser', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
  });

  afterAll(() => browser.close());

  async function expectReadable(): Promise<void> {
    const widths = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(widths[0], 'scrolls sideways').toBeLessThanOrEqual(widths[1]);
    const texts = await page.evaluate<SeenText[]>(SEEN_TEXTS);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter(({ contrast, fontSize }) => contrast < 4.5 || fontSize < 14)).toEqual([]);
  }

  describe.each(SIZES)('at $width pixels', (size) => {
    const open = async (html: string) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setContent(html);
    };

    it.each(MAILS)('is readable in the light and in the dark, and needs nothing: %s', async (name, { html, text }) => {
      requests.length = 0;
      await open(html);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await screenshot(page, `mail-${name}-${size.width}-${colorScheme}`);
        await expectReadable();
      }
      expect(requests).toEqual([]);
      expect(await page.getByRole('link').count()).toBe(text.includes('https://') ? 2 : 0);
    });

    it.each(MAILS.filter(([, { text }]) => text.includes('https://')))(
      'has its button where nobody must scroll for it, as large as a thumb: %s',
      async (_name, { html }) => {
        await open(html);
        const box = await page.getByRole('link').first().boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(44);
        expect(box?.width).toBeGreaterThanOrEqual(44);
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(size.height);
      },
    );

    it('is readable in the dark of Outlook, which recolours it by attributes', async () => {
      for (const [, { html }] of MAILS) {
        await open(html);
        await page.evaluate(
          "for (const name of ['data-ogsc', 'data-ogsb']) document.documentElement.setAttribute(name, '')",
        );
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(19, 20, 23)');
        await expectReadable();
      }
    });

    it('is readable where styles are dropped', async () => {
      for (const [, { html }] of MAILS) {
        await open(html.replace(/<style>.*?<\/style>/gs, ''));
        await expectReadable();
      }
    });

    it('is not broken by what somebody typed in', async () => {
      requests.length = 0;
      await open(HOSTILE.html);
      await expectReadable();
      await screenshot(page, `mail-hostile-${size.width}`);
      expect(await page.locator('script, img').count()).toBe(0);
      expect(await page.getByText('<script>alert(1)</script></td>').count()).toBeGreaterThan(5);
      expect(requests).toEqual([]);
    });
  });
});
