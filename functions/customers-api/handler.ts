import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import type { ErasureAnswer } from '../../shared/api/customers.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { type EraseDeps, eraseCustomer } from '../../shared/customers/erase.ts';
import { AppError } from '../../shared/errors.ts';
import { type HttpEvent, httpHandler, json, pathParameter } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { email } from '../../shared/http/fields.ts';
import { validate } from '../../shared/http/validate.ts';

export interface CustomersApiDeps extends EraseDeps {
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly logger: Logger;
}

/** Milliseconds after which nothing is begun any more: API Gateway waits for thirty seconds. */
const TIME = 23_000;

/** Erasing a person. The address stands in the path only: neither the log nor the answer repeats it. */
export const makeHandler = (deps: CustomersApiDeps) =>
  httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId)],
    routes: {
      'DELETE /customers/{email}': async (event) => {
        const removed = await eraseCustomer(deps, customerEmail(event), deps.clock.now().getTime() + TIME);
        if (!removed) {
          throw new AppError(
            'conflict',
            'There was no time to look through everything. What was found is erased and stays so; ask again to go on.',
          );
        }
        deps.logger.info('customer erased', { event: 'customer_erased', ...removed });
        return json<ErasureAnswer>(200, removed);
      },
    },
  });

/** The address in the path. @throws AppError `invalid` */
const customerEmail = (event: HttpEvent): string =>
  validate(z.object({ email }), { email: pathParameter(event, 'email') }).email;
