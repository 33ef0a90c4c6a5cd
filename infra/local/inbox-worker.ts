/** Runs the SES inbox in a thread of its own: it keeps its mails in a module variable, so that two in one process would share them. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import inbox from 'aws-ses-v2-local';
import store, { type Email } from 'aws-ses-v2-local/dist/store.js';
import { HOST, portError, serve } from './http-server.ts';
import type { InboxOptions } from './inbox.ts';
import { readSending, type Sending } from './inbox-messages.ts';
import { answerInboxPage } from './inbox-page.ts';
import { journal } from './journal.ts';
import type { TakenMail } from './mail-simulator.ts';
import { answerSesAccount } from './ses-account.ts';

/** With their raw source they are large, and old ones are seldom looked into; twice as many are there for a while. */
const KEPT_SENDINGS = 500;

interface Entry {
  readonly email: Email;
  readonly sending?: Sending | undefined;
}

const { port, statePath, snsUrl } = workerData as InboxOptions;
const kept = journal<Entry>(statePath);
const sendings = new Map<string, Sending>();
/** How many of the mails are in the journal. */
let written = 0;
const emails = (): readonly Email[] => store.getStoreReadonly().emails;

async function start(): Promise<Server> {
  // The package does not report a port that is taken, so it is tried first.
  const probe = await serve(async () => {}, port, 'INBOX_PORT');
  await probe.close();
  load();
  const server = await inbox.default({ port, host: HOST });
  if (!server.listening) throw portError({ name: '', message: '', code: 'EADDRINUSE' }, port, 'INBOX_PORT');
  const [theirs] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).then(
      (answered) => {
        if (answered || !theirs) return;
        if (request.method === 'POST') beforeEnd(response, () => keep(request, response));
        Reflect.apply(theirs, server, [request, response]);
      },
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        response.destroy();
      },
    );
  });
  return server;
}

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> =>
  (await answerSesAccount(request, response)) || answerInboxPage({ emails, sendings, snsUrl }, request, response);

function load(): void {
  for (const { email, sending } of kept.load()) {
    store.getStoreReadonly().emails.push(email);
    if (sending) sendings.set(sending.messageId, sending);
  }
  trim();
  written = emails().length;
}

/** What is answered is on disk, and outlives even a killed process. */
function keep(request: IncomingMessage & { readonly body?: unknown }, response: ServerResponse): void {
  const sending = readSending(request.body);
  const newest = emails().at(-1);
  // The package adds a mail and answers in one go, so no other has come in between.
  if (sending && newest && response.statusCode === 200) {
    const known = { messageId: newest.messageId, at: new Date().toISOString(), ...sending };
    sendings.set(newest.messageId, known);
    const taken = takenMail(known, request.body ?? {});
    response.on('finish', () => parentPort?.postMessage({ taken }));
  }
  const isCleared = emails().length < written;
  if (isCleared) sendings.clear();
  if (isCleared || sendings.size > 2 * KEPT_SENDINGS) trim();
  else for (const email of emails().slice(written)) kept.add(entry(email));
  written = emails().length;
}

function trim(): void {
  for (const messageId of [...sendings.keys()].slice(0, -KEPT_SENDINGS)) sendings.delete(messageId);
  kept.replace(emails().map(entry));
}

const entry = (email: Email): Entry => ({ email, sending: sendings.get(email.messageId) });

/** Does something when the answer is known and has not left yet. */
function beforeEnd(response: ServerResponse, act: () => void): void {
  const { end } = response;
  response.end = (...given: unknown[]) => {
    act();
    return Reflect.apply(end, response, given);
  };
}

/** @param form of a call to the API of SES, v1; what v2 is asked for names no recipients there */
const takenMail = ({ messageId, tags, configurationSet }: Sending, form: object): TakenMail => {
  const entries = Object.entries(form).map(([name, value]) => [name, String(value)] as const);
  return {
    messageId,
    source: new Map(entries).get('Source') ?? '',
    destination: entries.filter(([name]) => name.startsWith('Destinations.member.')).map(([, address]) => address),
    configurationSet,
    tags,
  };
};

start().then(
  (server) => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }),
  (error: Error) => parentPort?.postMessage({ failed: error.message }),
);
