import { createHash, createHmac } from 'node:crypto';
import { oauthError } from './errors.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import {
  type Account,
  type AuthorizationCode,
  behaviourOf,
  type Context,
  findAccount,
  type GoogleState,
  isAlive,
  projectOf,
  randomToken,
  type Token,
} from './state.ts';

const ACCESS_TOKEN_SECONDS = 3599;
/** Live refresh tokens per account and client; one more silently ends the oldest. */
const MAX_REFRESH_TOKENS = 100;

interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

export function parseForm(request: HttpRequest): URLSearchParams {
  return new URLSearchParams(request.body);
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw oauthError(400, 'invalid_request', `Missing required parameter: ${name}`);
  return value;
}

function credentialsOf(request: HttpRequest, form: URLSearchParams): ClientCredentials {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined)
    return { clientId: form.get('client_id') ?? '', clientSecret: form.get('client_secret') ?? '' };
  const [clientId = '', clientSecret = ''] = Buffer.from(basic, 'base64')
    .toString('utf8')
    .split(/:(.*)/s)
    .map((part) => new URLSearchParams(`v=${part}`).get('v') ?? '');
  return { clientId, clientSecret };
}

function authenticateClient(state: GoogleState, request: HttpRequest, form: URLSearchParams): ClientCredentials {
  const given = credentialsOf(request, form);
  if (given.clientId === '') throw oauthError(400, 'invalid_request', 'Could not determine client ID from request.');
  if (given.clientSecret === '') throw oauthError(400, 'invalid_request', 'client_secret is missing.');
  if (state.clients.length === 0) return given;
  const client = state.clients.find(({ clientId }) => clientId === given.clientId);
  if (client === undefined) throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (client.clientSecret !== given.clientSecret) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return given;
}

