/** What is there while nothing happens, each with what it is for (ADR 23). What is added must be worth its place in these lists. */
import { describe, expect, it } from 'vitest';
import { type Resource, synthesizeTemplate } from './synthesized.ts';

const ALARMS = {
  'api-server-errors': 'a webhook that was not taken in is never sent again; and whatever else the API could not do',
  'due-work-errors': 'retries, reminders and the daily look fail, and nobody asked for them who would notice',
  'due-work-missing': 'the same when they are not even tried, which no error tells',
  'mail-feedback-failures': 'mail goes on to addresses that take none, at the cost of the sender',
  'stream-delay': 'links are late, though nothing has failed',
  'stream-failures': 'something was wrong for long enough that only the sweep is left, and the redrive is run by hand',
};

const SECRETS = {
  'admin-key': 'only the functions of the admin API may read it',
  'google-client': 'set by an admin through the API; only what calls Google may read it',
  'link-signing-key': 'no other system knows it, and it can be replaced without anybody being told',
  'webhook-secret': 'goes with every call of Booknetic, so it must not be what signs',
  'webhook-signing-secret': 'never leaves the platform that signs with it',
};

/** Types that cost money by being there; the rule, by what it runs. What costs by use only, or nothing, is in the second list. */
const PAID = ['AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::SecretsManager::Secret'];
const FREE = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
];

const template = synthesizeTemplate();
const functions = [...template.functions()];
const alarms = template.all('AWS::CloudWatch::Alarm');
const alarmName = ({ Properties }: Resource): string => Properties.AlarmName.replace('booking-meet-', '');
const idsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].flatMap(([, id]) => id ?? []);

describe('while nothing happens', () => {
  it('each alarm is there for a reason', () => {
    expect(alarms.map(alarmName).sort()).toEqual(Object.keys(ALARMS));
  });

  it('each secret is there for a reason', () => {
    const names = template.all('AWS::SecretsManager::Secret').map(({ Properties }) => Properties.Name);
    expect(names.sort()).toEqual(Object.keys(SECRETS).map((name) => `booking-meet/${name}`));
  });

  it('there is a log for each function, since its role may write to no other, and one for the calls that reach none', () => {
    const names = template.all('AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName);
    expect(names.sort()).toEqual([
      '/aws/vendedlogs/booking-meet/http-api',
      ...functions.map(([name]) => `/booking-meet/${name}`).sort(),
    ]);
  });

  it('nothing else asks money for being there', () => {
    const types = new Set(Object.values(template.json.Resources).map(({ Type }) => Type));
    expect([...types].sort()).toEqual([...PAID, ...FREE].sort());
    for (const { Properties } of template.all('AWS::DynamoDB::Table')) {
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
    }
    for (const [name, { Properties }] of functions) {
      expect(Properties, name).not.toHaveProperty('SnapStart');
      expect(Properties, name).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    // An enabled mapping asks its queue all the time.
    const asking = template
      .all('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => Properties.Enabled !== false);
    expect(asking.map(({ Properties }) => Properties.StartingPosition)).toEqual(['TRIM_HORIZON']);
  });

  it('one function runs, and of it Lambda logs only the runs that fail', () => {
    const [rule, ...others] = template.all('AWS::Events::Rule');
    expect(others).toEqual([]);
    const runs = functions.filter(([, { id }]) => idsIn(rule?.Properties.Targets).includes(id));
    expect(runs.map(([name]) => name)).toEqual(['due-work']);
    const quiet = functions.filter(([, { Properties }]) => Properties.LoggingConfig.SystemLogLevel === 'WARN');
    expect(quiet).toEqual(runs);
  });
});

describe('of every function', () => {
  it('an alarm watches the failures, by what sets it going', () => {
    const sources = [
      'ApiGatewayV2::Integration',
      'Events::Rule',
      'Lambda::EventInvokeConfig',
      'Lambda::EventSourceMapping',
    ]
      .flatMap((type) => template.all(`AWS::${type}`))
      .map(({ Properties }) => idsIn(Properties));
    // The gateway, the queue for what was given up, or the function itself: whatever source and alarm have in common.
    const watching = ({ id }: Resource): string[] => {
      const ids = new Set(sources.filter((source) => source.includes(id)).flat());
      return alarms.filter(({ Properties }) => idsIn(Properties.Dimensions).some((one) => ids.has(one))).map(alarmName);
    };
    const api = ['api-server-errors'];
    expect(Object.fromEntries(functions.map(([name, fn]) => [name, watching(fn).sort()]))).toEqual({
      'admin-console': api,
      'appointments-api': api,
      'booking-webhook': api,
      'customers-api': api,
      diagnostics: api,
      'due-work': ['due-work-errors', 'due-work-missing'],
      join: api,
      'mail-feedback': ['mail-feedback-failures'],
      'meeting-sync': ['stream-delay', 'stream-failures'],
      openapi: api,
      redrive: ['stream-failures'],
      'settings-api': api,
      'staff-api': api,
      'staff-oauth': api,
    });
  });

  it('the gateway waits for the answer, so that its own count of failures has each time-out', () => {
    const asked = template
      .all('AWS::ApiGatewayV2::Integration')
      .flatMap(({ Properties }) => idsIn(Properties.IntegrationUri));
    const limits = functions.filter(([, { id }]) => asked.includes(id)).map(([, { Properties }]) => Properties.Timeout);
    expect(limits.length).toBe(new Set(asked).size);
    expect(Math.max(...limits)).toBeLessThan(30);
    const [alarm] = alarms.filter((one) => alarmName(one) === 'api-server-errors');
    expect(alarm?.Properties).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });
});
