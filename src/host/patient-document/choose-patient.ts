import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import type { PatientEntry } from '../../protocol/explanation';
import { type Words, count, dot } from '../experiments/wording';
import { riskFigure } from '../../protocol/risk-words';

type Item = vscode.QuickPickItem & { readonly patient: string };

/** A longer list is slow to draw, and nobody reads it: typing narrows it down. */
export const mostShown = 500;

/**
 * Asks for a patient of a run: those at the highest risk first, any other by its id.
 * @returns undefined when the person picks none
 * @throws UserError when the run has no patients
 */
export async function choosePatient(entries: readonly PatientEntry[]): Promise<string | undefined> {
  if (entries.length === 0)
    throw new UserError(vscode.l10n.t('This run has no patient that can be explained.'));
  const sorted = byRisk(entries);
  const box = vscode.window.createQuickPick<Item>();
  box.title = vscode.l10n.t('Which patient? ({0})', count(entries.length));
  box.placeholder = vscode.l10n.t('Part of an id');
  const fill = (): void => {
    box.items = matching(sorted, box.value).map((entry) => itemOf(entry, vscode.l10n));
  };
  fill();
  const narrowing = box.onDidChangeValue(fill);
  try {
    return await new Promise<string | undefined>((resolve) => {
      box.onDidAccept(() => resolve(box.selectedItems[0]?.patient));
      box.onDidHide(() => resolve(undefined));
      box.show();
    });
  } finally {
    narrowing.dispose();
    box.dispose();
  }
}

/** Test patients with the highest predicted risk first, then everybody else by id. */
export function byRisk(entries: readonly PatientEntry[]): PatientEntry[] {
  const order = new Intl.Collator('en', { numeric: true });
  return [...entries].sort(
    (one, two) => (two.risk ?? -1) - (one.risk ?? -1) || order.compare(one.patient, two.patient),
  );
}

/** The first patients whose id holds a text; the one that has it as its id comes first. */
export function matching(entries: readonly PatientEntry[], text: string): PatientEntry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return entries.slice(0, mostShown);
  const found: PatientEntry[] = [];
  for (const entry of entries) {
    const id = entry.patient.toLowerCase();
    if (id === wanted) found.unshift(entry);
    else if (found.length < mostShown && id.includes(wanted)) found.push(entry);
  }
  return found.slice(0, mostShown);
}

function itemOf({ patient, risk, label, part, codes }: PatientEntry, l10n: Words): Item {
  const truth = label === null ? null : label === 1 ? l10n.t('case') : l10n.t('control');
  const parts: Readonly<Record<string, string>> = {
    train: l10n.t('training'),
    validation: l10n.t('validation'),
    test: l10n.t('test'),
  };
  const facts = [
    risk === null ? null : l10n.t('risk {0}', riskFigure(risk)),
    truth,
    part === null ? null : parts[part],
    codes === 1 ? l10n.t('1 code') : l10n.t('{0} codes', count(codes)),
  ];
  return { label: patient, description: facts.filter((fact) => fact !== null).join(dot), patient };
}