/** Signed with the client secret: well formed, but not by a key of Google's. */
function idToken(context: Context, account: Account, client: ClientCredentials, scopes: string[]): string {
  const issued = Math.floor(context.now.getTime() / 1000);
  const email = scopes.some((scope) => scope.endsWith('/userinfo.email'));
  const profile = scopes.some((scope) => scope.endsWith('/userinfo.profile'));
  const claims = {
    iss: 'https://accounts.google.com',
    azp: client.clientId,
    aud: client.clientId,
    sub: account.sub,
    ...(email ? { email: account.email, email_verified: true } : {}),
    ...(profile ? { name: account.name } : {}),
    iat: issued,
    exp: issued + 3600,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', client.clientSecret).update(signed).digest('base64url')}`;
}

function issueToken(
  context: Context,
  kind: Token['kind'],
  owner: { account: string; clientId: string; scopes: string[] },
  seconds: number | null,
): string {
  const value = randomToken(kind === 'access' ? 'ya29.' : '1//0');
  context.state.tokens.push({
    kind,
    value,
    account: owner.account,
    clientId: owner.clientId,
    scopes: owner.scopes,
    createdAt: context.now.toISOString(),
    expiresAt: seconds === null ? null : after(context.now, seconds),
    revokedAt: null,
  });
  return value;
}

function issueRefreshToken(context: Context, account: Account, code: AuthorizationCode) {
  const seconds = behaviourOf(context.state, account, 'refreshTokenExpiresIn');
  const value = issueToken(context, 'refresh', code, seconds);
  const live = context.state.tokens.filter(
    (token) =>
      token.kind === 'refresh' &&
      token.account === code.account &&
      token.clientId === code.clientId &&
      isAlive(token, context.now),
  );
  for (const token of live.slice(0, -MAX_REFRESH_TOKENS)) token.revokedAt = context.now.toISOString();
  return { refresh_token: value, ...(seconds === null ? {} : { refresh_token_expires_in: seconds }) };
}

function tokenReply(context: Context, account: Account, client: ClientCredentials, scopes: string[], refresh: object) {
  const owner = { account: account.email, clientId: client.clientId, scopes };
  return json(200, {
    access_token: issueToken(context, 'access', owner, ACCESS_TOKEN_SECONDS),
    expires_in: ACCESS_TOKEN_SECONDS,
    ...refresh,
    scope: scopes.join(' '),
    token_type: 'Bearer',
    ...(scopes.includes('openid') ? { id_token: idToken(context, account, client, scopes) } : {}),
  });
}

function checkVerifier(code: AuthorizationCode, verifier: string | null): void {
  if (code.challenge === null) {
    if (verifier !== null) throw oauthError(400, 'invalid_grant', 'code_verifier or verifier is not needed.');
    return;
  }
  if (verifier === null) throw oauthError(400, 'invalid_grant', 'Missing code verifier.');
  const { method, value } = code.challenge;
  const derived = method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (derived !== value) throw oauthError(400, 'invalid_grant', 'Invalid code verifier.');
}

function exchangeCode(context: Context, form: URLSearchParams, client: ClientCredentials): HttpResponse {
  const value = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const code = context.state.codes.find((candidate) => candidate.code === value);
  const account = code === undefined ? undefined : findAccount(context.state, code.account);
  if (
    code === undefined ||
    account === undefined ||
    code.used ||
    code.clientId !== client.clientId ||
    Date.parse(code.expiresAt) <= context.now.getTime()
  )
    throw oauthError(400, 'invalid_grant', 'Bad Request');
  if (code.redirectUri !== redirectUri) throw oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
  checkVerifier(code, form.get('code_verifier'));
  code.used = true;
  const refresh = code.withRefreshToken ? issueRefreshToken(context, account, code) : {};
  return tokenReply(context, account, client, code.scopes, refresh);
}

function refreshAccess(context: Context, form: URLSearchParams, client: ClientCredentials): HttpResponse {
  const value = required(form, 'refresh_token');
  const token = context.state.tokens.find((candidate) => candidate.kind === 'refresh' && candidate.value === value);
  const account = token === undefined ? undefined : findAccount(context.state, token.account);
  if (token === undefined || account === undefined) throw oauthError(400, 'invalid_grant', 'Bad Request');
  if (token.clientId !== client.clientId) throw oauthError(401, 'unauthorized_client', 'Unauthorized');
  if (!isAlive(token, context.now)) throw oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
  return tokenReply(context, account, client, token.scopes, {});
}

/** `POST /oauth2/token` */
export function answerToken(context: Context, request: HttpRequest): HttpResponse {
  const form = parseForm(request);
  const client = authenticateClient(context.state, request, form);
  const grantType = required(form, 'grant_type');
  if (grantType === 'authorization_code') return exchangeCode(context, form, client);
  if (grantType === 'refresh_token') return refreshAccess(context, form, client);
  throw oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
}

/** Ends everything that an account gave to a project: all its clients, tokens, codes and consents. */
export function revokeProject(context: Context, account: string, project: string): void {
  const { state, now } = context;
  const given = (held: { account: string; clientId: string }) =>
    held.account === account && projectOf(state, held.clientId) === project;
  for (const token of state.tokens) if (given(token)) token.revokedAt ??= now.toISOString();
  for (const code of state.codes) if (given(code)) code.used = true;
  state.consents = state.consents.filter((consent) => !given(consent));
}

export function revokedToken(state: GoogleState, request: HttpRequest): Token | undefined {
  const value = parseForm(request).get('token') ?? request.query.get('token');
  return state.tokens.find((token) => token.value === value);
}

/** `POST /oauth2/revoke` */
export function answerRevoke(context: Context, request: HttpRequest): HttpResponse {
  const token = revokedToken(context.state, request);
  if (token === undefined || !isAlive(token, context.now))
    throw oauthError(400, 'invalid_token', 'Token expired or revoked');
  revokeProject(context, token.account, projectOf(context.state, token.clientId));
  return json(200, {});
}

/** Whom a token request is about, as far as the code or refresh token tells. */
export function accountOfTokenRequest(state: GoogleState, form: URLSearchParams): string | null {
  const code = state.codes.find((candidate) => candidate.code === form.get('code'));
  const token = state.tokens.find((candidate) => candidate.value === form.get('refresh_token'));
  return code?.account ?? token?.account ?? null;
}
