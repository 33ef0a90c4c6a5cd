import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CREDENTIALS } from './aws.ts';
import { type AskedCall, readCall, type Service, signerOf } from './aws-call.ts';
import type { GrantRecord } from './grant-record.ts';
import { HOST, readBody, serve } from './http-server.ts';
import { type Role, shortName } from './policy.ts';

/** A call that a function made, without anything of what it carried. */
export interface AwsCall {
  /** The function's name. */
  readonly by: string;
  readonly service: Service;
  readonly operation: string;
  /** Tables, indexes, secrets, identities, as often as the call names them. */
  readonly on: readonly string[];
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** Capacity that DynamoDB says it has cost. */
  readonly units: number;
}

/** A function that calls. */
interface Caller {
  readonly name: string;
  /** What it may do. */
  readonly role: Role;
}

interface DoorOptions {
  /** Where each service really is. */
  readonly services: Readonly<Record<Service, string>>;
  /** By the access key that they sign with. */
  readonly callers: ReadonlyMap<string, Caller>;
  /** Partition keys by table. */
  readonly partitionKeys: ReadonlyMap<string, string>;
  readonly record: GrantRecord;
  /** Is told who wanted to do what. */
  readonly onDenied: (what: string) => void;
  /** Is told of every call when it has been answered; with it DynamoDB is asked what each has cost. @default nobody */
  readonly onCall?: ((call: AwsCall) => void) | undefined;
}

/**
 * The door that every function's calls to AWS go through, whatever service they are for: it tells from the signature who calls, denies
 * what the role in the template does not allow, as AWS would, and passes on the rest. Whoever signs with another key is passed on unasked.
 */
export async function startDoor(options: DoorOptions): Promise<{ url: string; close(): Promise<void> }> {
  const agents = { http: new Agent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  for (const { name, role } of options.callers.values()) options.record.note({ by: name, granted: role.grants });
  const server = await serve(async (request, response) => {
    const body = await readBody(request);
    const signer = signerOf(request.headers.authorization);
    const call = signer && body && readCall(signer.service, { headers: request.headers, body }, options);
    if (!signer || !body || !call) return void response.destroy();
    const caller = options.callers.get(signer.key);
    if (caller === undefined) return void pass(request, response, body, call.service);
    const denied = ask(caller, call);
    if (denied !== undefined) return deny(response, call, denied);
    pass(request, response, body, call.service, options.onCall && { caller, call, onCall: options.onCall });
  });

  /** @returns what it may not do */
  const ask = ({ name, role }: Caller, { needs }: AskedCall): string | undefined => {
    for (const need of needs) {
      const grants = role.grantsFor(need);
      if (grants.length === 0) {
        const what = `${need.action} on ${need.resources.map(shortName).join(' or ')}`;
        options.record.note({ by: name, denied: what });
        options.onDenied(`${name}: ${what}`);
        return what;
      }
      for (const used of grants) options.record.note({ by: name, used });
    }
    return undefined;
  };

  const pass = (request: IncomingMessage, response: ServerResponse, body: Buffer, service: Service, watch?: Watch) => {
    const asksForUnits = watch !== undefined && service === 'dynamodb';
    // In front of what is there already, so that nothing of it need be written anew.
    const sent = asksForUnits ? Buffer.concat([ASK_FOR_UNITS, body.subarray(body.indexOf('{') + 1)]) : body;
    const { protocol, host, hostname, port, pathname } = new URL(options.services[service]);
    const isHttps = protocol === 'https:';
    const { expect: _expect, 'transfer-encoding': _encoding, ...headers } = request.headers;
    const passed = (isHttps ? httpsRequest : httpRequest)({
      agent: isHttps ? agents.https : agents.http,
      hostname,
      port,
      path: pathname.replace(/\/$/, '') + (request.url ?? '/'),
      method: request.method,
      headers: {
        ...headers,
        host,
        'content-length': sent.length,
        // As the rest of the local stack: some stand-ins keep a set of data for each key.
        authorization: request.headers.authorization?.replace(
          /Credential=[^/]+/,
          `Credential=${CREDENTIALS.accessKeyId}`,
        ),
      },
    });
    passed.on('error', () => {
      watch?.onCall(callOf(watch, 0, 0));
      response.destroy();
    });
    passed.on('response', (answer) => {
      answer.on('error', () => response.destroy());
      const status = answer.statusCode ?? 502;
      response.writeHead(status, answer.headers);
      if (watch === undefined) return void answer.pipe(response);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks);
        // Before the answer is: who waits for what came of it finds the call noted.
        watch.onCall(callOf(watch, status, asksForUnits ? unitsIn(text) : 0));
        response.end(text);
      });
    });
    response.on('close', () => passed.destroy());
    passed.end(sent);
  };

  return {
    url: `http://${HOST}:${server.port}`,
    close: async () => {
      await server.close();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Watch {
  readonly caller: Caller;
  readonly call: AskedCall;
  readonly onCall: (call: AwsCall) => void;
}

const callOf = ({ caller, call: { service, operation, needs } }: Watch, status: number, units: number): AwsCall => ({
  by: caller.name,
  service,
  operation,
  on: needs.flatMap(({ resources }) => resources.slice(0, 1).map(shortName)),
  status,
  units,
});

const ASK_FOR_UNITS = Buffer.from('{"ReturnConsumedCapacity":"TOTAL",');

interface Consumed {
  readonly CapacityUnits?: number;
}

function unitsIn(answer: Buffer): number {
  const { ConsumedCapacity } = JSON.parse(String(answer)) as { ConsumedCapacity?: Consumed | readonly Consumed[] };
  return [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

/** In the words and the protocol of the service. */
function deny(response: ServerResponse, { service }: AskedCall, what: string): void {
  const message = `User is not authorized to perform: ${what}, because no identity-based policy allows it`;
  if (service === 'ses' || service === 'sns') {
    response
      .writeHead(403, { 'content-type': 'text/xml' })
      .end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>denied</RequestId></ErrorResponse>`,
      );
    return;
  }
  response
    .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
    .end(JSON.stringify({ __type: 'AccessDeniedException', message, Message: message }));
}
