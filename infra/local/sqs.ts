import { HOST, readBody, sendJson, serve } from './http-server.ts';
import type { Queue } from './queue.ts';

/**
 * Stands in for Amazon SQS as far as its functions ask: how many messages stand in a queue. Messages themselves are delivered inside the
 * local stack.
 */
export async function startSqs(queues: readonly Queue[]): Promise<{ url: string; close(): Promise<void> }> {
  const server = await serve(async (request, response) => {
    const { QueueUrl } = JSON.parse(String(await readBody(request)) || '{}') as { QueueUrl?: string };
    const refuse = (code: string): void => sendJson(response, 400, { __type: `com.amazonaws.sqs#${code}` });
    if (request.headers['x-amz-target'] !== 'AmazonSQS.GetQueueAttributes') return refuse('UnsupportedOperation');
    const queue = queues.find(({ definition }) => QueueUrl?.endsWith(`/${definition.id}`));
    if (queue === undefined) return refuse('QueueDoesNotExist');
    const { visible, hidden } = queue.depth;
    sendJson(response, 200, {
      Attributes: {
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      },
    });
  });
  return { url: `http://${HOST}:${server.port}`, close: server.close };
}
