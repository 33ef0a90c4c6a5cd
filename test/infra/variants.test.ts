import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../infra/app.ts';
import { ConfigError } from '../../infra/config.ts';
import { synthesizeTemplate } from './synthesized.ts';

const domain = {
  domainName: 'meet.clinic.test',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
};

describe('with a domain of its own', () => {
  it('every address begins with it', () => {
    const template = synthesizeTemplate(domain);
    expect(template.output('ApiUrl')).toBe('https://meet.clinic.test');
    expect(template.output('GoogleRedirectUri')).toBe('https://meet.clinic.test/oauth/google/callback');
    for (const [name, fn] of template.functions()) {
      const { PUBLIC_URL } = fn.Properties.Environment.Variables;
      if (PUBLIC_URL !== undefined) expect(PUBLIC_URL, name).toBe('https://meet.clinic.test');
    }
  });

  it('the API answers under it, by TLS 1.2, and the DNS record to make is an output', () => {
    const template = synthesizeTemplate(domain);
    const name = template.one('AWS::ApiGatewayV2::DomainName');
    expect(name.Properties).toMatchObject({
      DomainName: 'meet.clinic.test',
      DomainNameConfigurations: [
        { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    expect(template.one('AWS::ApiGatewayV2::ApiMapping').Properties).toMatchObject({
      ApiId: { Ref: template.one('AWS::ApiGatewayV2::Api').id },
      DomainName: { Ref: name.id },
      Stage: '$default',
    });
    expect(template.output('DnsTarget')).toBe(`<${name.id}.RegionalDomainName>`);
    expect(template.all('AWS::Route53::RecordSet')).toEqual([]);
  });

  it('and its zone, the record is made', () => {
    const template = synthesizeTemplate({ ...domain, hostedZoneId: 'Z0123456789ABC' });
    const name = template.one('AWS::ApiGatewayV2::DomainName').id;
    expect(template.one('AWS::Route53::RecordSet').Properties).toEqual({
      HostedZoneId: 'Z0123456789ABC',
      Name: 'meet.clinic.test',
      Type: 'A',
      AliasTarget: {
        DNSName: { 'Fn::GetAtt': [name, 'RegionalDomainName'] },
        HostedZoneId: { 'Fn::GetAtt': [name, 'RegionalHostedZoneId'] },
      },
    });
    expect(template.json.Outputs).not.toHaveProperty('DnsTarget');
  });
});

describe('with another name', () => {
  it('nothing has a fixed name that a first installation already has', () => {
    const fixedNames = (context: Record<string, string>): string[] => {
      const template = synthesizeTemplate(context);
      return [
        ...template.all('AWS::SecretsManager::Secret').map(({ Properties }) => Properties.Name),
        ...template.all('AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName),
        ...template.all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.AlarmName),
        ...[...template.functions().values()].map(({ Properties }) => Properties.FunctionName),
        ...template.all('AWS::DynamoDB::Table').map(({ Properties }) => Properties.TableName),
        ...template.all('AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName),
        ...template.all('AWS::IAM::Role').map(({ Properties }) => Properties.RoleName),
        ...template.all('AWS::SNS::Topic').map(({ Properties }) => Properties.TopicName),
        ...template.all('AWS::SES::ConfigurationSet').map(({ Properties }) => Properties.Name),
      ].filter((name) => name !== undefined);
    };
    const [first, second] = [fixedNames({}), fixedNames({ name: 'clinic-two' })];
    expect(first.length).toBe(second.length);
    expect(first.filter((name) => second.includes(name))).toEqual([]);
    expect(second.every((name) => name.includes('clinic-two'))).toBe(true);
  });

  it('the stack is called after it, and the template is found where it always is', () => {
    const stack = createApp({ bundle: false, context: { name: 'clinic-two' } }).node.findChild('BookingMeet') as Stack;
    expect(stack.stackName).toBe('ClinicTwo');
    expect(stack.templateFile).toBe('BookingMeet.template.json');
  });
});

describe('with somebody to tell', () => {
  it('alarms are mailed to them', () => {
    const template = synthesizeTemplate({ alarmEmail: 'admin@clinic.test' });
    const mailed = template.all('AWS::SNS::Subscription').filter(({ Properties }) => Properties.Protocol === 'email');
    expect(mailed.map(({ Properties }) => Properties.Endpoint)).toEqual(['admin@clinic.test']);
  });
});

describe('what must not be deployed', () => {
  it('is not synthesized when a parameter is wrong', () => {
    expect(() => createApp({ bundle: false, context: { mailFrom: 'nobody' } })).toThrow(ConfigError);
  });

  it('is not synthesized when a rule of cdk-nag is broken', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'booking-meet-infra-'));
    try {
      const app = createApp({ bundle: false, outdir, context: { mailFrom: 'bookings@clinic.test' } });
      const stack = Stack.of(app.node.findChild('BookingMeet'));
      new Queue(stack, 'PlainTextQueue');
      expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });
});
