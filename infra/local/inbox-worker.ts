/** Runs the SES inbox in a thread of its own: it keeps its mails in a module variable, so that two in one process would share them. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import inbox from 'aws-ses-v2-local';
import store, { type Email } from 'aws-ses-v2-local/dist/store.js';
import { HOST, portError, serve } from './http-server.ts';
import { jsonFile } from './json-file.ts';

const { port, statePath } = workerData as { port: number; statePath: string | undefined };
const file = jsonFile<readonly Email[]>(statePath);

async function start(): Promise<Server> {
  // The package does not report a port that is taken, so it is tried first.
  const probe = await serve(async () => {}, port, 'INBOX_PORT');
  await probe.close();
  store.getStoreReadonly().emails.push(...(file.load() ?? []));
  const server = await inbox.default({ port, host: HOST });
  if (!server.listening) throw portError({ name: '', message: '', code: 'EADDRINUSE' }, port, 'INBOX_PORT');
  server.on('request', (request, response) => {
    if (request.method === 'POST') response.on('finish', () => file.save(store.getStoreReadonly().emails));
  });
  return server;
}

start().then(
  (server) => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }),
  (error: Error) => parentPort?.postMessage({ failed: error.message }),
);
