import * as vscode from 'vscode';
import * as z from 'zod';
import { bareSetting } from '../../protocol/run-file';
import type { StepOf } from './form';
import { count, plainNumber, readNumber } from './numbers';
import type { Reading, TextQuestion } from './question';

/** How long a run trains: passes over the patients, or optimizer steps. */
export type TrainingLength = { readonly epochs: number } | { readonly steps: number };
export const trainingLength: z.ZodType<TrainingLength> = z.union([
  z.strictObject({ epochs: z.number().positive() }),
  z.strictObject({ steps: z.int().positive() }),
]);

/**
 * A step that asks how long a run trains.
 * @param own epochs of a run that is told nothing
 */
export function lengthStep(
  own: number,
  schemas: LengthSchemas,
): StepOf<{ length: TrainingLength }, 'length'> {
  return {
    key: 'length',
    name: vscode.l10n.t('Length'),
    question: (_answers, proposal) => lengthQuestion(proposal!, schemas),
    otherwise: () => ({ epochs: own }),
    show: showLength,
    keep: trainingLength,
  };
}

/** Asks for epochs or steps in one box. @param proposal what stands in it */
function lengthQuestion(proposal: TrainingLength, schemas: LengthSchemas): TextQuestion<TrainingLength> {
  return {
    kind: 'text',
    prompt: vscode.l10n.t(
      'How long to train: passes over the patients, such as “10 epochs”, or “5,000 steps”.',
    ),
    text: showLength(proposal),
    read: (text) => readLength(text, schemas),
  };
}

export interface LengthSchemas {
  readonly epochs: z.ZodType;
  readonly steps: z.ZodType;
}

/** Reads `10`, `10 epochs`, `5,000 steps`. */
export function readLength(text: string, schemas: LengthSchemas): Reading<TrainingLength> {
  const [, amount = '', unit = 'epochs'] = /^(.*?)\s*(epochs?|steps?)?$/i.exec(text) ?? [];
  if (/^steps?$/i.test(unit)) {
    const steps = readNumber(amount, bareSetting(schemas.steps));
    return 'problem' in steps ? steps : { value: { steps: steps.value } };
  }
  const epochs = readNumber(amount, bareSetting(schemas.epochs));
  return 'problem' in epochs ? epochs : { value: { epochs: epochs.value } };
}

/** `10 epochs`, `5,000 steps`. */
function showLength(length: TrainingLength): string {
  if ('steps' in length) return vscode.l10n.t('{0} steps', count(length.steps));
  return vscode.l10n.t('{0} epochs', plainNumber(length.epochs));
}
