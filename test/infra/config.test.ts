import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../infra/config.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';

const faultsOf = (context: Record<string, unknown>): readonly string[] => {
  try {
    readConfig(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      name: 'booking-meet',
      mailFrom: 'booking-meet@example.com',
      mailFromMissing: true,
      alarmEmail: undefined,
      domain: undefined,
    });
  });

  it('takes everything', () => {
    const context = {
      name: 'clinic-2',
      mailFrom: 'Bookings@Clinic.test',
      alarmEmail: 'admin@clinic.test',
      domainName: 'meet.clinic.test',
      certificateArn,
      hostedZoneId: 'Z0123456789ABC',
    };
    expect(readConfig(context)).toEqual({
      name: 'clinic-2',
      mailFrom: 'bookings@clinic.test',
      mailFromMissing: false,
      alarmEmail: 'admin@clinic.test',
      domain: { domainName: 'meet.clinic.test', certificateArn, hostedZoneId: 'Z0123456789ABC' },
    });
  });

  it('leaves alone what belongs to the CDK and to others', () => {
    expect(
      faultsOf({ '@aws-cdk/core:target-partitions': ['aws'], 'aws:cdk:bundling-stacks': [], 'cli-telemetry': false }),
    ).toEqual([]);
  });

  it('lists every fault at once, a sentence each', () => {
    expect(
      faultsOf({
        name: 'Booking Meet',
        mailFrom: 'Clinic <a@b.test>',
        alarmEmail: 7,
        hostedZoneId: 'zone',
        mailfrom: 'a@b.test',
      }),
    ).toEqual([
      'mailfrom is not a parameter; it is written mailFrom.',
      'name must be 2 to 32 lower-case letters, digits and single hyphens, beginning with a letter.',
      'mailFrom must be one plain e-mail address, such as bookings@clinic.example.',
      'alarmEmail must be one plain e-mail address.',
      'hostedZoneId must be the id of a Route 53 hosted zone, such as Z0123456789ABC.',
      'hostedZoneId is of use only together with domainName.',
    ]);
  });

  it.each([
    [{ domainName: 'meet.clinic.test' }, 'domainName needs certificateArn'],
    [{ certificateArn }, 'certificateArn is of use only together with domainName.'],
    [{ domainName: 'https://meet.clinic.test', certificateArn }, 'domainName must be a lower-case host name'],
    [{ domainName: 'meet.clinic.test', certificateArn: 'arn:aws:iam::1:x' }, 'certificateArn must be the ARN'],
  ])('refuses %j', (context, fault) => {
    expect(faultsOf(context)).toEqual([expect.stringContaining(fault)]);
  });

  it('says all of it in the message, for the command line', () => {
    expect(() => readConfig({ name: '-', alarmEmail: 'x' })).toThrow(
      /^The configuration cannot be used:\n {2}- name must .*\n {2}- alarmEmail must .*$/,
    );
  });
});
