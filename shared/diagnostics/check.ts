/** One thing that can be wrong with an installation, as `GET /diagnostics` shows it. */
export interface Check {
  /** Stable. */
  readonly id: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly title: string;
  /** The evidence. */
  readonly detail: string;
  /** What to do; empty when there is nothing to do. */
  readonly fix: string;
}
