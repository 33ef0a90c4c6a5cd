import { describe, expect, it } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../../infra/local/environment.ts';

describe('readEnvironment', () => {
  it('has the defaults of the contract and takes an empty variable for an absent one', () => {
    const environment = readEnvironment({ PORT: '', ADMIN_API_KEY: '' });

    expect(environment).toMatchObject({ port: 3000, inboxPort: 8005, sweepSeconds: 60, functionOverrides: {} });
    expect(environment.adminKey).toBeUndefined();
    expect(environment.google).toBeUndefined();
    expect(environment.dataDir).toBeUndefined();
  });

  it('reads everything that can be set', () => {
    const environment = readEnvironment({
      PORT: '0',
      GOOGLE_EMULATOR_URL: 'http://localhost:4000/',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000',
      WEBHOOK_SIGNING_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      RETRY_BASE_SECONDS: '1',
      NOTIFY_HOLD_SECONDS: '0',
      SWEEP_SECONDS: '0.5',
    });

    expect(environment).toMatchObject({
      port: 0,
      google: { emulatorUrl: 'http://localhost:4000' },
      endpoints: { dynamodb: 'http://localhost:8000', dynamodbStreams: 'http://localhost:8000', ses: undefined },
      sweepSeconds: 0.5,
      functionOverrides: { RETRY_BASE_SECONDS: '1', NOTIFY_HOLD_SECONDS: '0' },
    });
  });

  it('names every fault at once', () => {
    const read = () =>
      readEnvironment({
        PORT: 'x',
        INBOX_PORT: '70000',
        GOOGLE: 'fake',
        GOOGLE_EMULATOR_URL: 'ftp://x',
        SWEEP_SECONDS: '0',
        WEBHOOK_SIGNING_SECRET: 'not base64!',
      });

    expect(read).toThrow(EnvironmentError);
    for (const name of [
      'PORT',
      'INBOX_PORT',
      'GOOGLE ',
      'GOOGLE_EMULATOR_URL',
      'SWEEP_SECONDS',
      'WEBHOOK_SIGNING_SECRET',
    ]) {
      expect(read).toThrow(name);
    }
  });

  it('refuses a stand-in together with the real Google', () => {
    expect(() => readEnvironment({ GOOGLE: 'real', GOOGLE_EMULATOR_URL: 'http://localhost:1' })).toThrow('exclude');
  });
});
