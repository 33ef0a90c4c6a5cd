import { expect, it } from 'vitest';
import { OPERATIONS } from '../../shared/api/operations.ts';
import { synthesizeTemplate } from './synthesized.ts';

it('every route is in the OpenAPI document, and nothing else is', () => {
  const routes = synthesizeTemplate()
    .all('AWS::ApiGatewayV2::Route')
    .map(({ Properties }): string => Properties.RouteKey);

  expect(
    Object.keys(OPERATIONS).sort(),
    'Describe a new route in OPERATIONS of shared/api/operations.ts, and its bodies in shared/api/schemas.ts.',
  ).toEqual(routes.sort());
});
