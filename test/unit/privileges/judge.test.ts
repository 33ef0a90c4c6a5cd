import { describe, expect, it } from 'vitest';
import { judge, readGrants } from '../../e2e/privileges.ts';
import { temporaryFolder } from '../local-stack/assembly.ts';

const GET = 'dynamodb:GetItem on table/Staff';
const PUT = 'dynamodb:PutItem on table/Staff';
const lines = [
  { by: 'api', granted: [GET, PUT] },
  { by: 'sync', granted: [GET] },
  { by: 'api', used: GET },
  { by: 'sync', used: GET },
];
const reason = 'Because.';

describe('the judgement on the roles', () => {
  it('is content where each grant is made use of, in whichever stack', () => {
    expect(judge([...lines, { by: 'api', used: PUT }], [])).toEqual({ faults: [], used: 3, excepted: 0 });
  });

  it('names a grant that its own function never uses', () => {
    expect(judge([...lines, { by: 'sync', used: PUT }], []).faults).toEqual([`api: ${PUT} is granted and never used`]);
  });

  it('names what was denied', () => {
    expect(
      judge([...lines, { by: 'api', used: PUT }, { by: 'api', denied: 'sns:Publish on Alarms' }], []),
    ).toMatchObject({ faults: ['api: sns:Publish on Alarms was wanted and is not granted'] });
  });

  it('takes an exception for its functions and grants alone', () => {
    expect(judge(lines, [{ by: ['api'], grant: 'dynamodb:P* on table/Staff', reason }])).toMatchObject({
      faults: [],
      excepted: 1,
    });
    expect(judge(lines, [{ by: ['sync'], grant: PUT, reason }]).faults).toHaveLength(2);
  });

  it('names an exception for what nobody is granted, but not for what is used by chance', () => {
    const used = [...lines, { by: 'api', used: PUT }];
    expect(judge(used, [{ by: ['sync'], grant: PUT, reason }]).faults).toEqual([
      `the exception for ${PUT} excepts nothing that is granted`,
    ]);
    expect(judge(used, [{ by: ['api'], grant: PUT, reason }])).toEqual({ faults: [], used: 3, excepted: 0 });
  });

  it('has nothing to judge by where no stack has run', () => {
    expect(() => readGrants(temporaryFolder())).toThrow('npm test');
  });
});
