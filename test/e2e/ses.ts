import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What SES does to the next calls that send. */
export interface SesFault {
  /** Only what is sent to this address. */
  readonly to?: string;
  readonly count: number;
  /** SES's own name of the error; without one the line is cut. */
  readonly code?: string;
  /** The message is taken all the same. */
  readonly taken?: boolean;
}

/** A message as it was sent. */
export interface Taken {
  readonly at: number;
  readonly to: string;
  readonly message: string;
}

interface Struck {
  readonly at: number;
  readonly to: string;
  readonly fault: SesFault;
}

/** A small SES that can be told to refuse. */
export interface Ses {
  readonly url: string;
  /** What it took, oldest first. */
  readonly raw: readonly Taken[];
  /** Faults that struck, oldest first. */
  readonly struck: readonly Struck[];
  /** How often each address was tried. */
  attempts(to: string): number;
  fail(to: string, count: number, code?: string): void;
  order(fault: SesFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/**
 * @param options.inboxUrl where what it takes is handed on to; it may be known only later. Without it, it keeps the mails itself
 * @param options.onTaken is told of each message as it arrives
 */
export async function startSes({
  inboxUrl,
  onTaken,
}: {
  inboxUrl?: () => string;
  onTaken?: (taken: Taken) => void;
} = {}): Promise<Ses> {
  let ordered: { fault: SesFault; left: number }[] = [];
  const struck: Struck[] = [];
  const tried: string[] = [];
  const raw: Taken[] = [];
  const order = (fault: SesFault) => void ordered.push({ fault, left: fault.count });
  const server = createServer((request, response) => {
    const answering = (async () => {
      const body = await bodyOf(request);
      const form = new URLSearchParams(body.toString());
      const to = form.get('Destinations.member.1') ?? '';
      tried.push(to);
      const strikes = ordered.find(({ fault, left }) => left > 0 && (fault.to ?? to) === to);
      if (strikes) {
        strikes.left -= 1;
        struck.push({ at: Date.now(), to, fault: strikes.fault });
      }
      const fault = strikes?.fault;
      const answer =
        !fault || fault.taken ? await take({ at: Date.now(), to, message: messageIn(form) }, request, body) : undefined;
      if (answer && !fault) return response.writeHead(answer.status, XML).end(answer.text);
      if (!fault?.code) return response.destroy();
      return response
        .writeHead(fault.code === 'ServiceUnavailable' ? 503 : 400, XML)
        .end(
          `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${fault.code}</Code><Message>No.</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        );
    })();
    // The sender was killed while it sent.
    answering.catch(() => response.destroy());
  });

  async function take(taken: Taken, request: IncomingMessage, body: Buffer<ArrayBuffer>) {
    raw.push(taken);
    onTaken?.(taken);
    if (!inboxUrl) {
      const text = `<SendRawEmailResponse xmlns="${NAMESPACE}"><SendRawEmailResult><MessageId>${raw.length}</MessageId></SendRawEmailResult></SendRawEmailResponse>`;
      return { status: 200, text };
    }
    const answer = await fetch(inboxUrl(), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: request.headers.authorization ?? '',
      },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    raw,
    struck,
    attempts: (to) => tried.filter((address) => address === to).length,
    fail: (to, count, code) => order({ to, count, ...(code && { code }) }),
    order,
    clearFaults: () => {
      ordered = [];
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const XML = { 'content-type': 'text/xml' };
const NAMESPACE = 'http://ses.amazonaws.com/doc/2010-12-01/';

const messageIn = (form: URLSearchParams): string =>
  Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString();

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
