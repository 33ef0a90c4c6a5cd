import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CREDENTIALS, REGION } from '../../infra/local/aws.ts';
import { startSns } from '../../infra/local/sns.ts';
import { makeSnsClient } from '../../shared/aws/clients.ts';
import { makeSmsSender, type Sms, type SmsSender } from '../../shared/notifications/sms.ts';
import { FakeSms } from '../fakes/sms.ts';

const SMS = {
  to: '+34600000002',
  text: 'Tu cita: mañana, 16:00\nVideollamada: https://meet.google.com/abc-defg-hij?a=1&b=€',
};

/** A sender, and what its provider can be made to do to it. */
interface Provider {
  readonly sender: SmsSender;
  sent(): Promise<Sms[]>;
  throttle(): Promise<void>;
  refuse(code: 'opted_out' | 'invalid_phone'): Promise<void>;
  /** The next message goes out, and the answer is lost. */
  cut(): Promise<void>;
}

let standIn: Awaited<ReturnType<typeof startSns>>;
let sns: ReturnType<typeof makeSnsClient>;
beforeAll(async () => {
  standIn = await startSns({});
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', standIn.url);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
  sns = makeSnsClient();
});
afterEach(() => fetch(`${standIn.url}/_control/faults`, { method: 'DELETE' }));
afterAll(async () => {
  sns.destroy();
  await standIn.close();
});

function fake(): Provider {
  const sms = new FakeSms();
  return {
    sender: sms,
    sent: async () => sms.sent,
    throttle: async () => sms.throttle(),
    refuse: async (code) => sms.refuse(code),
    cut: async () => sms.cut(),
  };
}

interface Published {
  readonly phoneNumber: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}
const published = async (): Promise<Published[]> =>
  (await (await fetch(`${standIn.url}/messages`)).json()) as Published[];

function onSns(): Provider {
  const before = published().then(({ length }) => length);
  const order = async (fault: object): Promise<void> => {
    await fetch(`${standIn.url}/_control/faults`, {
      method: 'POST',
      body: JSON.stringify({ action: 'Publish', ...fault }),
    });
  };
  const said = {
    opted_out: 'Invalid parameter: PhoneNumber Reason: +34600000002 is opted out',
    invalid_phone: 'Invalid parameter: PhoneNumber Reason: +34600000002 is not valid to publish to',
  };
  return {
    sender: makeSmsSender(sns),
    sent: async () =>
      (await published()).slice(await before).map(({ phoneNumber, message }) => ({ to: phoneNumber, text: message })),
    throttle: () => order({ status: 429, code: 'Throttled', message: 'Rate exceeded' }),
    refuse: (code) => order({ status: 400, code: 'InvalidParameter', message: said[code] }),
    cut: () => order({ cut: true, after: true }),
  };
}

describe.each([
  ['in memory', fake],
  ['SNS', onSns],
])('%s: the sender of text messages', (_name, make) => {
  let provider: Provider;
  beforeEach(async () => {
    provider = make();
    await provider.sent();
  });

  it('sends each once, and gives its id', async () => {
    const first = await provider.sender.send(SMS);
    const second = await provider.sender.send({ ...SMS, text: 'Adiós' });
    expect(first).not.toBe('');
    expect(second).not.toBe(first);
    expect(await provider.sent()).toEqual([SMS, { ...SMS, text: 'Adiós' }]);
  });

  it('does not itself try again when there were too many', async () => {
    await provider.throttle();
    await expect(provider.sender.send(SMS)).rejects.toMatchObject({
      name: 'DeliveryError',
      code: 'throttled',
      transient: true,
      inDoubt: false,
    });
    expect(await provider.sent()).toEqual([]);
    await provider.sender.send(SMS);
    expect(await provider.sent()).toEqual([SMS]);
  });

  it.each(['opted_out', 'invalid_phone'] as const)('says that a number is of no use: %s', async (code) => {
    await provider.refuse(code);
    await expect(provider.sender.send(SMS)).rejects.toMatchObject({ code, transient: false, scope: 'address' });
    expect(await provider.sent()).toEqual([]);
  });

  it('is in doubt when the line is cut, and does not send twice', async () => {
    await provider.cut();
    await expect(provider.sender.send(SMS)).rejects.toMatchObject({ transient: true, inDoubt: true });
    expect(await provider.sent()).toEqual([SMS]);
  });
});

describe('SNS: the sender of text messages', () => {
  it('says that a message matters', async () => {
    await makeSmsSender(sns).send(SMS);
    expect((await published()).at(-1)?.attributes).toEqual({ 'AWS.SNS.SMS.SMSType': 'Transactional' });
  });

  it.each([
    ['600000002', 'Hola', { code: 'invalid_phone', scope: 'address' }],
    ['+34600000002', '', { code: 'message_refused', scope: 'message' }],
  ])('is refused what is no message: %j to %j', async (to, text, expected) => {
    await expect(makeSmsSender(sns).send({ to, text })).rejects.toMatchObject({ ...expected, transient: false });
  });

  it.each([
    ['a fault of its own', { status: 500, code: 'InternalError' }, { transient: true, inDoubt: true }],
    [
      'an account in the sandbox',
      { status: 400, code: 'UserError', message: 'SMS sandbox' },
      { code: 'sms_sandbox', scope: 'account' },
    ],
    ['a role that may not', { status: 403, code: 'AuthorizationError' }, { code: 'access_denied', scope: 'account' }],
  ])('understands %s', async (_what, fault, expected) => {
    await fetch(`${standIn.url}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) });
    await expect(makeSmsSender(sns).send(SMS)).rejects.toMatchObject({ ...expected, transient: true });
  });

  it('gives up on an answer that does not come', async () => {
    await fetch(`${standIn.url}/_control/faults`, { method: 'POST', body: JSON.stringify({ delay: 9000 }) });
    await expect(makeSmsSender(sns).send(SMS)).rejects.toMatchObject({ transient: true, inDoubt: true });
  });
});
