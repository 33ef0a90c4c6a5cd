import { Worker } from 'node:worker_threads';
import { HOST } from './http-server.ts';
import type { TakenMail } from './mail-simulator.ts';

/** What the inbox is started with. */
export interface InboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly statePath?: string | undefined;
  /** Where text messages are published, to be shown with the mails. */
  readonly snsUrl?: string | undefined;
}

/**
 * Starts the local SES inbox (`aws-ses-v2-local`): it takes what is sent through SES and gives it as JSON on `/store`. Its page is
 * ours and shows text messages as well.
 * @throws when the port is taken, naming its variable.
 */
export async function startInbox({
  onTaken = () => {},
  ...options
}: InboxOptions & {
  /** Is told of each mail that was taken, once whoever sent it has the answer. */
  readonly onTaken?: (mail: TakenMail) => void;
}): Promise<{ url: string; close(): Promise<void> }> {
  const worker = new Worker(new URL('inbox-worker.ts', import.meta.url), {
    workerData: options,
    // Otherwise it would forward real mail when the shell happens to have SMTP_TRANSPORT set.
    env: {},
    execArgv: [],
  });
  const started = await new Promise<{ port: number } | { failed: string }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if ('failed' in started) {
    await worker.terminate();
    throw new Error(started.failed);
  }
  worker.on('message', ({ taken }: { taken: TakenMail }) => onTaken(taken));
  return {
    url: `http://${HOST}:${started.port}`,
    close: async () => void (await worker.terminate()),
  };
}
