import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { readBody } from './http-server.ts';

/** An account out of the sandbox that may send as anybody, as the inbox lets it. */
const ANSWERS: Readonly<Record<string, (form: NodeJS.Dict<string | string[]>) => string>> = {
  GetAccountSendingEnabled: () => '<Enabled>true</Enabled>',
  GetSendQuota: () =>
    '<Max24HourSend>50000</Max24HourSend><MaxSendRate>14</MaxSendRate><SentLast24Hours>0</SentLast24Hours>',
  GetIdentityVerificationAttributes: (form) => {
    const identities = Object.keys(form).filter((name) => name.startsWith('Identities.member.'));
    const entries = identities.map(
      (name) =>
        `<entry><key>${escapeXml(String(form[name]))}</key><value><VerificationStatus>Success</VerificationStatus></value></entry>`,
    );
    return `<VerificationAttributes>${entries.join('')}</VerificationAttributes>`;
  },
};

/**
 * Answers questions about the account, which the inbox's own package leaves without an answer.
 * @returns false for anything else, whose body then has been read for the package
 */
export async function answerSesAccount(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (request.method !== 'POST' || request.url !== '/' || !isForm) return false;
  const form = parse(String(await readBody(request)));
  // As the package's own parser leaves it, which then reads no more.
  Object.assign(request, { body: form, _body: true });
  const action = String(form.Action);
  const answer = Object.hasOwn(ANSWERS, action) ? ANSWERS[action] : undefined;
  if (!answer) return false;
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(
      `<${action}Response xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><${action}Result>${answer(form)}</${action}Result></${action}Response>`,
    );
  return true;
}

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
