import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'booking-meet-test-'));
  folders.push(folder);
  return folder;
}

/** A bundle with this code as its index.mjs. */
export function bundle(code: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.mjs'), code);
  return folder;
}

/** Resources for a function, as the CDK synthesizes it; `code` goes into the assembly by `writeAssembly`. */
export function functionResource(id: string, variables: Record<string, unknown> = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Architectures: ['arm64'],
      Code: { S3Bucket: 'assets', S3Key: `${id}.zip` },
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: id.toLowerCase(), ...variables } },
      Handler: 'index.handler',
      MemorySize: 128,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: 5,
    },
    Metadata: { 'aws:asset:path': `asset.${id}` },
  };
}

/** Resources that bring a route of the API `Api` to a function. */
export function routeResources(routeKey: string, functionId: string): Record<string, object> {
  const id = routeKey.replace(/\W/g, '');
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    [`${id}Route`]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: routeKey,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
      },
    },
  };
}

/** Writes a cloud assembly: a template and the code of its functions. */
export function writeAssembly(
  resources: Readonly<Record<string, object>>,
  code: Readonly<Record<string, string>>,
): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Test.template.json'), JSON.stringify({ Resources: resources }));
  for (const [id, source] of Object.entries(code)) {
    mkdirSync(join(folder, `asset.${id}`));
    writeFileSync(join(folder, `asset.${id}`, 'index.mjs'), source);
  }
  return folder;
}
