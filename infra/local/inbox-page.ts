import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { z } from 'zod';
import { sendJson } from './http-server.ts';
import { listMessages, rawMail, type Sending, type Sms, smsSchema, viewMail } from './inbox-messages.ts';

/** What the page shows. */
export interface InboxSource {
  /** Oldest first. */
  emails(): readonly Email[];
  readonly sendings: ReadonlyMap<string, Sending>;
  /** Where text messages are published; the stand-in for SNS lists them on `/messages`, another one need not. */
  readonly snsUrl: string | undefined;
}

/** Older ones are not listed, so that a page that looks every two seconds stays quick. */
const LISTED_MESSAGES = 500;
const SNS_PATIENCE_MILLISECONDS = 1000;

const SAFE: OutgoingHttpHeaders = {
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No text becomes markup, not even by a mistake in the script.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** A mail is a stranger: it may look as it likes, run nothing and load nothing but pictures; its links open elsewhere. */
const MAIL_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data: https:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

const FILES: Readonly<Record<string, { readonly type: string; readonly content: string }>> = {
  '/': { type: 'text/html', content: file('inbox-page.html') },
  '/inbox-page.css': { type: 'text/css', content: file('inbox-page.css') },
  '/inbox-page.js': { type: 'text/javascript', content: file('inbox-page.js') },
};

/**
 * The page of the inbox, and what it reads: `/messages.json` lists mails and text messages, newest first,
 * `/messages/{id}.json` is one mail, `/messages/{id}.html` its HTML, `/raw/{id}` the mail as it was sent.
 * @returns whether the request was one of these; only then it is answered
 */
export async function answerInboxPage(
  source: InboxSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const [path = ''] = (request.url ?? '').split('?');
  const shell = FILES[path];
  if (shell) {
    send(response, 200, shell.type, shell.content, { 'content-security-policy': PAGE_POLICY });
    return true;
  }
  if (path === '/messages.json') {
    await sendList(source, request, response);
    return true;
  }
  const [, id, what] = /^\/(?:messages|raw)\/([\w-]+)(\.json|\.html|)$/.exec(path) ?? [];
  if (id === undefined || path.startsWith('/raw/') !== (what === '')) return false;
  const email = source.emails().find(({ messageId }) => messageId === id);
  const sending = source.sendings.get(id);
  if (email && what === '.json') sendJson(response, 200, viewMail(email, sending));
  else if (email && what === '.html') {
    const { html = '' } = email.body;
    send(response, 200, 'text/html', inNewTabs(html), { 'content-security-policy': MAIL_POLICY });
  } else {
    const raw = email && what === '' ? rawMail(sending) : undefined;
    if (raw) send(response, 200, 'text/plain', raw);
    else sendJson(response, 404, { message: `There is no such mail as ${id}, or its source was not kept` });
  }
  return true;
}

async function sendList(source: InboxSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { sendings, snsUrl } = source;
  const emails = source.emails();
  const sms = snsUrl === undefined ? [] : await readSms(snsUrl);
  const count = emails.length + (sms?.length ?? 0);
  const messages = listMessages(emails.slice(-LISTED_MESSAGES), sendings, sms?.slice(-LISTED_MESSAGES) ?? []);
  const notes = [
    ...(sms ? [] : [`Text messages are not shown: ${snsUrl}/messages does not list them.`]),
    ...(count > LISTED_MESSAGES ? [`Only the newest ${LISTED_MESSAGES} of ${count} are shown.`] : []),
  ];
  const body = JSON.stringify({ messages: messages.slice(0, LISTED_MESSAGES), notes });
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { ...SAFE, etag }).end();
  else send(response, 200, 'application/json', body, { etag });
}

/** @returns undefined when nobody there lists them */
async function readSms(snsUrl: string): Promise<Sms[] | undefined> {
  try {
    const response = await fetch(`${snsUrl}/messages`, { signal: AbortSignal.timeout(SNS_PATIENCE_MILLISECONDS) });
    return z.array(smsSchema).parse(await response.json());
  } catch {
    // Another SNS need not have this page; the inbox says so.
    return undefined;
  }
}

/** As early as it can stand without a doctype losing its place: the first `<base>` counts. */
const inNewTabs = (html: string): string =>
  html.replace(/^(\s*<!doctype[^>]*>)?(\s*<html[^>]*>)?(\s*<head[^>]*>)?/i, '$&<base target="_blank">');

function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { ...SAFE, 'content-type': `${type}; charset=utf-8`, ...headers }).end(content);
}
