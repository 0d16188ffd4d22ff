import { readFileSync } from 'node:fs';
import type { CodeSequence } from '../explain/code-sequence';
import { applyEdits, maskName } from '../explain/edits';
import { riskOf } from '../explain/explained-model';
import { writeFileAtomic } from '../files/atomic';
import { explainFileError } from '../files/explain';
import { type CaseFile, caseFile, type Edit } from '../protocol/case-file';
import { UserError } from '../protocol/errors';
import type { Replay, WhatIf } from '../protocol/explanation';
import { MASK, UNK } from '../protocol/vocabulary';
import { checkFinite, type RunModel } from './explain-model';
import { codeVersion } from './version';

/** What the model makes of a patient after edits. @throws UserError for an edit that cannot be made, or an unknown code */
export async function whatIf(
  model: RunModel,
  patient: CodeSequence<string>,
  edits: readonly Edit[],
): Promise<WhatIf> {
  const { manifest } = model.run;
  if (model.path === null) {
    throw new UserError(
      `${model.run.id} is a pretraining run; it predicts no risk that edits could change.`,
      {
        advice: 'Choose a fine-tuned run.',
      },
    );
  }
  const unknown = edits.findIndex((edit) => edit.kind === 'add' && model.vocabulary.id(edit.code) === UNK);
  if (unknown >= 0) {
    throw new UserError(`Edit ${unknown + 1} adds a code that the run’s vocabulary does not have.`, {
      advice:
        'Write the code as in the dataset, with its system (such as ICD10_I50.9); or choose one that it has.',
    });
  }
  const edited = applyEdits(patient, edits, manifest.config);
  const { visits, ranks } = edited;
  const [before, after] = await predictEdited(model, patient, edited);
  const prediction = (logit: number): { risk: number; logit: number } => ({
    risk: riskOf(logit),
    logit,
  });
  return {
    codes: edited.codes.map((code, t) => ({ code, visit: visits[t]!, rank: ranks[t]! })),
    origins: edited.origins,
    trace: edited.trace,
    before: prediction(before),
    after: prediction(after),
    seeds: [],
  };
}

/** Log-odds of a patient before and after edits. */
export async function predictEdited(
  model: RunModel,
  patient: CodeSequence<string>,
  { codes, visits, ranks }: CodeSequence<string>,
): Promise<readonly [before: number, after: number]> {
  const edited = { visits, ranks, codes: maskedOrKnown(model, { codes, visits, ranks }) };
  const [before, after] = await model.model.predict([model.tokens(patient), edited]);
  return [checkFinite(before!), checkFinite(after!)];
}

/** An edited patient may hold masks alone, which is no mistake but the baseline of attributions. */
function maskedOrKnown(model: RunModel, patient: CodeSequence<string>): readonly number[] {
  const { codes, visits, ranks } = patient;
  if (codes.every((code) => code === maskName)) return codes.map(() => MASK);
  return model.tokens({ codes, visits, ranks }).codes;
}

export interface CaseRequest {
  readonly model: RunModel;
  readonly patient: CodeSequence<string>;
  readonly edits: readonly Edit[];
  /** Id to keep in the file; null = without. */
  readonly id: string | null;
  readonly now: () => Date;
}

/** A what-if as a case that reproduces it. */
export async function makeCase({ model, patient, edits, id, now }: CaseRequest): Promise<CaseFile> {
  const { before, after } = await whatIf(model, patient, edits);
  const { run, step } = model;
  return {
    kind: 'medbert-case',
    version: 1,
    createdAt: now().toISOString(),
    codeVersion,
    run: run.id,
    step,
    modelHash: model.hash(),
    dataset: run.manifest.dataset,
    patient: id,
    original: patient.codes.map((code, t) => ({ code, visit: patient.visits[t]!, rank: patient.ranks[t]! })),
    edits: [...edits],
    risk: { before, after },
  };
}

