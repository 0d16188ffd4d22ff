import type { CancellationToken } from 'vscode';

/** What is read from a typed text: a value, or what is wrong with it in plain words. */
export type Reading<V> = { readonly value: V } | { readonly problem: string };

/** A question that is answered by typing. */
export interface TextQuestion<V> {
  readonly kind: 'text';
  /** What is asked, below the box. */
  readonly prompt: string;
  readonly placeholder?: string;
  /** The text that stands in the box, selected. */
  readonly text: string;
  readonly read: (text: string) => Reading<V>;
}

/** One thing to choose: a value, or a way to one. */
export type Choice<V> = {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
} & (
  | { readonly value: V }
  /** Opens a dialog of the editor; undefined = the question is asked again. */
  | { readonly browse: () => Promise<V | undefined> }
  | { readonly write: TextQuestion<V> }
  /** The same as the back button. */
  | { readonly goBack: true }
  | { readonly separator: true }
);

/** A question that is answered by choosing from a list. */
export interface ChoiceQuestion<V> {
  readonly kind: 'choice';
  readonly placeholder: string;
  /** The list; one that has to be looked for first fills when it is found. */
  readonly choices: readonly Choice<V>[] | ((token: CancellationToken) => Promise<readonly Choice<V>[]>);
}

export type Question<V> = TextQuestion<V> | ChoiceQuestion<V>;
