/** `npm run privileges`: over the tests that ran last, whether each role allows exactly what its function calls. */
import { GRANTS_DIR, judge, readGrants } from './privileges.ts';

/** Grants that no function is sure to be seen to use, all of them, each with its reason. */
const EXCEPTIONS = [
  { grant: 'logs:*', reason: 'Lambda itself writes what a function says to its log; locally nothing is logged there.' },
  {
    by: ['meeting-sync'],
    grant: 'dynamodb:* on table/TablesAppointments/stream',
    reason: 'Lambda itself reads the stream, in the role of the function; locally the stack does, as itself.',
  },
  {
    by: ['redrive'],
    grant: 'sqs:* on StreamFailures*',
    reason: 'Lambda itself receives and deletes the messages of the queue for the function.',
  },
  {
    by: ['meeting-sync', 'mail-feedback'],
    grant: 'sqs:SendMessage on *',
    reason: 'Lambda itself puts what failed into the queue, in the role of the function.',
  },
  {
    by: ['due-work'],
    grant: 'dynamodb:PutItem on table/TablesStaff',
    reason: 'The sweep is the first to see a booking, and whose it is, only when the stream has lost it.',
  },
  {
    by: ['due-work'],
    grant: 'dynamodb:UpdateItem on table/TablesSettings',
    reason: 'The same for the fields of a booking, which are then known as keywords.',
  },
  {
    by: ['meeting-sync', 'due-work'],
    grant: 'dynamodb:DeleteItem on table/TablesTold',
    reason: 'An erasure leaves to them only the record of a message that is being sent in that very moment.',
  },
  {
    by: ['mail-feedback'],
    grant: 'dynamodb:DeleteItem on table/TablesTold',
    reason: 'Only a bounce that is recorded while its person is erased is taken back.',
  },
];

const { faults, used, excepted } = judge(readGrants(GRANTS_DIR), EXCEPTIONS);
for (const fault of faults) console.error(fault);
console.log(`${used} grants are made use of, ${excepted} are excepted with a reason, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;
