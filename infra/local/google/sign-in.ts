import { escapeHtml, page } from './html.ts';
import { type HttpRequest, type HttpResponse, html, Refusal, redirect } from './http.ts';
import { parseForm } from './oauth.ts';
import {
  type Account,
  accountSchema,
  type Context,
  findAccount,
  type GoogleState,
  newAccount,
  randomToken,
} from './state.ts';

const CODE_SECONDS = 600;
const USERINFO = 'https://www.googleapis.com/auth/userinfo.';
/** Google's own names for the short scopes; an answer always carries these. */
const FULL_NAMES = new Map([
  ['email', `${USERINFO}email`],
  ['profile', `${USERINFO}profile`],
]);
const SIGN_IN_SCOPES = ['openid', `${USERINFO}email`, `${USERINFO}profile`];
const DESCRIPTIONS = new Map([
  ['calendar', 'See, edit, share and permanently delete all the calendars you can access using Google Calendar'],
  ['calendar.events', 'View and edit events on all your calendars'],
  ['calendar.events.owned', 'See, create, change and delete events on Google calendars you own'],
  ['calendar.calendarlist.readonly', 'See the list of Google calendars you’re subscribed to'],
]);

interface AuthorizationRequest {
  clientId: string;
  clientName: string;
  redirectUri: string;
  scopes: string[];
  state: string | null;
  challenge: { value: string; method: 'S256' | 'plain' } | null;
  offline: boolean;
  prompts: string[];
  loginHint: string | null;
}

function refuse(error: string, what: string, status = 400): Refusal {
  const body = `<h1>Access blocked: this app’s request is invalid</h1>
<p>You can’t sign in because this app sent an invalid request.</p>
<p>Error ${status}: <code>${escapeHtml(error)}</code></p>
<p>${escapeHtml(what)}</p>`;
  return new Refusal(html(status, page(`Error ${status}: ${error}`, body, 'card')));
}

function readRedirectUri(query: URLSearchParams): string {
  const redirectUri = query.get('redirect_uri') ?? '';
  const url = URL.parse(redirectUri);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hash !== '')
    throw refuse('invalid_request', 'redirect_uri is missing or is not a web address.');
  return redirectUri;
}

function readScopes(query: URLSearchParams): string[] {
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) throw refuse('invalid_request', 'Missing required parameter: scope');
  const unknown = scopes.filter(
    (scope) => scope !== 'openid' && !FULL_NAMES.has(scope) && !scope.startsWith('https://www.googleapis.com/auth/'),
  );
  if (unknown.length > 0) throw refuse('invalid_scope', `Some requested scopes were invalid: ${unknown.join(', ')}`);
  return [...new Set(scopes.map((scope) => FULL_NAMES.get(scope) ?? scope))];
}

function readChallenge(query: URLSearchParams): AuthorizationRequest['challenge'] {
  const value = query.get('code_challenge');
  if (value === null) return null;
  const method = query.get('code_challenge_method') ?? 'plain';
  if ((method !== 'S256' && method !== 'plain') || !/^[\w.~-]{43,128}$/.test(value))
    throw refuse('invalid_request', 'Invalid code_challenge or code_challenge_method.');
  return { value, method };
}

function readAuthorizationRequest(state: GoogleState, query: URLSearchParams): AuthorizationRequest {
  const clientId = query.get('client_id') ?? '';
  if (clientId === '') throw refuse('invalid_request', 'Missing required parameter: client_id');
  const client = state.clients.find((candidate) => candidate.clientId === clientId);
  if (state.clients.length > 0 && client === undefined)
    throw refuse('invalid_client', 'The OAuth client was not found.', 401);
  const redirectUri = readRedirectUri(query);
  if (client !== undefined && !client.redirectUris.includes(redirectUri))
    throw refuse('redirect_uri_mismatch', `Register this address with the client: ${redirectUri}`);
  if (query.get('response_type') !== 'code')
    throw refuse('unsupported_response_type', 'Only response_type=code is served here.');
  return {
    clientId,
    clientName: client?.name ?? new URL(redirectUri).host,
    redirectUri,
    scopes: readScopes(query),
    state: query.get('state'),
    challenge: readChallenge(query),
    offline: query.get('access_type') === 'offline',
    prompts: (query.get('prompt') ?? '').split(' ').filter((prompt) => prompt !== ''),
    loginHint: query.get('login_hint'),
  };
}

function back(asked: AuthorizationRequest, answer: Record<string, string>): HttpResponse {
  const url = new URL(asked.redirectUri);
  if (asked.state !== null) url.searchParams.set('state', asked.state);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return redirect(url.href);
}

/** Forms post to the very address that they were opened with, so that no step has to carry the request along. */
function form(content: string): string {
  return `<form method="post">${content}</form>`;
}

const CANCEL = '<button name="decision" value="cancel">Cancel</button>';

function warningPage(asked: AuthorizationRequest): HttpResponse {
  const body = `<h1>Google hasn’t verified this app</h1>
<p>The app <b>${escapeHtml(asked.clientName)}</b> is asking for access to sensitive information in your Google Account.
Only go on if you know and trust whoever sent you here.</p>
${form(`<div class="buttons"><button class="main" name="step" value="account">Continue</button>${CANCEL}</div>`)}`;
  return html(200, page('Google hasn’t verified this app', body, 'card'));
}

