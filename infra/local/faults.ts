import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readBody, sendJson } from './http-server.ts';

const faultSchema = z
  .strictObject({
    /** Name of the API action; without it, any action. */
    action: z.string().optional(),
    times: z.int().positive().default(1),
    /** Milliseconds to wait before going on. */
    delay: z.int().positive().optional(),
    /** Close the connection without an answer. */
    cut: z.literal(true).optional(),
    /** With "cut": do what was asked first, so that the outcome is in doubt. */
    after: z.literal(true).optional(),
    status: z.int().min(400).max(599).optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  })
  .refine(
    (fault) => fault.delay !== undefined || fault.cut || (fault.status !== undefined && fault.code !== undefined),
    {
      error: 'give a delay, a cut, or a status with a code',
    },
  );

export type Fault = z.infer<typeof faultSchema>;

const CONTROL_PATH = '/_control/faults';

/** Faults that somebody ordered over HTTP: POST one or a list, GET what is left, DELETE them all. */
export class Faults {
  #ordered: Fault[] = [];

  /** Answers a request to the control path; false when it is none. */
  async control(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (request.url !== CONTROL_PATH) return false;
    if (request.method === 'DELETE') this.#ordered = [];
    else if (request.method === 'POST') {
      const parsed = z
        .preprocess((order) => (Array.isArray(order) ? order : [order]), z.array(faultSchema))
        .safeParse(parseJson(await readBody(request)));
      if (!parsed.success) {
        sendJson(response, 400, { message: z.prettifyError(parsed.error) });
        return true;
      }
      this.#ordered.push(...parsed.data);
    } else if (request.method !== 'GET') {
      sendJson(response, 405, { message: 'GET, POST or DELETE' });
      return true;
    }
    sendJson(response, 200, this.#ordered);
    return true;
  }

  /** The fault to show for this action, counted down, after its delay has passed. */
  async next(action: string): Promise<Fault | undefined> {
    const fault = this.#ordered.find((candidate) => candidate.action === undefined || candidate.action === action);
    if (fault === undefined) return undefined;
    fault.times -= 1;
    this.#ordered = this.#ordered.filter((candidate) => candidate.times > 0);
    if (fault.delay !== undefined) await sleep(fault.delay);
    return fault;
  }
}

function parseJson(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    // The schema then says what was expected.
    return undefined;
  }
}
