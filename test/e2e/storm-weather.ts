import type { Google } from '../../infra/local/google/control.ts';
import type { Ses, SesFault } from './ses.ts';
import type { Dice } from './storm-plan.ts';

type GoogleFault = Omit<Parameters<Google['orderFault']>[0], 'operation'>;

/** What Google does to a call; milliseconds beyond our limit of 5 seconds for one. */
const GOOGLE_FAULTS = {
  'Google answers 429': { status: 429 },
  'Google answers 500': { status: 500 },
  'Google answers 503': { status: 503 },
  'Google does it and answers 500': { status: 500, committed: true },
  'Google cuts the line before it does it': { cut: 'before' },
  'Google cuts the line after it did it': { cut: 'after' },
  'Google does it late': { delayMs: 6500 },
  'Google does it and hangs': { hangAfterMs: 6000 },
} as const satisfies Record<string, GoogleFault>;
type GoogleFaultName = keyof typeof GOOGLE_FAULTS;
const LIKELY = 4;
const GOOGLE_CHANCES: Readonly<Record<GoogleFaultName, number>> = {
  'Google answers 429': LIKELY,
  'Google answers 500': LIKELY,
  'Google answers 503': LIKELY,
  'Google does it and answers 500': LIKELY,
  'Google cuts the line before it does it': LIKELY,
  'Google cuts the line after it did it': LIKELY,
  // Each holds up its staff member for seconds.
  'Google does it late': 2,
  'Google does it and hangs': 2,
};

const SES_FAULTS = {
  'SES throttles': { code: 'Throttling' },
  'SES answers 503': { code: 'ServiceUnavailable' },
  'SES sends and answers 503': { code: 'ServiceUnavailable', taken: true },
  'SES cuts the line': {},
  'SES sends and cuts the line': { taken: true },
} as const satisfies Record<string, Omit<SesFault, 'count'>>;
type SesFaultName = keyof typeof SES_FAULTS;

/** A request for a link that fails a fifth time is a person's matter, so one event must not meet more. */
const MOST_FAILED_LINKS = 4;
/** Ordered and not met yet; when nobody calls, they do not pile up. */
const MOST_WAITING = 8;

/** Orders faults at Google and SES, of every kind and for ever new calls, and counts those that struck. */
export class Weather {
  readonly #dice: Dice;
  readonly #google: Google;
  readonly #ses: Ses;
  readonly #accounts: readonly string[];
  readonly #names = new Map<string, GoogleFaultName>();
  readonly #failedLinks = new Map<string, number>();
  readonly #struck = new Map<string, number>();
  readonly #requests = new Map<string, number>();

  constructor(dice: Dice, google: Google, ses: Ses, accounts: readonly string[]) {
    this.#dice = dice;
    this.#google = google;
    this.#ses = ses;
    this.#accounts = accounts;
  }

  /** Kinds of faults that struck, and how often. */
  get struck(): ReadonlyMap<string, number> {
    return this.#struck;
  }

  /** Calls that Google got, by operation. */
  get requests(): ReadonlyMap<string, number> {
    return this.#requests;
  }

  /** A little more of it. */
  blow(): void {
    this.count();
    if (this.#google.faults().length < MOST_WAITING) this.#troubleGoogle();
    if (this.#dice.chance(0.2)) this.#troubleLinks(this.#dice.pick(this.#accounts));
    if (this.#dice.chance(0.15)) this.#troubleSes();
  }

  #troubleGoogle(): void {
    const name = this.#dice.weighed(GOOGLE_CHANCES);
    const operation = this.#dice.weighed({ insert: 4, patch: 4, delete: 3, get: 3, token: 1 });
    const { id } = this.#google.orderFault({ operation, count: this.#dice.whole(1, 2), ...GOOGLE_FAULTS[name] });
    this.#names.set(id, name);
  }

  #troubleLinks(account: string): void {
    this.#countFailedLinks(account);
    const left = MOST_FAILED_LINKS - (this.#failedLinks.get(account) ?? 0);
    const conference = this.#dice.pick([
      {},
      { polls: this.#dice.whole(1, 3) },
      { ms: this.#dice.whole(300, 4000) },
      { failures: Math.min(left, this.#dice.whole(1, 2)), polls: this.#dice.whole(0, 1) },
    ]);
    this.#google.behave({ account, conference });
    if (conference.failures) {
      this.#failedLinks.set(account, (this.#failedLinks.get(account) ?? 0) + conference.failures);
      add(this.#struck, FAILED_LINK, conference.failures);
    }
  }

  /** Those that were ordered and not met do not count. */
  #countFailedLinks(account: string): void {
    const unmet = this.#google.accounts().find(({ email }) => email === account)?.behaviour.conference?.failures ?? 0;
    if (unmet === 0) return;
    this.#failedLinks.set(account, (this.#failedLinks.get(account) ?? 0) - unmet);
    add(this.#struck, FAILED_LINK, -unmet);
  }

  #troubleSes(): void {
    const name = this.#dice.pick(Object.keys(SES_FAULTS) as SesFaultName[]);
    this.#ses.order({ count: this.#dice.whole(1, 2), ...SES_FAULTS[name] });
  }

  /** Takes what has been met off the lists; the stand-in keeps only so many requests. */
  count(): void {
    for (const { id, struck, left } of this.#google.faults()) {
      if (left !== 0) continue;
      add(this.#struck, this.#names.get(id) ?? id, struck);
      this.#google.clearFaults({ id });
    }
    for (const { operation } of this.#google.requests()) add(this.#requests, operation, 1);
    this.#google.clearRequests({});
  }

  /** Nothing fails any more. */
  calm(): void {
    for (const { id, struck } of this.#google.faults())
      if (struck > 0) add(this.#struck, this.#names.get(id) ?? id, struck);
    this.#google.clearFaults({});
    for (const account of this.#accounts) {
      this.#countFailedLinks(account);
      this.#google.behave({ account, conference: {} });
    }
    this.#ses.clearFaults();
    for (const { fault } of this.#ses.struck) add(this.#struck, sesFaultName(fault), 1);
    this.count();
  }
}

const FAILED_LINK = 'Google fails to make a link';

const sesFaultName = ({ code, taken }: SesFault): string =>
  Object.entries<Omit<SesFault, 'count'>>(SES_FAULTS).find(
    ([, fault]) => fault.code === code && fault.taken === taken,
  )?.[0] ?? 'SES';

const add = (counts: Map<string, number>, name: string, count: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + count);
