import * as vscode from 'vscode';
import { type Frame, converse } from './ask';
import type { Form, Step } from './form';
import type { FormState } from './form-state';

/** Something that can be done with the answers of a form. */
export interface Does {
  readonly then: 'start' | 'save';
  readonly label: string;
  readonly detail?: string;
}

type Outcome<A> = { readonly then: Does['then'] } | { readonly edit: Step<A> } | { readonly reset: true };
type Line<A> = vscode.QuickPickItem & { readonly outcome?: Outcome<A> };

/**
 * Shows what was answered, and what can be done with it. Each line can be picked and changed.
 * @param problem why the answers do not go together; then nothing can be done with them yet
 */
export async function askSummary<A extends object>(
  form: Form<A>,
  state: FormState<A, Step<A>>,
  problem: string | undefined,
  frame: Frame,
): Promise<Outcome<A> | 'back' | undefined> {
  const box = vscode.window.createQuickPick<Line<A>>();
  box.placeholder = problem ?? vscode.l10n.t('Start, or pick a line to change it');
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = linesOf(form, state, problem);
  try {
    return await converse(box, frame, () => box.selectedItems[0]?.outcome);
  } finally {
    box.dispose();
  }
}

function linesOf<A extends object>(
  form: Form<A>,
  state: FormState<A, Step<A>>,
  problem: string | undefined,
): Line<A>[] {
  const steps = state.relevantSteps();
  const asked = steps.filter((step) => state.isAsked(step));
  const more = steps.filter((step) => !state.isAsked(step));
  const changed = more.filter((step) => state.isChanged(step));
  const line = (step: Step<A>): Line<A> => lineOf(step, state);
  return [
    ...form.does.map((does): Line<A> => actionOf(does, problem)),
    separator(vscode.l10n.t('Answers')),
    ...asked.map(line),
    ...(changed.length === 0
      ? []
      : [
          separator(vscode.l10n.t('Changed settings')),
          ...changed.map(line),
          {
            label: `$(discard) ${vscode.l10n.t('Take all settings back to their defaults')}`,
            outcome: { reset: true as const },
          },
        ]),
    ...(more.length === changed.length ? [] : [separator(vscode.l10n.t('Settings at their defaults'))]),
    ...more.filter((step) => !changed.includes(step)).map(line),
  ];
}

function actionOf<A>({ then, label, detail }: Does, problem: string | undefined): Line<A> {
  const icon = problem !== undefined ? 'warning' : then === 'start' ? 'play' : 'save';
  const about = problem ?? detail;
  return {
    label: `$(${icon}) ${label}`,
    ...(about === undefined ? {} : { detail: about }),
    ...(problem === undefined ? { outcome: { then } } : {}),
  };
}

function lineOf<A extends object>(step: Step<A>, state: FormState<A, Step<A>>): Line<A> {
  const show = step.show as (value: unknown, answers: Partial<A>) => string;
  const value = state.value(step);
  return {
    label: step.name,
    description: value === undefined ? '' : show(value, state.answers(step)),
    ...(step.note === undefined ? {} : { detail: step.note }),
    outcome: { edit: step },
  };
}

function separator(label: string): { label: string; kind: vscode.QuickPickItemKind } {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
