import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many messages stand in a queue, hidden ones too. @throws when SQS does not say */
export type QueueDepth = (queueUrl: string) => Promise<number>;

export const makeQueueDepth =
  (client: SQSClient): QueueDepth =>
  async (queueUrl) => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    const depth =
      Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
    if (!Number.isFinite(depth)) throw new Error('SQS did not say how many messages there are');
    return depth;
  };
