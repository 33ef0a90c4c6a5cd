/** The same calls in money: a thousand bookings, and a month in which nothing is booked. */
import { type SynthesizedTemplate, synthesizeTemplate } from '../infra/synthesized.ts';
import type { Figure, Section } from './figure.ts';
import { countedOnce, type Journey } from './journeys.ts';
import {
  BILLED_MILLISECONDS,
  KEY_KEPT_MINUTES,
  LAMBDA_LOG_BYTES,
  MEMORY,
  PRICES,
  PRICES_OF,
  SMS_PRICES,
} from './prices.ts';

const BOOKINGS = 1000;
/** How often a booking has each journey. */
const SHARES: Readonly<Record<string, number>> = { book: 1, reschedule: 0.5, cancel: 0.1 };
/** In a month. */
const MINUTES = 730 * 60;
/** Daily looks of one member of staff. */
const DAYS = 30;

/** What is spent on what. */
type Bill = Readonly<Record<string, number>>;

const count = (calls: Readonly<Record<string, number>>, isOne: (name: string) => boolean): number =>
  Object.entries(calls).reduce((sum, [name, times]) => sum + (isOne(name) ? times : 0), 0);

/** What one journey costs, but for what stands there anyway. @param silent functions of which Lambda logs only the runs that fail */
function billOf(
  { calls, remembered, units, invocations, logged }: Journey,
  silent: ReadonlySet<string>,
  isAsked: boolean,
): Bill {
  const google = count(calls, (name) => name.startsWith('Google '));
  const mails = count(calls, (name) => name.includes(' SendRawEmail '));
  const dynamoDb = count(calls, () => true) - google - mails;
  const times = count(invocations, () => true);
  const { perInvocation, perDynamoDbCall, perMail, perGoogleCall } = BILLED_MILLISECONDS;
  const milliseconds = times * perInvocation + dynamoDb * perDynamoDbCall + mails * perMail + google * perGoogleCall;
  return {
    'SES, e-mails': mails * PRICES.mail,
    'DynamoDB, writes': units.write * PRICES.dynamoDbWriteUnit,
    'DynamoDB, reads': units.read * PRICES.dynamoDbReadUnit,
    'Lambda, time': (milliseconds / 1000) * MEMORY * PRICES.lambdaGbSecond,
    'Lambda, requests': times * PRICES.lambdaRequest,
    'API Gateway': isAsked ? PRICES.httpApiRequest : 0,
    'CloudWatch, logs': (logged + count(invocations, (name) => !silent.has(name)) * LAMBDA_LOG_BYTES) * PRICES.logByte,
    'Secrets Manager, calls': count(remembered, (name) => name.includes(' GetSecretValue ')) * PRICES.secretCall,
  };
}

function add(bills: readonly (readonly [Bill, number])[]): Bill {
  const total: Record<string, number> = {};
  for (const [bill, times] of bills) {
    for (const [what, cost] of Object.entries(bill)) total[what] = (total[what] ?? 0) + cost * times;
  }
  return total;
}

const sum = (bill: Bill): number => Object.values(bill).reduce((total, cost) => total + cost, 0);

/** The whole, and then what it is made of, the dearest first. */
function figures(name: string, bill: Bill, note: string): Figure[] {
  const total = sum(bill);
  const parts = Object.entries(bill)
    .filter(([, cost]) => cost > 0)
    .sort(([, one], [, other]) => other - one);
  return [
    { name, value: total, unit: 'USD', note },
    ...parts.map(
      ([what, value]): Figure => ({
        name: `- ${what}`,
        value,
        unit: 'USD',
        note: `${((100 * value) / total).toFixed(1)} %`,
      }),
    ),
  ];
}

/** How often a schedule runs in a month. @throws Error when it is no rate */
function runsOf(expression: string): number {
  const [, times, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (times === undefined) throw new Error(`How often does ${expression} run in a month?`);
  return MINUTES / (Number(times) * { minute: 1, hour: 60, day: 24 * 60 }[unit as 'minute' | 'hour' | 'day']);
}

/** What the template asks while nothing happens. @param sweep with nothing due */
function idleBill(template: SynthesizedTemplate, sweep: Bill): Bill {
  const schedules = template.all('AWS::Events::Rule').map(({ Properties }) => runsOf(Properties.ScheduleExpression));
  const streams = template
    .all('AWS::Lambda::EventSourceMapping')
    .filter(({ Properties }) => Properties.StartingPosition !== undefined);
  // An alarm is paid by the metrics that it watches.
  const watched = template
    .all('AWS::CloudWatch::Alarm')
    .flatMap(({ Properties }) => Properties.Metrics?.filter((one: object) => 'MetricStat' in one) ?? [Properties]);
  return {
    ...add(schedules.map((runs) => [sweep, runs] as const)),
    'Secrets Manager, secrets': template.all('AWS::SecretsManager::Secret').length * PRICES.secretMonth,
    'CloudWatch, alarms': watched.length * PRICES.alarmMonth,
    "KMS, the tables' key": (schedules.length + streams.length) * (MINUTES / KEY_KEPT_MINUTES) * PRICES.kmsRequest,
  };
}

export const section: Section = {
  name: 'cost',
  title: `Cost: in ${PRICES_OF.region}, prices of ${PRICES_OF.date}, no free tier (${PRICES_OF.note})`,
  async run() {
    const { few, dailyLook } = await countedOnce();
    const template = synthesizeTemplate();
    const silent = new Set(
      [...template.functions()].flatMap(([name, { Properties }]) =>
        Properties.LoggingConfig.SystemLogLevel === 'WARN' ? [name] : [],
      ),
    );
    const journey = (name: string): Journey => {
      const found = few.find((one) => one.name === name);
      if (!found) throw new Error(`There is no journey ${name}.`);
      return found;
    };
    const bookings = add(
      Object.entries(SHARES).map(([name, share]) => [billOf(journey(name), silent, true), share * BOOKINGS] as const),
    );
    return [
      ...figures(
        `${BOOKINGS} bookings`,
        bookings,
        'each booked, half of them moved, a tenth cancelled; staff and customer told by e-mail',
      ),
      ...figures(
        'an idle month',
        idleBill(template, billOf(journey('sweep with nothing due'), silent, false)),
        'nobody connected, nothing booked (ADR 23)',
      ),
      {
        name: 'each member of staff, a month',
        value: PRICES.secretMonth + sum(billOf(dailyLook, silent, false)) * DAYS,
        unit: 'USD',
        note: 'their secret, and a daily look over a thousand bookings to come',
      },
      ...Object.entries(SMS_PRICES).map(
        ([country, price]): Figure => ({
          name: `${BOOKINGS} text messages, ${country}`,
          value: price * BOOKINGS,
          unit: 'USD',
          note: 'of one segment each; only where they are switched on',
        }),
      ),
    ];
  },
};
