import * as vscode from 'vscode';
import type { Choice, ChoiceQuestion, TextQuestion } from './question';

/** What stands around a question: title, counter, and whether there is a way back. */
export interface Frame {
  readonly title: string;
  readonly step: number;
  readonly of: number;
  readonly canGoBack: boolean;
}

/** What a person did: answered, went back, or gave up (undefined). */
export type Reply<V> = { readonly value: V } | 'back' | undefined;

/** The entry of a list of things to choose. */
export type Entry<V> = vscode.QuickPickItem & { readonly choice?: Choice<V> };

/**
 * Asks to choose from a list; the choice whose value is `proposal` is active.
 * Dialogs and typed answers that a choice leads to belong to the question.
 */
export async function askChoice<V>(
  question: ChoiceQuestion<V>,
  proposal: unknown,
  frame: Frame,
): Promise<Reply<V>> {
  for (;;) {
    const picked = await pick(question, proposal, frame);
    if (picked === undefined || picked === 'back') return picked;
    if ('goBack' in picked) return 'back';
    if ('value' in picked) return { value: picked.value };
    if ('browse' in picked) {
      const value = await picked.browse();
      if (value !== undefined) return { value };
    } else if ('write' in picked) {
      const reply = await askText(picked.write, { ...frame, canGoBack: true });
      if (reply !== 'back') return reply;
    }
  }
}

async function pick<V>(
  question: ChoiceQuestion<V>,
  proposal: unknown,
  frame: Frame,
): Promise<Choice<V> | 'back' | undefined> {
  const box = vscode.window.createQuickPick<Entry<V>>();
  const looking = new vscode.CancellationTokenSource();
  box.placeholder = question.placeholder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  const fill = (choices: readonly Choice<V>[]): void => {
    box.items = choices.map(entryOf);
    const active = box.items.find(({ choice }) => isSame(choice, proposal));
    if (active !== undefined) box.activeItems = [active];
  };
  try {
    const { choices } = question;
    if (typeof choices !== 'function') fill(choices);
    const replied = converse(box, frame, () => box.selectedItems[0]?.choice);
    if (typeof choices === 'function') {
      box.busy = true;
      const found = choices(looking.token).then((list) => {
        if (looking.token.isCancellationRequested) return;
        fill(list);
        box.busy = false;
      });
      // A search that fails ends the form with its error; one that outlives the question does not matter.
      await Promise.race([replied, found]);
    }
    return await replied;
  } finally {
    looking.cancel();
    looking.dispose();
    box.dispose();
  }
}

/** Asks for a text; it is checked as it is typed, and only a good one is accepted. */
export async function askText<V>(question: TextQuestion<V>, frame: Frame): Promise<Reply<V>> {
  const box = vscode.window.createInputBox();
  box.prompt = question.prompt;
  box.placeholder = question.placeholder;
  box.value = question.text;
  const check = (): { value: V } | undefined => {
    const reading = question.read(box.value.trim());
    box.validationMessage = 'problem' in reading ? reading.problem : undefined;
    return 'problem' in reading ? undefined : reading;
  };
  const listening = box.onDidChangeValue(check);
  try {
    return await converse(box, frame, check);
  } finally {
    listening.dispose();
    box.dispose();
  }
}

/** Shows a box until it is accepted with an answer, left by the back button, or closed. */
export function converse<T>(
  box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  frame: Frame,
  accept: () => T | undefined,
): Promise<T | 'back' | undefined> {
  box.title = frame.title;
  box.step = frame.step;
  box.totalSteps = frame.of;
  box.ignoreFocusOut = true;
  box.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      const answer = accept();
      if (answer !== undefined) resolve(answer);
    });
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve('back');
    });
    // Esc. Nothing has been done yet, so there is nothing to undo.
    box.onDidHide(() => resolve(undefined));
    box.show();
  });
}

function entryOf<V>(choice: Choice<V>): Entry<V> {
  const { label, description, detail } = choice;
  if ('separator' in choice) return { label, kind: vscode.QuickPickItemKind.Separator };
  return {
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    choice,
  };
}

function isSame(choice: Choice<unknown> | undefined, proposal: unknown): boolean {
  return (
    choice !== undefined && 'value' in choice && JSON.stringify(choice.value) === JSON.stringify(proposal)
  );
}
