import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDynamoDb } from '../../infra/local/dynamodb.ts';

/** A DynamoDB that can be told to fail. */
export interface BreakableDynamoDb {
  readonly url: string;
  /** Answers these operations with 500 from now on, and no others. */
  break(...operations: readonly string[]): void;
  /** How often it was made to fail. */
  readonly failures: number;
  close(): Promise<void>;
}

/** DynamoDB Local behind a server that passes on what it is not told to fail at. */
export async function startBreakableDynamoDb(): Promise<BreakableDynamoDb> {
  const { url: target, process } = await startDynamoDb(undefined, () => {});
  const agent = new Agent({ keepAlive: true });
  let broken: readonly string[] = [];
  let failures = 0;
  const server = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    if (broken.includes(operation)) {
      failures += 1;
      incoming.resume();
      outgoing.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end('{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"No."}');
      return;
    }
    const { hostname, port } = new URL(target);
    const options = { agent, hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers };
    const passed = httpRequest(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    break: (...operations) => {
      broken = operations;
    },
    get failures() {
      return failures;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
      await process.stop();
    },
  };
}
