/** The same calls in money: a thousand bookings, and a month in which nothing is booked. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../../infra/local/synth.ts';
import type { Figure, Section } from './figure.ts';
import { countedOnce, type Journey } from './journeys.ts';
import { BILLED_MILLISECONDS, MEMORY, PRICES, PRICES_OF, SMS_PRICES } from './prices.ts';

const BOOKINGS = 1000;
/** How often a booking has each journey. */
const SHARES: Readonly<Record<string, number>> = { book: 1, reschedule: 0.5, cancel: 0.1 };
/** Sweeps in a month of 730 hours. */
const SWEEPS = 730 * 60;
/** Daily looks of one member of staff. */
const DAYS = 30;
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What is spent on what. */
type Bill = Readonly<Record<string, number>>;

const count = (calls: Readonly<Record<string, number>>, isOne: (name: string) => boolean): number =>
  Object.entries(calls).reduce((sum, [name, times]) => sum + (isOne(name) ? times : 0), 0);

/** What one journey costs, but for the alarms and secrets that stand there anyway. */
function billOf({ calls, remembered, units, invocations, logged }: Journey, isAsked: boolean): Bill {
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
    'CloudWatch, logs': logged * PRICES.logByte,
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

/** How many of each kind of resource the template has. */
async function resources(): Promise<(type: string) => number> {
  const assembly = await synthesize(
    PROJECT,
    () => {},
    () => {},
  );
  const file = readdirSync(assembly).find((name) => name.endsWith('.template.json')) ?? '';
  const { Resources } = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  return (type) => Object.values(Resources).filter(({ Type }) => Type === type).length;
}

export const section: Section = {
  name: 'cost',
  title: `Cost: in ${PRICES_OF.region}, prices of ${PRICES_OF.date}, no free tier (${PRICES_OF.note})`,
  async run() {
    const [{ few, dailyLook }, of] = [await countedOnce(), await resources()];
    const journey = (name: string): Journey => {
      const found = few.find((one) => one.name === name);
      if (!found) throw new Error(`There is no journey ${name}.`);
      return found;
    };
    const bookings = add(
      Object.entries(SHARES).map(([name, share]) => [billOf(journey(name), true), share * BOOKINGS] as const),
    );
    const idle = {
      ...add([[billOf(journey('sweep with nothing due'), false), SWEEPS]]),
      'Secrets Manager, secrets': of('AWS::SecretsManager::Secret') * PRICES.secretMonth,
      'CloudWatch, alarms': of('AWS::CloudWatch::Alarm') * PRICES.alarmMonth,
    };
    const metrics = new Set(few.flatMap((one) => one.metrics));
    return [
      ...figures(
        `${BOOKINGS} bookings`,
        bookings,
        'each booked, half of them moved, a tenth cancelled; staff and customer told by e-mail',
      ),
      ...figures('an idle month', idle, 'nobody connected, nothing booked'),
      {
        name: 'each member of staff, a month',
        value: PRICES.secretMonth + sum(billOf(dailyLook, false)) * DAYS,
        unit: 'USD',
        note: 'their secret, and a daily look over a thousand bookings to come',
      },
      {
        name: 'custom metrics, at most a month',
        value: metrics.size * PRICES.metricMonth,
        unit: 'USD',
        note: `${metrics.size}, by the hours in which each is published`,
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
