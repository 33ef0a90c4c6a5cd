/** Runs a stack in a process of its own, for tests that kill it. Usage: node run-stack.ts <assembly> */
import { startStack } from '../../../infra/local/stack.ts';

const [, , assembly = ''] = process.argv;
const { url, adminKey, inboxUrl, snsUrl, secretsManagerUrl } = await startStack({
  environment: process.env,
  assembly,
  log: () => {},
});
process.stdout.write(`${JSON.stringify({ url, adminKey, inboxUrl, snsUrl, secretsManagerUrl })}\n`);
