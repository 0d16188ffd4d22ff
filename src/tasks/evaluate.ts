import { openRuntime } from '../engine/runtimes/open-runtime';
import { openDataset } from '../ehr/dataset';
import { readLabels } from '../ehr/labels';
import { checkLabels } from '../ehr/label-funnel';
import { SmallCells } from '../ehr/cohort-report/small-cells';
import { evaluate } from '../metrics/evaluate';
import { finetuningEvaluation } from '../model/finetuning';
import { UserError } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import type { EvaluationFacts, EvaluationIntervals } from '../protocol/queries';
import type { FinetuneRun } from '../protocol/run';
import { readRun, type RunView } from '../runs/store';
import { tokenize, unknownShare } from '../training/corpus';
import { ForwardPass } from '../training/forward';
import { bestCheckpoint, bestParameters } from './checkpointed-training';
import { readTested, type Tested, testFigures } from './compare-figures';
import { loadLabelled } from './labelled-corpus';
import { modelSizeOf, readVocabulary } from './model-size';
import { openParent } from './parent';
import { proveDisjoint, seenByEncoder, seenByRun } from './seen-patients';
import { untrained } from './finetune';

export interface EvaluateRequest extends LongWork {
  readonly home: string;
  readonly run: string;
  /** Another dataset with its labels; null = the run's own test patients. */
  readonly other: {
    readonly dataset: string;
    readonly labels: string;
    /** What to do with patients that the model has seen: refuse them all the same, leave them out, or count them in. */
    readonly seen: 'refuse' | 'leave-out' | 'allow';
  } | null;
}

/** Only intervals are taken from the figures; who shows counts of patients withholds small ones. */
const everyCount = new SmallCells(0);

/** Metrics of a fine-tuned run on its own test patients, or on every labelled patient of another dataset. */
export async function evaluateRun(request: EvaluateRequest): Promise<EvaluationFacts> {
  const run = readRun(request.home, request.run);
  const { manifest, id } = run;
  if (manifest.kind !== 'finetune') {
    throw new UserError(`${id} is a pretraining run; only fine-tuned runs predict a label.`, {
      advice: 'Its own figures are shown by: medbert show ' + id,
    });
  }
  const { other } = request;
  return other ? evaluateElsewhere({ ...request, other }, run, manifest) : evaluateAtHome(run, manifest);
}

/** From the predictions that the run left. */
async function evaluateAtHome(run: RunView, manifest: FinetuneRun): Promise<EvaluationFacts> {
  const { folder, id } = run;
  if (run.state !== 'finished') {
    throw new UserError(`${id} is ${run.state}; it has no test predictions yet.`, {
      advice: `Finish it first: medbert resume ${id}`,
    });
  }
  const tested = await readTested(id, folder, manifest);
  const { overlap } = manifest.disjointness;
  return {
    run: id,
    state: run.state,
    step: bestCheckpoint(folder)?.step ?? 0,
    dataset: manifest.dataset.name,
    patients: 'test',
    unknownCodeShare: null,
    overlap,
    leftOut: 0,
    ...measured(tested),
  };
}

function measured(tested: Tested): ReturnType<typeof evaluate> & { intervals: EvaluationIntervals } {
  const { auprc, brier, logLoss, calibrationSlope, calibrationIntercept } = testFigures(tested, everyCount);
  return {
    ...evaluate(tested.labels, tested.scores),
    intervals: {
      auprc: auprc.ci95,
      brier: brier.ci95,
      logLoss: logLoss.ci95,
      calibrationSlope: calibrationSlope?.ci95 ?? null,
      calibrationIntercept: calibrationIntercept?.ci95 ?? null,
    },
  };
}

type Elsewhere = EvaluateRequest & { readonly other: NonNullable<EvaluateRequest['other']> };

/** On labelled patients of any dataset, whom the model must not have seen. */
async function evaluateElsewhere(
  request: Elsewhere,
  run: RunView,
  manifest: FinetuneRun,
): Promise<EvaluationFacts> {
  const { folder, id } = run;
  const { config } = manifest;
  const dataset = openDataset(request.home, request.other.dataset);
  const file = await readLabels(request.other.labels);
  await checkLabels(file, dataset);
  const patients = await loadLabelled(dataset, file, config, request);
  const { sequences } = patients;
  const seen = await seenBy(request.home, run, request.other.seen === 'allow');
  const everybody = Int32Array.from(sequences.patients.keys());
  const unseen = everybody.filter((patient) => !seen.has(sequences.patients[patient]!));
  const tested = request.other.seen === 'leave-out' ? unseen : everybody;
  const { overlap } = proveDisjoint(
    Array.from(tested, (patient) => sequences.patients[patient]!),
    seen,
    request.other.seen === 'allow',
    'Leave them out with --only-unseen. If other persons happen to have these ids, say so with --allow-seen-patients.',
  );
  if (tested.length === 0) {
    throw new UserError('The model has seen every patient of these labels: nobody is left to test it on.', {
      file: request.other.labels,
    });
  }
  const vocabulary = readVocabulary(folder, manifest);
  const { step, parameters } = bestParameters(folder);
  const size = modelSizeOf(manifest);
  const forward = new ForwardPass(
    openRuntime(manifest.device, { threads: config.threads }),
    (groups) => finetuningEvaluation(size, config.head, groups),
    (name) => parameters.get(name)!,
  );
  try {
    const tokens = tokenize(sequences, vocabulary, size.maxLength);
    const { logit } = await forward.run(tokens, tested, 'mean');
    const labels = Uint8Array.from(tested, (patient) => patients.labels[patient]!);
    return {
      run: id,
      state: run.state,
      step,
      dataset: dataset.name,
      patients: 'labelled',
      unknownCodeShare: unknownShare(tokens, tested),
      overlap,
      leftOut: everybody.length - tested.length,
      ...measured({
        ...{ run: id, manifest, labels },
        patients: Array.from(tested, (patient) => sequences.patients[patient]!),
        // Rounded as the run's own predictions are.
        scores: Float64Array.from(logit!.map((z) => 1 / (1 + Math.exp(-z)))),
      }),
    };
  } finally {
    await forward.close();
  }
}

/** Everybody that shaped the run: its own training and validation patients, and its encoder's (or its vocabulary's). */
async function seenBy(
  home: string,
  { id, folder, manifest }: RunView,
  mayBeIncomplete: boolean,
): Promise<ReadonlySet<string>> {
  const own = await seenByRun(folder);
  if (manifest.kind !== 'finetune') return own;
  const parentId = manifest.from === untrained ? manifest.like : manifest.from;
  if (parentId === null) return own;
  try {
    const parent = openParent(home, parentId);
    return new Set([...own, ...(await seenByEncoder(parent.run.folder, parent.manifest))]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (mayBeIncomplete) return own;
    throw new UserError(
      `The list of patients that the encoder of ${id} has seen cannot be read: ${error.message}`,
      { advice: `Bring ${parentId} back, or accept that it is not checked: --allow-seen-patients` },
      { cause: error },
    );
  }
}
