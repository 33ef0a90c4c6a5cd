import type { Metafile } from 'esbuild';
import { partsOf } from './parts.ts';

/** How what a function has to have is made, without anything else. */
const MADE_BY: Readonly<Record<string, readonly [imported: string, from: string, made: string]>> = {
  '@aws-sdk/client-dynamodb': ['DynamoDBClient', '@aws-sdk/client-dynamodb', 'new DynamoDBClient({})'],
  '@aws-sdk/lib-dynamodb': [
    'DynamoDBDocumentClient',
    '@aws-sdk/lib-dynamodb',
    'DynamoDBDocumentClient.from(new DynamoDBClient({}))',
  ],
  '@aws-sdk/client-dynamodb-streams': [
    'DynamoDBStreamsClient',
    '@aws-sdk/client-dynamodb-streams',
    'new DynamoDBStreamsClient({})',
  ],
  '@aws-sdk/client-secrets-manager': [
    'SecretsManagerClient',
    '@aws-sdk/client-secrets-manager',
    'new SecretsManagerClient({})',
  ],
  '@aws-sdk/client-ses': ['SESClient', '@aws-sdk/client-ses', 'new SESClient({})'],
  '@aws-sdk/client-sns': ['SNSClient', '@aws-sdk/client-sns', 'new SNSClient({})'],
  '@aws-sdk/client-sqs': ['SQSClient', '@aws-sdk/client-sqs', 'new SQSClient({})'],
  'google-auth-library': ['OAuth2Client', 'google-auth-library/build/src/auth/oauth2client.js', 'new OAuth2Client({})'],
  '@aws-lambda-powertools/logger': ['Logger', '@aws-lambda-powertools/logger', 'new Logger()'],
};

/**
 * The source of a function that only makes the clients and the logger that are in a bundle.
 * @throws Error for a client of the SDK that it does not know how to make
 */
export function clientsAlone(metafile: Metafile): string {
  const packages = partsOf(metafile).map(([part]) => part);
  const unknown = packages.find((name) => name.startsWith('@aws-sdk/client-') && !MADE_BY[name]);
  if (unknown) throw new Error(`How is a client of ${unknown} made?`);
  const found = packages.flatMap((name) => (MADE_BY[name] ? [MADE_BY[name]] : []));
  return [
    ...found.map(([imported, from]) => `import { ${imported} } from '${from}';`),
    `const made = [${found.map(([, , made]) => made).join(', ')}];`,
    'export const handler = async () => made;',
  ].join('\n');
}
