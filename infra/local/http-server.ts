import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Only this machine can reach what the local stack serves: it answers for secrets and sign-ins. */
export const HOST = '127.0.0.1';

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Starts an HTTP server on the loopback address.
 * @param port 0 takes a free one.
 * @param variable the environment variable that sets the port, named when the port is taken.
 */
export async function serve(listener: Listener, port = 0, variable?: string): Promise<RunningServer> {
  const server = createServer((request, response) => {
    listener(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  await listen(server, port, variable);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, variable: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port, variable)));
    server.listen(port, HOST, resolve);
  });
}

/** Says in words why a port could not be had, and which variable to change. */
export function portError(error: NodeJS.ErrnoException, port: number, variable: string | undefined): Error {
  if (variable === undefined) return error;
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `${variable}: port ${port} is already in use; set ${variable} to another port (0 takes a free one)`,
    );
  }
  return new Error(`${variable}: cannot listen on port ${port} (${error.code})`, { cause: error });
}

/** A port that nothing listened on a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = await serve(async () => {});
  await server.close();
  return server.port;
}

/**
 * Reads a request's body.
 * @param limit bytes; a longer body is read to its end but not kept, and gives undefined.
 */
export async function readBody(
  request: IncomingMessage,
  limit = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
