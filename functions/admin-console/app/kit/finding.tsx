import type { Check } from '../api-types.ts';
import { useTexts } from '../language.ts';
import { Status } from './notices.tsx';
import { kitTexts } from './texts.ts';

/** What a check has found, and its remedy, as a part of something larger. */
export function Finding({ check: { title, status, detail, fix } }: { readonly check: Check }) {
  const words = useTexts(kitTexts);
  return (
    <div class={`finding ${status}`}>
      <div class="split">
        <strong>{title}</strong>
        <Status is={status} />
      </div>
      <p>{detail}</p>
      {fix !== '' && (
        <p>
          <strong>{words.fix}:</strong> {fix}
        </p>
      )}
    </div>
  );
}
