import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What SES does to the next calls that send to an address. */
interface Fault {
  readonly to: string;
  left: number;
  /** SES's own name of the error; without one the line is cut. */
  readonly code?: string;
}

/** A small SES that can be told to refuse; what it takes is handed on to the inbox. */
export interface Ses {
  readonly url: string;
  /** Messages as they were sent, oldest first. */
  readonly raw: readonly { readonly to: string; readonly message: string }[];
  /** How often each address was tried. */
  attempts(to: string): number;
  fail(to: string, count: number, code?: string): void;
  close(): Promise<void>;
}

/** @param inboxUrl where messages end up; it may be known only later */
export async function startSes(inboxUrl: () => string): Promise<Ses> {
  const faults: Fault[] = [];
  const tried: string[] = [];
  const raw: { to: string; message: string }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const form = new URLSearchParams(body.toString());
      const to = form.get('Destinations.member.1') ?? '';
      tried.push(to);
      const fault = faults.find((ordered) => ordered.to === to && ordered.left > 0);
      if (fault) {
        fault.left -= 1;
        if (!fault.code) return response.destroy();
        response.writeHead(fault.code === 'ServiceUnavailable' ? 503 : 400, { 'content-type': 'text/xml' });
        return response.end(
          `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${fault.code}</Code><Message>No.</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        );
      }
      const message = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString();
      raw.push({ to, message });
      const answer = await fetch(inboxUrl(), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: request.headers.authorization ?? '',
        },
        body,
      });
      response.writeHead(answer.status, { 'content-type': 'text/xml' });
      return response.end(await answer.text());
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    raw,
    attempts: (to) => tried.filter((address) => address === to).length,
    fail: (to, count, code) => void faults.push({ to, left: count, ...(code && { code }) }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
