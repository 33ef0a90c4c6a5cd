/** The made-up account that everything local believes to run in. No request ever leaves for AWS with these. */
export const REGION = 'eu-west-1';
export const ACCOUNT = '000000000000';
export const PARTITION = 'aws';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** Settings for an AWS SDK client that talks to a stand-in. */
export function clientSettings(endpoint: string): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return { endpoint, region: REGION, credentials: { ...CREDENTIALS } };
}
