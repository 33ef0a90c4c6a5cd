import type { Plant } from '../simulation/mistakes.ts';

/** Something broken on purpose, which a check must notice. */
export interface Breakage extends Plant {
  /** The check: its project and file, and a part of the name of the test that must fail. */
  readonly check: readonly [project: string, file: string, test: string];
}

const STACK = 'infra/booking-meet-stack.ts';

/** One for each thing that must not come in unseen: cost, speed, and whatever would let somebody in. */
export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  'a bundle grows': {
    file: 'functions/join/index.ts',
    find: "import { Logger } from '@aws-lambda-powertools/logger';",
    replace: "import '@googleapis/calendar';\nimport { Logger } from '@aws-lambda-powertools/logger';",
    check: ['infra', 'test/infra/bundle-budgets.test.ts', 'the bundle of join keeps to its'],
  },
  'a booking costs one read more': {
    file: 'shared/look.ts',
    find: '    const saved = await deps.settings.get();',
    replace: '    await deps.settings.get();\n    const saved = await deps.settings.get();',
    check: ['e2e', 'test/e2e/calls.test.ts', 'book costs exactly what it must'],
  },
  'a role allows too little': {
    file: STACK,
    find: "onTable(tables.appointments, 'PutItem', 'UpdateItem'),",
    replace: "onTable(tables.appointments, 'UpdateItem'),",
    check: ['e2e', 'test/e2e/main-line.test.ts', 'gives a booking one event, one link, and two mails'],
  },
  'an alarm is there without a reason': {
    file: 'infra/constructs/http-api.ts',
    find: '    this.serverErrors = this.#api.metricServerError();',
    replace:
      "    this.serverErrors = this.#api.metricServerError();\n    this.serverErrors.createAlarm(this, 'More', { threshold: 2, evaluationPeriods: 1 });",
    check: ['infra', 'test/infra/idle-floor.test.ts', 'each alarm is there for a reason'],
  },
  'a log is kept for ever': {
    file: 'infra/constructs/service-function.ts',
    find: 'retention: RetentionDays.ONE_MONTH',
    replace: 'retention: RetentionDays.INFINITE',
    check: ['infra', 'test/infra/stack.test.ts', 'has a log of its own that forgets'],
  },
  'a route is hardly limited any more': {
    file: 'infra/constructs/http-api.ts',
    find: 'people: { rateLimit: 20, burstLimit: 50 }',
    replace: 'people: { rateLimit: 2000, burstLimit: 5000 }',
    check: ['infra', 'test/infra/stack.test.ts', 'is throttled, each route by itself'],
  },
  'a version is left open': {
    file: 'package.json',
    find: '"zod": "',
    replace: '"zod": "^',
    check: ['infra', 'test/infra/supply-chain.test.ts', 'are named by their exact versions'],
  },
  'a dependency has no reason': {
    file: 'docs/dependencies.md',
    find: '\n| `zod` |',
    replace: '\n| `yup` |',
    check: ['infra', 'test/infra/supply-chain.test.ts', 'each have a row in docs/dependencies.md'],
  },
  'a claim of the threat model names no test': {
    file: 'docs/security.md',
    find: '*is good for one purpose only*',
    replace: '*is good for any purpose*',
    check: ['unit', 'test/unit/docs/security.test.ts', 'names no test that there is not'],
  },
  'a secret is compared bit by bit': {
    file: 'shared/http/credentials.ts',
    find: 'timingSafeEqual(digest(given), digest(value))',
    replace: 'digest(given).equals(digest(value))',
    check: ['fuzz', 'test/fuzz/comparisons.test.ts', 'no secret is compared in a time that tells'],
  },
  'an expression can be made slow': {
    file: 'shared/http/credentials.ts',
    find: '/^Bearer +(\\S+)$/i',
    replace: '/^Bearer +((?:\\S+)+)$/i',
    check: ['fuzz', 'test/fuzz/expressions.test.ts', 'since none of them backtracks without end'],
  },
  'what comes in goes out as markup': {
    file: 'shared/http/html.ts',
    find: '/[&<>"\']/g',
    replace: '/[&]/g',
    check: ['handler', 'test/handler/staff-oauth.test.ts', 'takes what stands in a link for text'],
  },
  'a page leads wherever the request says': {
    file: 'functions/join/handler.ts',
    find: 'headers: { location: state.url },',
    replace: 'headers: { location: Object.values(event.queryStringParameters ?? {}).at(-1) ?? state.url },',
    check: ['fuzz', 'test/fuzz/entries.test.ts', 'where a page leads on'],
  },
  'what is refused is written all the same': {
    file: 'functions/booking-webhook/handler.ts',
    find: 'await deps.witness.note(webhookNote(platform, why), false);',
    replace:
      "await deps.witness.note(webhookNote(platform, why), false);\n    await deps.settings.observe(['refused']);",
    check: ['fuzz', 'test/fuzz/entries.test.ts', 'nobody without the key'],
  },
  'an answer may be kept by whoever passes it on': {
    file: 'shared/http/chain.ts',
    find: '    .use(notKept())\n',
    replace: '',
    check: ['handler', 'test/handler/join.test.ts', 'is sent there, and nothing keeps or passes on from where'],
  },
  'a script can read the cookie': {
    file: 'functions/staff-oauth/handler.ts',
    find: 'Path=/; HttpOnly; SameSite=Lax',
    replace: 'Path=/; SameSite=Lax',
    check: ['handler', 'test/handler/staff-oauth.test.ts', 'with a cookie that only comes back to us'],
  },
  'bookings can be counted through': {
    file: 'functions/join/handler.ts',
    find: 'const MOST_TRIES_IN_ALL = 100;',
    replace: 'const MOST_TRIES_IN_ALL = 100_000;',
    check: ['handler', 'test/handler/join.test.ts', 'cannot find its bookings by counting'],
  },
  'a new key is not noticed': {
    file: 'shared/http/credentials.ts',
    find: 'return matches(await secrets.list(secretId, true));',
    replace: 'return matches(await secrets.list(secretId));',
    check: ['unit', 'test/unit/http/chain.test.ts', 'is good as soon as it has been changed'],
  },
  'the words of an error get into the log': {
    file: 'shared/http/chain.ts',
    find: 'errorName: error.name,',
    replace: 'errorName: error.message,',
    check: ['unit', 'test/unit/http/chain.test.ts', 'of our own is 500 and says nothing of it'],
  },
  'an erased person stays known': {
    file: 'shared/customers/erase.ts',
    find: '      await erasing.from(appointmentId);',
    replace: '      if (left.size === 0) await erasing.from(appointmentId);',
    check: ['unit', 'test/unit/customers/erase.test.ts', 'takes them out of their bookings'],
  },
};
