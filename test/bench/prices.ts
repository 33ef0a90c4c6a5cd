/** What AWS asks, in USD, for eu-west-1 without free tiers; everything that costs anything here stands in this one file. */

/** When the prices were looked up, and where each can be looked up again. */
export const PRICES_OF = {
  region: 'eu-west-1 (Ireland)',
  date: '2026-11-28',
  pages: [
    'https://aws.amazon.com/lambda/pricing/',
    'https://aws.amazon.com/api-gateway/pricing/',
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    'https://aws.amazon.com/secrets-manager/pricing/',
    'https://aws.amazon.com/ses/pricing/',
    'https://aws.amazon.com/sns/sms-pricing/',
    'https://aws.amazon.com/cloudwatch/pricing/',
    'https://aws.amazon.com/eventbridge/pricing/',
    'https://aws.amazon.com/sqs/pricing/',
    'https://aws.amazon.com/kms/pricing/',
  ],
  note: 'taken from public tables of these prices, not from the pages themselves: check before a decision hangs on a digit',
} as const;

const MILLION = 1_000_000;
const GIB = 1024 ** 3;

/** For one of each. */
export const PRICES = {
  lambdaRequest: 0.2 / MILLION,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  httpApiRequest: 1.11 / MILLION,
  dynamoDbReadUnit: 0.1415 / MILLION,
  dynamoDbWriteUnit: 0.705 / MILLION,
  secretMonth: 0.4,
  secretCall: 0.05 / 10_000,
  mail: 0.1 / 1000,
  logByte: 0.57 / GIB,
  /** For each metric that an alarm watches. */
  alarmMonth: 0.1,
  kmsRequest: 0.03 / 10_000,
} as const;

/** A text message, by country: these change often, and are as much as a thousand times what all else of a booking costs. */
export const SMS_PRICES = { Spain: 0.0761, 'United Kingdom': 0.0429, 'United States': 0.00849 } as const;

/**
 * Milliseconds for which an invocation is billed, a stated assumption: at 512 MB, warm, with DynamoDB at 5 ms a call, SES at 60 ms, Google
 * at 400 ms. A measured time would be that of the machine that measured.
 */
export const BILLED_MILLISECONDS = { perInvocation: 5, perDynamoDbCall: 5, perMail: 60, perGoogleCall: 400 } as const;
/** Gigabytes. */
export const MEMORY = 0.5;
/** What Lambda itself logs of a run, its start and its report, a stated assumption, by the examples in AWS's documentation. */
export const LAMBDA_LOG_BYTES = 500;
/** How long DynamoDB keeps the key of a table for whoever uses it, before it asks KMS again. */
export const KEY_KEPT_MINUTES = 5;
