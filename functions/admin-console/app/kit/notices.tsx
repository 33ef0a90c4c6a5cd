import type { ComponentChildren } from 'preact';
import { ApiError } from '../api.ts';
import { useTexts } from '../language.ts';
import { Button } from './controls.tsx';
import { kitTexts } from './texts.ts';

/** How something stands. */
export type Standing = 'pass' | 'warn' | 'fail' | 'unknown' | 'off';

/** Told apart by their form, too, since not everybody sees their colours. */
const SIGNS: Readonly<Record<Standing, string>> = { pass: '✓', warn: '!', fail: '✕', unknown: '?', off: '–' };

/** @param children the state in words. @default - the usual ones */
export function Status({ is, children }: { readonly is: Standing; readonly children?: ComponentChildren }) {
  const words = useTexts(kitTexts);
  return (
    <span class={`status ${is}`}>
      <span class="sign" aria-hidden="true">
        {SIGNS[is]}
      </span>
      {children ?? words.status[is]}
    </span>
  );
}

/** Something to know, at its place in the page; what goes wrong is read out at once. */
export const Notice = ({ is, children }: { readonly is: Standing; readonly children: ComponentChildren }) => (
  <div class={`notice ${is}`} role={is === 'fail' ? 'alert' : undefined}>
    <span class="sign" aria-hidden="true">
      {SIGNS[is]}
    </span>
    <div>{children}</div>
  </div>
);

/** What went wrong, in words, and a way to try it again. */
export function ErrorNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const words = useTexts(kitTexts);
  const known = error instanceof ApiError ? error : new ApiError('failed');
  return (
    <Notice is="fail">
      <p>{known.detail || words.error[known.kind]}</p>
      {known.kind === 'failed' && known.requestId && <p class="soft">{words.requestId(known.requestId)}</p>}
      {onRetry && <Button onClick={onRetry}>{words.retry}</Button>}
    </Notice>
  );
}

export function Loading() {
  const words = useTexts(kitTexts);
  return (
    <p class="loading" role="status">
      {words.loading}
    </p>
  );
}

/** Where there is nothing yet: what will be here, and how it gets here. */
export const EmptyState = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="card empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children}
  </div>
);
