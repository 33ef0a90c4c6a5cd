import { DeliveryError } from './delivery-error.ts';

interface Sender<Message, Receipt> {
  send(message: Message): Promise<Receipt>;
}

/** Attempts at one message in one run; what still is too fast then waits in the due index. */
const ATTEMPTS = 4;
/** Milliseconds before the second attempt, doubled each time. A new account may send one message a second. */
const FIRST_WAIT = 700;

/**
 * The provider says how fast it may go only by refusing (`throttled`), which leaves nothing in doubt: a moment later it mostly takes the
 * message, so that a confirmation need not wait for the next sweep.
 * @param random from 0 up to 1, for jitter
 */
export const paced = <Message, Receipt>(
  sender: Sender<Message, Receipt>,
  sleep: (milliseconds: number) => Promise<unknown>,
  random: () => number,
): Sender<Message, Receipt> => ({
  async send(message) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sender.send(message);
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.code !== 'throttled' || attempt === ATTEMPTS) throw error;
        await sleep(FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random()));
      }
    }
  },
});
