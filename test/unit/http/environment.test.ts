import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../shared/http/environment.ts';

describe('the environment', () => {
  it('is read as it is needed', () => {
    expect(
      readEnvironment(
        {
          MEETINGS_TABLE: 'meetings',
          PUBLIC_URL: 'https://meet.test/',
          RETRY_BASE_SECONDS: '0.5',
          NOTIFY_HOLD_SECONDS: '60',
          OTHER: 'x',
        },
        ['MEETINGS_TABLE', 'PUBLIC_URL', 'RETRY_BASE_SECONDS', 'NOTIFY_HOLD_SECONDS', 'GOOGLE_EMULATOR_URL'],
      ),
    ).toEqual({
      MEETINGS_TABLE: 'meetings',
      PUBLIC_URL: 'https://meet.test',
      RETRY_BASE_SECONDS: 0.5,
      NOTIFY_HOLD_SECONDS: 60,
    });
  });

  it('names everything that is missing or wrong, at once', () => {
    const read = () =>
      readEnvironment(
        { PUBLIC_URL: 'meet', RETRY_BASE_SECONDS: '-1', NOTIFY_HOLD_SECONDS: '', GOOGLE_EMULATOR_URL: '::' },
        [
          'MEETINGS_TABLE',
          'TOLD_TABLE',
          'PUBLIC_URL',
          'RETRY_BASE_SECONDS',
          'NOTIFY_HOLD_SECONDS',
          'GOOGLE_EMULATOR_URL',
        ],
      );
    for (const name of [
      'MEETINGS_TABLE',
      'TOLD_TABLE',
      'PUBLIC_URL',
      'RETRY_BASE_SECONDS',
      'NOTIFY_HOLD_SECONDS',
      'GOOGLE_EMULATOR_URL',
    ]) {
      expect(read).toThrow(new RegExp(name));
    }
  });

  it('does not take an empty name of a table for one', () => {
    expect(() => readEnvironment({ MEETINGS_TABLE: '' }, ['MEETINGS_TABLE'])).toThrow(/MEETINGS_TABLE/);
  });

  it('does not repeat values, which may be somebody’s', () => {
    expect(() => readEnvironment({ PUBLIC_URL: 's3cret' }, ['PUBLIC_URL'])).not.toThrow(/s3cret/);
  });
});
