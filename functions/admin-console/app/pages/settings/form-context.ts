import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useTexts } from '../../language.ts';
import { faultText } from './faults.ts';
import { type FormState, faultsAt } from './form-state.ts';
import type { MessageName } from './messages.ts';
import { settingsTexts } from './texts.ts';

/** What the parts of the form work with. */
export interface Form {
  readonly state: FormState;
  readonly edit: (path: string, value: unknown) => void;
  /** The message whose words are shown. */
  readonly message: MessageName;
  readonly showMessage: (name: MessageName) => void;
  /** The booking that previews are of. @default - a sample */
  readonly booking: PreviewBooking | undefined;
  readonly setBooking: (booking: PreviewBooking | undefined) => void;
  /** Brings somebody to a field. */
  readonly goTo: (path: string) => void;
}

export interface PreviewBooking {
  readonly id: string;
  readonly label: string;
}

export const FormContext = createContext<Form | undefined>(undefined);

/** @throws Error outside of the form */
export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error('There is no form here.');
  return form;
}

/** What is wrong with a field, or with what is in it, in words. */
export function useErrorAt(): (path: string) => string | undefined {
  const words = useTexts(settingsTexts);
  const { state } = useForm();
  return (path) =>
    faultsAt(state, path)
      .map((fault) => faultText(fault, words))
      .join(' ') || undefined;
}