/** Log-odds by which the same model may differ on another machine or number of threads: sums in another order. */
const sameLogit = 1e-4;

/** Probability by which a risk in a file may differ from its logit there: it is written with all its digits. */
const sameRisk = 1e-6;

/**
 * Computes a case again, from what stands in it.
 *
 * @param record the patient of the case as the run reads the record now; null when the case does not name one, and
 * undefined when the dataset has no such patient
 * @throws UserError when its edits cannot be made
 */
export async function replayCase(
  model: RunModel,
  given: CaseFile,
  record: CodeSequence<string> | null | undefined,
): Promise<Replay> {
  const { maxLength } = model.run.manifest.config;
  if (given.original.length > maxLength) {
    throw new UserError(
      `The case holds ${given.original.length} codes; ${model.run.id} reads at most ${maxLength}, so it was not made with this run.`,
    );
  }
  const patient: CodeSequence<string> = {
    codes: given.original.map(({ code }) => code),
    visits: given.original.map(({ visit }) => visit),
    ranks: given.original.map(({ rank }) => rank),
  };
  const now = await whatIf(model, patient, given.edits);
  const differences: string[] = [];
  const { run } = model;
  const sameRecord = record === null ? null : record !== undefined && isSameRecord(record, patient);
  if (sameRecord === false) {
    differences.push(
      record === undefined
        ? 'The dataset has no such patient.'
        : 'The patient’s record is not the one that the case was made from.',
    );
  }
  if (given.run !== run.id) differences.push(`The case was made with ${given.run}, not with ${run.id}.`);
  if (given.dataset.contentHash !== run.manifest.dataset.contentHash) {
    differences.push('The dataset is not the one that the case was made on.');
  }
  if (given.modelHash !== model.hash()) {
    const steps =
      given.step === model.step
        ? `both are step ${model.step}, but tensors or vocabulary differ`
        : `the case was made with step ${given.step}, this is step ${model.step}`;
    differences.push(`The model is not the same: ${steps}.`);
  }
  for (const which of ['before', 'after'] as const) {
    const { risk, logit } = given.risk[which];
    if (Math.abs(riskOf(logit) - risk) > sameRisk) {
      differences.push(
        `The risk ${which} the edits does not fit its own log-odds: the file was changed by hand.`,
      );
    }
    if (Math.abs(logit - now[which].logit) <= sameLogit) continue;
    const [was, is] = [given.risk[which].risk, now[which].risk].map((risk) => risk.toFixed(4));
    differences.push(`The risk ${which} the edits is ${is}; the case says ${was}.`);
  }
  return { equal: differences.length === 0, sameRecord, differences, recorded: given.risk, now };
}

function isSameRecord(a: CodeSequence<string>, b: CodeSequence<string>): boolean {
  return JSON.stringify([a.codes, a.visits, a.ranks]) === JSON.stringify([b.codes, b.visits, b.ranks]);
}

/** Reads a case. @throws UserError when the file is missing or is no case */
export function readCase(file: string): CaseFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw explainFileError(error, file);
  }
  const parsed = caseFile.safeParse(jsonOrUndefined(text));
  if (parsed.success && isOrdered(parsed.data)) return parsed.data;
  throw new UserError('This is not a case that this version can read.', {
    file,
    advice: 'A case is written by saving a what-if; take the file from a copy, unchanged.',
  });
}

/** Writes a case whole or not at all. @throws UserError on a full disk or missing permission */
export function writeCase(file: string, content: CaseFile): void {
  writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** Visits count from 1 without gaps, ranks inside them too but for a first visit that was cut. */
function isOrdered({ original }: CaseFile): boolean {
  return original.every(({ visit, rank }, t) => {
    const before = original[t - 1];
    if (before === undefined) return visit === 1;
    if (visit === before.visit) return rank === before.rank + 1;
    return visit === before.visit + 1 && rank === 1;
  });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
