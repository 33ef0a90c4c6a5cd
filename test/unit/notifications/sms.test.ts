import { PublishCommand, SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import { makeSmsSender } from '../../../shared/notifications/sms.ts';

const sns = mockClient(SNSClient);
const sender = makeSmsSender(new SNSClient({ region: 'eu-west-1' }));
const SMS = { to: '+34600000002', text: 'Hola, Luis. Tu cita: mañana' };

beforeEach(() => {
  sns.reset();
});

it('goes to the one number, as a message that matters', async () => {
  sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  expect(await sender.send(SMS)).toBe('sms-1');
  expect(sns.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input)).toEqual([
    {
      PhoneNumber: '+34600000002',
      Message: 'Hola, Luis. Tu cita: mañana',
      MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
    },
  ]);
});

describe('a message that was not sent', () => {
  const failure = async (error: Error): Promise<DeliveryError> => {
    sns.on(PublishCommand).rejects(error);
    return sender.send(SMS).then(
      () => {
        throw new Error('was sent');
      },
      (thrown: unknown) => {
        if (thrown instanceof DeliveryError) return thrown;
        throw thrown;
      },
    );
  };
  const answer = (name: string, message: string, httpStatusCode = 400): Error =>
    new SNSServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
  const what = ({ code, transient, inDoubt, scope }: DeliveryError) => ({ code, transient, inDoubt, scope });

  it.each([
    ['OptedOutException', 'The number has opted out.'],
    ['OptedOut', ''],
    ['InvalidParameterException', 'Invalid parameter: PhoneNumber Reason: +34600000002 is opted out'],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT'],
  ])('since they opted out: %s, %j', async (name, message) => {
    expect(what(await failure(answer(name, message)))).toEqual({
      code: 'opted_out',
      transient: false,
      inDoubt: false,
      scope: 'address',
    });
  });

  it.each([
    'InvalidParameterException',
    'InvalidParameterValueException',
    'InvalidParameterValue',
    'ValidationException',
  ])('since there is no such number: %s', async (name) => {
    const message = 'Invalid parameter: PhoneNumber Reason: +34600000002 is not valid to publish to';
    expect(what(await failure(answer(name, message)))).toEqual({
      code: 'invalid_phone',
      transient: false,
      inDoubt: false,
      scope: 'address',
    });
  });

  it('since it is none, is not held against the number', async () => {
    expect(what(await failure(answer('InvalidParameterException', 'Invalid parameter: Empty message')))).toEqual({
      code: 'message_refused',
      transient: false,
      inDoubt: false,
      scope: 'message',
    });
  });

  it.each([
    ['ThrottledException', 429],
    ['Throttling', 400],
    ['Throttled', 400],
    ['KMSThrottlingException', 400],
    ['TooManyRequestsException', 429],
  ])('for now, since there were too many: %s', async (name, status) => {
    expect(what(await failure(answer(name, 'Rate exceeded: quota of messages', status)))).toEqual({
      code: 'throttled',
      transient: true,
      inDoubt: false,
      scope: 'message',
    });
  });

  it.each([
    ['sms_sandbox', 'UserErrorException', 'Your account is in the SMS sandbox', 400],
    ['sms_sandbox', 'ConflictException', 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED', 400],
    ['sms_spending_limit', 'UserErrorException', 'No quota left for account', 400],
    ['sms_spending_limit', 'ServiceQuotaExceededException', 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', 402],
    ['access_denied', 'AuthorizationErrorException', 'User is not authorized to perform: SNS:Publish', 403],
    ['access_denied', 'AccessDeniedException', 'No', 400],
    ['access_denied', 'InvalidClientTokenId', 'The security token is invalid', 403],
  ])('for the whole account, until somebody sees to it: %s', async (code, name, message, status) => {
    expect(what(await failure(answer(name, message, status)))).toEqual({
      code,
      transient: true,
      inDoubt: false,
      scope: 'account',
    });
  });

  it.each(['KMSDisabledException', 'KMSOptInRequired', 'EndpointDisabledException', 'NotFoundException'])(
    'for another reason, may be later: %s',
    async (name) => {
      expect(what(await failure(answer(name, 'The account is suspended')))).toEqual({
        code: name,
        transient: true,
        inDoubt: false,
        scope: 'message',
      });
    },
  );

  it.each([
    ['time is up', Object.assign(new Error('socket timed out'), { name: 'TimeoutError' }), 'TimeoutError'],
    ['the line is cut', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'Error'],
    ['SNS fails', answer('InternalErrorException', 'PhoneNumber opted out', 500), 'InternalErrorException'],
    ['SNS is not there', answer('ServiceUnavailable', '', 503), 'ServiceUnavailable'],
  ])('for all that is known, when %s', async (_when, error, code) => {
    expect(what(await failure(error))).toEqual({ code, transient: true, inDoubt: true, scope: 'message' });
  });

  it.each([
    answer(
      'InvalidParameterException',
      'Invalid parameter: PhoneNumber Reason: +34600000002 is not valid to publish to',
    ),
    answer('UserErrorException', `${SMS.to} ${SMS.text}`),
    new Error(`${SMS.to} ${SMS.text}`),
  ])('says nothing of whom it was for and what it said: %s', async (error) => {
    const { message, stack, cause, code } = await failure(error);
    expect(JSON.stringify([message, stack, cause, code])).not.toMatch(/600000002|Luis/);
  });
});
