/** What a caller can do about a failure; the HTTP chain maps each kind to a status code. */
export type ErrorKind =
  | 'unreadable'
  | 'unauthorized'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid';

/** One fault of a validated input. `path` names the field, dots between levels. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A failure whose message may be shown to the caller. Anything else that is thrown is our own fault (500). */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly faults: readonly Fault[];

  constructor(kind: ErrorKind, message: string, options: { faults?: readonly Fault[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.faults = options.faults ?? [];
  }
}

/** All faults of one input at once. @throws never; callers throw what it returns */
export const invalid = (faults: readonly Fault[]): AppError =>
  new AppError('invalid', faults.length === 1 ? 'One field is not valid.' : `${faults.length} fields are not valid.`, {
    faults,
  });
