import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { connectUrl, makeLinkSigner } from '../../../shared/staff/links.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { secretsOf } from './secrets.ts';

const START = '2026-11-23T10:00:00Z';
const DAY = 86_400;
const signer = (keys = 'key-of-this-installation-which-is-long', clock = new ManualClock(START)) =>
  makeLinkSigner(secretsOf({ 'link-key': keys }), 'link-key', clock);
const bytes = (text: string) => new TextEncoder().encode(text);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a link', () => {
  it('says whom it is for, and until when it is good', async () => {
    const { token, expiresAt } = await signer().sign('connect', 'ana@clinic.test');
    expect(expiresAt).toBe('2026-12-07T10:00:00Z');
    expect(await signer().verify('connect', token)).toMatchObject({ subject: 'ana@clinic.test' });
    expect(connectUrl('https://meet.test', token)).toBe(`https://meet.test/connect/${token}`);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(await signer().verify('connect', token)).toMatchObject({ issuedAt: START });
  });

  it('ends', async () => {
    const clock = new ManualClock(START);
    const { token } = await signer(undefined, clock).sign('connect', 'ana@clinic.test');
    clock.advance(14 * DAY - 1);
    expect(await signer(undefined, clock).verify('connect', token)).toMatchObject({ subject: 'ana@clinic.test' });
    clock.advance(1);
    expect(await signer(undefined, clock).verify('connect', token)).toEqual({ problem: 'expired' });
  });

  it('for a sign-in ends in half an hour', async () => {
    expect((await signer().sign('oauth-state', 'x')).expiresAt).toBe('2026-11-23T10:30:00Z');
  });

  it('is good for one purpose only', async () => {
    const { token } = await signer().sign('connect', 'ana@clinic.test');
    expect(await signer().verify('oauth-state', token)).toEqual({ problem: 'forged' });
    const state = await signer().sign('oauth-state', 'ana@clinic.test');
    expect(await signer().verify('connect', state.token)).toEqual({ problem: 'forged' });
  });

  it('of the key before is good while the key is being replaced', async () => {
    const { token } = await signer('old-key-old-key-old-key-old-key-old').sign('connect', 'ana@clinic.test');
    const both = signer('new-key-new-key-new-key-new-key-new\nold-key-old-key-old-key-old-key-old');
    expect(await both.verify('connect', token)).toMatchObject({ subject: 'ana@clinic.test' });
    expect(await signer('new-key-new-key-new-key-new-key-new').verify('connect', token)).toEqual({ problem: 'forged' });
    const fresh = await both.sign('connect', 'ana@clinic.test');
    expect(await signer('new-key-new-key-new-key-new-key-new').verify('connect', fresh.token)).toHaveProperty(
      'subject',
    );
  });

  it('of a key that has just been put in place is good at once, and guesses cost one look at the secret only', async () => {
    const [before, now] = ['old-key-old-key-old-key-old-key-old', 'new-key-new-key-new-key-new-key-new'];
    const { token } = await signer(now).sign('connect', 'ana@clinic.test');
    const secrets = secretsOf({ 'link-key': `${now} ${before}` }, { 'link-key': before });
    const links = makeLinkSigner(secrets, 'link-key', new ManualClock(START));
    expect(await links.verify('connect', token)).toMatchObject({ subject: 'ana@clinic.test' });
    expect(await links.verify('connect', `${token}x`)).toEqual({ problem: 'forged' });
    expect(await links.verify('connect', `${token}x`)).toEqual({ problem: 'forged' });
    expect(secrets.reads.filter((read) => read.endsWith('fresh'))).toHaveLength(1);
  });

  it('is not made without a key', async () => {
    await expect(signer(' ').sign('connect', 'ana@clinic.test')).rejects.toThrow('link signing key');
  });
});

describe('a forged link', () => {
  const claims = { aud: 'connect', sub: 'ana@clinic.test', exp: Date.parse(START) / 1000 + 3600 };
  const jwt = (alg: string, key: string, changes: object = {}) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg }).sign(bytes(key));
  const KEY = 'key-of-this-installation-which-is-long';

  it('is one that is not signed at all', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      for (const signature of ['', 'x']) {
        const token = `${part({ alg, typ: 'JWT' })}.${part(claims)}.${signature}`;
        expect(await signer().verify('connect', token)).toEqual({ problem: 'forged' });
      }
    }
  });

  it('is one signed with another key, or in another way', async () => {
    expect(await signer().verify('connect', await jwt('HS256', `${KEY}x`))).toEqual({ problem: 'forged' });
    const long = KEY.repeat(2);
    expect(await signer(long).verify('connect', await jwt('HS512', long))).toEqual({ problem: 'forged' });
    expect(await signer().verify('connect', await jwt('HS256', KEY))).toMatchObject({ subject: 'ana@clinic.test' });
  });

  it('is one that was changed', async () => {
    const [head, , signature] = (await jwt('HS256', KEY)).split('.');
    const token = `${head}.${part({ ...claims, sub: 'bea@clinic.test' })}.${signature}`;
    expect(await signer().verify('connect', token)).toEqual({ problem: 'forged' });
  });

  it('is one for nobody', async () => {
    expect(await signer().verify('connect', await jwt('HS256', KEY, { sub: '' }))).toEqual({ problem: 'forged' });
  });

  it.each(['', '.', '..', 'x', 'a.b.c', 'x'.repeat(10_000), '%00', '../../etc'])('is %j', async (token) => {
    expect(await signer().verify('connect', token)).toEqual({ problem: 'forged' });
  });

  it('is not told to be one that has ended', async () => {
    const ended = await jwt('HS256', `${KEY}x`, { exp: 1 });
    expect(await signer().verify('connect', ended)).toEqual({ problem: 'forged' });
  });
});