function accountPage(context: Context, asked: AuthorizationRequest, problem = ''): HttpResponse {
  const accounts = context.state.accounts.map(
    ({ email, name }) =>
      `<li><button class="wide" name="email" value="${escapeHtml(email)}">${escapeHtml(name)}<small>${escapeHtml(email)}</small></button></li>`,
  );
  const body = `<h1>Choose an account</h1>
<p>to continue to <b>${escapeHtml(asked.clientName)}</b></p>
${form(`<input type="hidden" name="step" value="consent"><ul style="list-style:none;margin:0;padding:0">${accounts.join('')}</ul>`)}
<h2>Use another account</h2>
${problem === '' ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
${form(`<input type="hidden" name="step" value="consent">
<label for="email">E-mail (the account is made up on the spot)</label>
<input type="email" id="email" name="email" required autocomplete="email">
<div class="buttons"><button>Next</button></div>`)}
${form(`<div class="buttons">${CANCEL}</div>`)}`;
  return html(problem === '' ? 200 : 400, page('Choose an account', body, 'card'));
}

function describe(scope: string): string {
  return DESCRIPTIONS.get(scope.replace('https://www.googleapis.com/auth/', '')) ?? scope;
}

function consentPage(asked: AuthorizationRequest, account: Account): HttpResponse {
  const boxes = asked.scopes
    .filter((scope) => !SIGN_IN_SCOPES.includes(scope))
    .map(
      (scope) =>
        `<label class="box"><input type="checkbox" name="granted" value="${escapeHtml(scope)}" checked>
<span>${escapeHtml(describe(scope))}.</span></label>`,
    );
  const body = `<h1>${escapeHtml(asked.clientName)} wants access to your Google Account</h1>
<p>${escapeHtml(account.name)} <small>(${escapeHtml(account.email)})</small></p>
<p>It will see your name and e-mail address.</p>
${form(`<input type="hidden" name="email" value="${escapeHtml(account.email)}">
${boxes.length === 0 ? '' : `<fieldset style="border:0;margin:0;padding:0"><legend>Select what ${escapeHtml(asked.clientName)} can access</legend>${boxes.join('')}</fieldset>`}
<div class="buttons"><button class="main" name="decision" value="allow">Continue</button>${CANCEL}</div>`)}
${form('<div class="buttons"><button name="step" value="choose">Use another account</button></div>')}`;
  return html(200, page('Consent', body, 'card'));
}

function grant(context: Context, asked: AuthorizationRequest, account: Account, granted: string[]): HttpResponse {
  const { state, now } = context;
  const scopes = asked.scopes.filter((scope) => SIGN_IN_SCOPES.includes(scope) || granted.includes(scope));
  if (scopes.length === 0) return back(asked, { error: 'access_denied' });
  const consent = state.consents.find((known) => known.account === account.email && known.clientId === asked.clientId);
  if (consent === undefined) state.consents.push({ account: account.email, clientId: asked.clientId, scopes });
  else consent.scopes = [...new Set([...consent.scopes, ...scopes])];
  const code = randomToken('4/0A');
  state.codes.push({
    code,
    account: account.email,
    clientId: asked.clientId,
    redirectUri: asked.redirectUri,
    scopes,
    challenge: asked.challenge,
    withRefreshToken: asked.offline && (asked.prompts.includes('consent') || consent === undefined),
    expiresAt: new Date(now.getTime() + CODE_SECONDS * 1000).toISOString(),
    used: false,
  });
  const prompt = asked.prompts.includes('consent') || consent === undefined ? 'consent' : 'none';
  return back(asked, { code, scope: scopes.join(' '), authuser: '0', prompt });
}

function chooseAccount(context: Context, email: string): Account | undefined {
  const known = findAccount(context.state, email.trim());
  if (known !== undefined) return known;
  const wanted = accountSchema.safeParse({ email: email.trim() });
  if (!wanted.success) return undefined;
  const account = newAccount(wanted.data);
  context.state.accounts.push(account);
  return account;
}

/** The consent screen, or straight back when this account has consented to all of it before and nobody asks again. */
function consentOrBack(context: Context, asked: AuthorizationRequest, account: Account): HttpResponse {
  const before = context.state.consents.find(
    (known) => known.account === account.email && known.clientId === asked.clientId,
  );
  const covered = before !== undefined && asked.scopes.every((scope) => before.scopes.includes(scope));
  if (covered && !asked.prompts.includes('consent')) return grant(context, asked, account, asked.scopes);
  return consentPage(asked, account);
}

/**
 * `GET` and `POST /o/oauth2/v2/auth`: warning, account, consent, and back to the app.
 *
 * A test does all of it in one request: POST to the authorization address with `email`, `granted` (one per scope that is
 * ticked) and `decision` (`allow` or `cancel`).
 */
export function answerSignIn(context: Context, request: HttpRequest): HttpResponse {
  const asked = readAuthorizationRequest(context.state, request.query);
  // No browser is signed in here, so without a page nobody can be.
  if (asked.prompts.includes('none')) return back(asked, { error: 'login_required' });
  if (request.method === 'GET') return warningPage(asked);
  const fields = parseForm(request);
  if (fields.get('decision') === 'cancel') return back(asked, { error: 'access_denied' });
  const hinted = asked.prompts.includes('select_account')
    ? undefined
    : findAccount(context.state, asked.loginHint ?? '');
  const email = fields.get('email');
  if (email === null) {
    const first = fields.get('step') === 'account';
    return first && hinted !== undefined ? consentOrBack(context, asked, hinted) : accountPage(context, asked);
  }
  const account = chooseAccount(context, email);
  if (account === undefined) return accountPage(context, asked, 'That is not an e-mail address.');
  if (fields.get('decision') === 'allow') return grant(context, asked, account, fields.getAll('granted'));
  return consentOrBack(context, asked, account);
}
