import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Keyword } from '../../api-types.ts';
import { Field } from '../../kit/controls.tsx';
import { useTexts } from '../../language.ts';
import { insertAt, nearest, searchKeywords } from './keywords.ts';
import { settingsTexts } from './texts.ts';

interface TemplateField {
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
  readonly error: string | undefined;
  readonly rows?: number;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** Templates, and the keywords that can be clicked into the one that somebody was in last. */
export function Templates({
  fields,
  first = 0,
  keywords,
  unknown,
}: {
  readonly fields: readonly TemplateField[];
  /** Into which a keyword goes while nobody has been in one. @default 0 */
  readonly first?: number;
  readonly keywords: readonly Keyword[] | undefined;
  /** Names in the templates that nothing could fill. */
  readonly unknown: readonly string[];
}) {
  const words = useTexts(settingsTexts);
  const controls = useRef<(HTMLInputElement | HTMLTextAreaElement | null)[]>([]);
  const [last, setLast] = useState<number>();
  const caret = useRef<number | undefined>(undefined);
  const target = last ?? first;
  const field = fields[target];

  // Once the field has the text with the keyword.
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    const control = controls.current[target];
    control?.focus();
    control?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });
  const insert = (keyword: string) => {
    const control = controls.current[target];
    if (!field || !control) return;
    // Where nobody has been yet it goes to the end, not to the beginning.
    const [start, end] =
      last === undefined
        ? [field.value.length, field.value.length]
        : [control.selectionStart ?? field.value.length, control.selectionEnd ?? field.value.length];
    const inserted = insertAt(field.value, start, end, keyword);
    caret.current = inserted.caret;
    setLast(target);
    field.onInput(inserted.text);
  };
  const known = keywords?.map(({ keyword }) => keyword) ?? [];
  return (
    <>
      {fields.map(({ path, error, ...rest }, index) => (
        <div key={path} data-path={path}>
          <Field
            {...rest}
            error={
              error ??
              (unknown
                .filter((name) => rest.value.includes(`{${name}}`))
                .map((name) => words.unknown(name, nearest(name, known)))
                .join(' ') ||
                undefined)
            }
            inputRef={{
              get current() {
                return controls.current[index] ?? null;
              },
              set current(control) {
                controls.current[index] = control;
              },
            }}
            onFocus={() => setLast(index)}
          />
        </div>
      ))}
      {keywords && field && <Keywords keywords={keywords} into={field.label} onPick={insert} />}
    </>
  );
}

function Keywords({
  keywords,
  into,
  onPick,
}: {
  readonly keywords: readonly Keyword[];
  readonly into: string;
  readonly onPick: (keyword: string) => void;
}) {
  const words = useTexts(settingsTexts);
  const [query, setQuery] = useState('');
  const found = searchKeywords(keywords, query);
  return (
    <details class="keywords">
      <summary>{words.keywords}</summary>
      <p class="hint">{words.keywordsInto(into)}</p>
      <Field label={words.search} type="search" value={query} onInput={setQuery} autocomplete="off" />
      <p class="hint" role="status">
        {words.found(found.length)}
      </p>
      <ul>
        {found.map(({ keyword, description, example }) => (
          <li key={keyword}>
            <button type="button" onClick={() => onPick(keyword)}>
              <code>{`{${keyword}}`}</code>
              <span class="soft">{[description, example && words.example(example)].filter(Boolean).join(', ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
