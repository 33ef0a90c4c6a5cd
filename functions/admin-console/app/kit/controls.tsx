import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { useTexts } from '../language.ts';
import { useSession } from '../session.ts';
import { kitTexts } from './texts.ts';

interface ButtonProps {
  readonly children: ComponentChildren;
  /** @default "plain" */
  readonly look?: 'main' | 'plain' | 'danger';
  /** @default - the form that it is in is not sent */
  readonly submits?: boolean;
  /** Something is being done that it began; it cannot be pressed a second time meanwhile, but keeps the focus. */
  readonly busy?: boolean;
  /** What it says to who cannot see what it stands beside; begins with what is written on it. */
  readonly label?: string;
  /** Whether it shows what it shows and hides. */
  readonly expanded?: boolean;
  readonly onClick?: () => unknown;
}

export const Button = ({
  children,
  look = 'plain',
  submits = false,
  busy = false,
  label,
  expanded,
  onClick,
}: ButtonProps) => (
  <button
    type={submits ? 'submit' : 'button'}
    class={`button ${look}`}
    aria-disabled={busy}
    aria-label={label}
    aria-expanded={expanded}
    onClick={(event) => {
      if (busy) event.preventDefault();
      else onClick?.();
    }}
  >
    {children}
  </button>
);

interface LabelledProps {
  readonly label: ComponentChildren;
  /** What to put in, below the label. */
  readonly hint?: ComponentChildren;
  /** What is wrong with what is in it. */
  readonly error?: string | undefined;
}

/** The ids by which a control is tied to its hint and its error. */
function useDescription({ hint, error }: Pick<LabelledProps, 'hint' | 'error'>) {
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const describedBy = [hint !== undefined && hintId, error !== undefined && errorId].filter(Boolean).join(' ');
  const control = {
    id,
    'aria-invalid': error !== undefined,
    ...(describedBy && { 'aria-describedby': describedBy }),
  };
  const hintLine = hint !== undefined && (
    <div class="hint" id={hintId}>
      {hint}
    </div>
  );
  const errorLine = (
    <div class="field-error" id={errorId} role="alert">
      {error}
    </div>
  );
  return { id, control, hintLine, errorLine };
}

export interface FieldProps extends LabelledProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Lines of a field for longer text. @default 1 */
  readonly rows?: number;
  /** @default "text" */
  readonly type?: 'text' | 'email' | 'tel' | 'number' | 'password' | 'date' | 'search';
  readonly autocomplete?: string;
  /** Which keys a phone shows. */
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  /** The id of a `datalist`. */
  readonly list?: string;
  readonly spellcheck?: boolean;
  readonly required?: boolean;
  readonly onFocus?: () => void;
  /** To put a keyword where the caret is. */
  readonly inputRef?: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
}

/** A field for text. */
export function Field({ label, hint, error, value, onInput, rows = 1, type = 'text', inputRef, ...rest }: FieldProps) {
  const { id, control, hintLine, errorLine } = useDescription({ hint, error });
  const ref = (element: HTMLInputElement | HTMLTextAreaElement | null) => {
    if (inputRef) inputRef.current = element;
  };
  // Preact's types tell inputs apart by a type that is known beforehand.
  const shared = { ...rest, ...control, value, ref };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hintLine}
      {rows > 1 ? (
        <textarea {...shared} rows={rows} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input {...shared} type={type as 'text'} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {errorLine}
    </div>
  );
}

interface SelectProps<Value extends string> extends LabelledProps {
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, label: string])[];
  readonly onChange: (value: Value) => void;
}

export function Select<Value extends string>({ label, hint, error, value, options, onChange }: SelectProps<Value>) {
  const { id, control, hintLine, errorLine } = useDescription({ hint, error });
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hintLine}
      <select {...control} value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
      {errorLine}
    </div>
  );
}

interface CheckboxProps extends LabelledProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox({ label, hint, error, checked, onChange }: CheckboxProps) {
  const { id, control, hintLine, errorLine } = useDescription({ hint, error });
  return (
    <div class="field checkbox">
      <input
        {...control}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hintLine}
      {errorLine}
    </div>
  );
}

/** Copies a text, and says so. */
export function CopyButton({ text, label }: { readonly text: string /** What is copied. */; readonly label?: string }) {
  const words = useTexts(kitTexts);
  const { announce } = useSession();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => announce(words.copied),
      () => announce(words.notCopied),
    );
  return <Button onClick={copy}>{label ?? words.copy}</Button>;
}

/** A text to be pasted elsewhere, with its button. */
export const Copyable = ({ text, label }: { readonly text: string; readonly label?: string }) => (
  <div class="copyable">
    <code>{text}</code>
    <CopyButton text={text} {...(label !== undefined && { label })} />
  </div>
);

/** A link out of the console. */
export function ExternalLink({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const words = useTexts(kitTexts);
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children} <span class="hidden">{words.newTab}</span>
    </a>
  );
}
