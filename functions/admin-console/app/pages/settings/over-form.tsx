import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Notice } from '../../kit/notices.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useTexts } from '../../language.ts';
import { faultText } from './faults.ts';
import { useForm } from './form-context.ts';
import type { Side } from './form-state.ts';
import { inPageOrder, labelOf, valueText } from './labels.ts';
import { valueAt } from './merge.ts';
import { settingsTexts } from './texts.ts';

/** Every fault, each leading to its field. */
export function Faults() {
  const words = useTexts(settingsTexts);
  const { state, goTo } = useForm();
  const { faults } = state;
  if (faults.length === 0) return null;
  return (
    <Notice is="fail">
      <p>
        <strong>{words.wrong(faults.length)}</strong>
      </p>
      <ul class="picks">
        {inPageOrder(faults, words).map((fault) => (
          <li key={`${fault.path} ${fault.message}`}>
            <button type="button" onClick={() => goTo(fault.path)}>
              {labelOf(fault.path, words)}: {faultText(fault, words)}
            </button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** What another admin has saved meanwhile, and whose value is to stand where both have changed one. */
export function OtherSave({
  isReminded,
  onChoose,
}: {
  /** Somebody has tried to save before they had chosen. */
  readonly isReminded: boolean;
  readonly onChoose: (path: string, side: Side) => void;
}) {
  const words = useTexts(settingsTexts);
  const { state } = useForm();
  const { conflicts, takenOver, saved } = state;
  const heading = useRef<HTMLHeadingElement>(null);
  const isShown = conflicts.length + takenOver.length > 0;
  useEffect(() => {
    if (isShown) heading.current?.focus();
  }, [isShown, saved]);
  if (!isShown) return null;
  const side = (path: string, choice: Side | undefined, each: Side, value: unknown) => (
    <label class="side">
      <input type="radio" name={path} checked={choice === each} onChange={() => onChoose(path, each)} />
      <span>
        <strong>{words.conflict[each]}</strong>
        <span class="as-written">{valueText(path, value, words)}</span>
      </span>
    </label>
  );
  return (
    <section class="card edge warn">
      <h2 ref={heading} tabIndex={-1}>
        {words.conflict.title}
      </h2>
      <p>{words.conflict.text}</p>
      {conflicts.length > 0 && (
        <>
          <h3>{words.conflict.both}</h3>
          <p class="hint">{words.conflict.choose}</p>
          {inPageOrder(conflicts, words).map(({ path, mine, theirs, choice }) => (
            <fieldset key={path}>
              <legend>{labelOf(path, words)}</legend>
              {side(path, choice, 'mine', mine)}
              {side(path, choice, 'theirs', theirs)}
              <div class="field-error" role="alert">
                {isReminded && choice === undefined && words.conflict.undecided}
              </div>
            </fieldset>
          ))}
        </>
      )}
      {takenOver.length > 0 && (
        <>
          <h3>{words.conflict.only}</h3>
          <dl>
            {inPageOrder(takenOver, words).map(({ path, before }) => (
              <div key={path}>
                <dt>{labelOf(path, words)}</dt>
                <dd class="as-written">
                  {words.conflict.change(
                    valueText(path, before, words),
                    valueText(path, valueAt(saved.data, path), words),
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

/** At the edge of the page as long as something is unsaved. */
export function SaveBar({
  count,
  busy,
  onDiscard,
}: {
  readonly count: number;
  readonly busy: boolean;
  readonly onDiscard: () => void;
}) {
  const words = useTexts(settingsTexts);
  const kit = useTexts(kitTexts);
  const [asks, setAsks] = useState(false);
  return (
    <div class="save-bar" hidden={count === 0}>
      <span role="status">{count > 0 && words.unsaved(count)}</span>
      <Button onClick={() => setAsks(true)}>{words.discard}</Button>
      <Button look="main" submits busy={busy}>
        {busy ? kit.saving : kit.save}
      </Button>
      {asks && (
        <Dialog
          title={words.discardTitle}
          onClose={() => setAsks(false)}
          actions={
            <>
              <Button look="main" onClick={() => setAsks(false)}>
                {words.keep}
              </Button>
              <Button
                look="danger"
                onClick={() => {
                  setAsks(false);
                  onDiscard();
                }}
              >
                {words.discard}
              </Button>
            </>
          }
        >
          <p>{words.discardText}</p>
        </Dialog>
      )}
    </div>
  );
}
