import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../files/atomic';
import { explainFileError } from '../files/explain';
import { onnxruntimeCpu } from '../engine/runtimes/onnxruntime-cpu';
import { openDataset } from '../ehr/dataset';
import { checkLabels, type Labels, readLabels } from '../ehr/labels';
import { readPool, writePredictions } from '../ehr/predictions';
import { keepLast, loadSequences, type PatientSequences } from '../ehr/sequences';
import { nestedSubset, type PatientSplit, splitStratified } from '../ehr/splits';
import { Vocabulary } from '../ehr/vocabulary';
import { evaluate } from '../metrics/evaluate';
import { matchingParameters, readParameters } from '../model/checkpoint';
import { finetuningParameters } from '../model/finetuning';
import { initialParameters, type ModelSize } from '../model/parameters';
import { type FinetuneConfig, modelConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import type { Evaluation } from '../protocol/evaluation';
import type { LongWork } from '../protocol/progress';
import type { FinetuneRun } from '../protocol/run';
import { listCheckpoints } from '../runs/checkpoints';
import { createRun, readRun, type RunView } from '../runs/store';
import { tokenize } from '../training/corpus';
import { FinetuningTask } from '../training/finetuning-task';
import { bestCheckpoint, bestParameters, trainWithCheckpoints } from './checkpointed-training';
import { checkSameDataset, checkSameLabels } from './provenance';
import type { RunContext, RunResult } from './run-context';
import { codeVersion, resolveThreads } from './version';

/** The paper's shares. */
const fractions = { train: 0.7, validation: 0.1, test: 0.2 };

/** `--from` of a model that was never pretrained: same architecture, random weights. */
export const untrained = 'untrained';

/** A pretraining run that gives a fine-tuning run its vocabulary and sizes, and (unless it is only `like` it) its weights. */
interface Parent {
  readonly run: RunView;
  readonly vocabulary: Vocabulary;
}

function openParent(home: string, id: string): Parent {
  const run = readRun(home, id);
  if (run.manifest.kind !== 'pretrain') {
    throw new UserError(`${run.id} is a fine-tuning run; an encoder comes from a pretraining run.`, {
      advice: 'See the runs with: medbert runs',
    });
  }
  const file = join(run.folder, 'vocabulary.tsv');
  try {
    return { run, vocabulary: Vocabulary.parse(readFileSync(file, 'utf8'), file) };
  } catch (error) {
    throw explainFileError(error, file);
  }
}

interface LabelledCorpus {
  readonly sequences: PatientSequences;
  /** [P] */
  readonly labels: Uint8Array;
  /** Training patients are cut to `trainSize`. */
  readonly split: PatientSplit;
  readonly vocabulary: Vocabulary;
}

/** The same patients, split and vocabulary for the same dataset, labels and configuration. */
async function openLabelledCorpus(
  folder: string,
  labels: Labels,
  config: FinetuneConfig,
  parent: Parent | null,
  work: LongWork,
): Promise<LabelledCorpus> {
  const all = await loadSequences({ folder }, { ...work, labels });
  const sequences = keepLast(all, config.maxLength, config.longPatients);
  const truth = Uint8Array.from(sequences.patients, (id) => labels.byPatient.get(id)!.label);
  const whole = splitStratified(
    sequences.patients,
    truth as ArrayLike<number> as ArrayLike<0 | 1>,
    fractions,
    config.seed,
  );
  const train = config.trainSize > 0 ? nestedSubset(whole.train, truth, config.trainSize) : whole.train;
  const vocabulary = parent?.vocabulary ?? Vocabulary.fromSequences(sequences, train, config.minCodeCount);
  return { sequences, labels: truth, split: { ...whole, train }, vocabulary };
}

/** The proof that no test patient shaped the encoder or its vocabulary. */
async function disjointness(
  parent: Parent | null,
  corpus: LabelledCorpus,
  allowed: boolean,
): Promise<FinetuneRun['disjointness']> {
  const testPatients = corpus.split.test.length;
  if (!parent) return { testPatients, encoderPatients: 0, overlap: 0, allowed };
  const manifest = parent.run.manifest;
  const sawTest = manifest.kind === 'pretrain' && manifest.config.vocabularyFrom === 'all';
  const pool = await readPool(join(parent.run.folder, 'pool.parquet'));
  const seen = (id: string): boolean => {
    const part = pool.get(id);
    return part === 'train' || part === 'validation' || (part === 'test' && sawTest);
  };
  const encoderPatients = [...pool.keys()].filter(seen).length;
  const overlap = corpus.split.test.filter((patient) => seen(corpus.sequences.patients[patient]!)).length;
  if (overlap > 0 && !allowed) {
    throw new UserError(
      `The encoder has seen ${overlap} of the ${testPatients} test patients while it was pretrained.`,
      {
        advice:
          'Pretrain with --exclude LABELS, or state that you accept the leak with --allow-seen-test-patients (it is recorded in run.json).',
      },
    );
  }
  return { testPatients, encoderPatients, overlap, allowed };
}

export interface FinetuneRequest extends LongWork {
  readonly home: string;
  readonly dataset: string;
  readonly labels: string;
  /** A pretraining run or {@link untrained}. */
  readonly from: string;
  /** For an untrained model: the run whose architecture and vocabulary it takes over. */
  readonly like: string | null;
  /** Settings of the caller; sizes of the encoder come from the parent where there is one. */
  readonly config: FinetuneConfig;
  readonly allowSeenTestPatients: boolean;
  readonly now: () => Date;
}

/** Checks everything that can be checked, then makes the run folder. @throws UserError before anything is written */
export async function createFinetuneRun(
  request: FinetuneRequest,
): Promise<{ id: string; folder: string; withoutHistory: number; excluded: number }> {
  const { home, from, like } = request;
  if (from !== untrained && like !== null) {
    throw new UserError('--like goes with --from untrained only.');
  }
  const dataset = openDataset(home, request.dataset);
  const labels = await readLabels(request.labels);
  const { withoutHistory, excluded } = await checkLabels(labels, dataset);
  const parentId = from === untrained ? like : from;
  const parent = parentId === null ? null : openParent(home, parentId);
  const config = parent ? { ...request.config, ...architectureOf(parent) } : request.config;
  if (config.hidden % config.heads !== 0) {
    throw new UserError(`hidden (${config.hidden}) must be a multiple of heads (${config.heads}).`);
  }
  const checkpoint = from === untrained || !parent ? undefined : bestCheckpoint(parent.run.folder);
  if (from !== untrained && !checkpoint) {
    throw new UserError(`${parent!.run.id} has no checkpoint to start from yet.`, {
      advice: 'Wait for its first validation, or resume it.',
    });
  }
  const corpus = await openLabelledCorpus(dataset.folder, labels, config, parent, request);
  const { split, vocabulary } = corpus;
  const run = createRun(home, {
    kind: 'finetune',
    createdAt: request.now().toISOString(),
    codeVersion,
    device: 'onnxruntime-cpu',
    dataset: { name: dataset.name, contentHash: dataset.contentHash },
    config: { ...config, threads: resolveThreads(config.threads) },
    labels: { file: request.labels, sha256: labels.sha256 },
    from: from === untrained ? untrained : parent!.run.id,
    like: from === untrained ? (parent?.run.id ?? null) : null,
    fromStep: checkpoint?.step ?? null,
    split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    vocabulary: vocabulary.size,
    disjointness: await disjointness(parent, corpus, request.allowSeenTestPatients),
  });
  return { ...run, withoutHistory, excluded };
}

function architectureOf({ run }: Parent): Partial<FinetuneConfig> {
  const keys = Object.keys(modelConfig.shape).filter((key) => key !== 'dropout');
  return Object.fromEntries(keys.map((key) => [key, (run.manifest.config as Record<string, unknown>)[key]]));
}

/** Fine-tunes on the CPU, from wherever the run stands, and predicts the test patients with the best checkpoint. */
export async function finetune(context: RunContext<FinetuneRun>): Promise<RunResult> {
  const { home, folder, manifest, journal, progress } = context;
  const { config } = manifest;
  const dataset = openDataset(home, manifest.dataset.name);
  checkSameDataset(manifest, dataset);
  const labels = await readLabels(manifest.labels.file);
  checkSameLabels(manifest.labels, labels);
  const pretrained = manifest.from === untrained ? null : openParent(home, manifest.from);
  const parent = pretrained ?? (manifest.like === null ? null : openParent(home, manifest.like));
  const corpus = await openLabelledCorpus(dataset.folder, labels, config, parent, context);
  const { sequences, split, vocabulary } = corpus;
  const size: ModelSize = { ...config, vocabulary: vocabulary.size };
  writeFileAtomic(join(folder, 'vocabulary.tsv'), vocabulary.toTsv());
  writeFileAtomic(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...size, head: config.head }, null, 2)}\n`,
  );

  const specs = finetuningParameters(size, config.head);
  const stepsPerEpoch = Math.max(1, Math.ceil(split.train.length / config.batchSize));
  const task = new FinetuningTask(onnxruntimeCpu({ threads: config.threads }), size, config, {
    tokens: tokenize(sequences, vocabulary, config.maxLength),
    ...corpus,
    ...split,
  });
  try {
    const validateEvery = config.validateEvery || stepsPerEpoch;
    const { end, best } = await trainWithCheckpoints(context, {
      task,
      specs,
      initial() {
        const parameters = initialParameters(specs, config.seed);
        const inherited = pretrained
          ? readParameters(parentCheckpoint(pretrained, manifest))
          : new Map<string, Float32Array>();
        return { parameters: new Map([...parameters, ...matchingParameters(inherited, specs)]) };
      },
      validateEvery,
      checkpointEvery: config.checkpointEvery || validateEvery,
      patience: config.patience,
    });
    const result = { end, step: task.learner.step };
    if (end === 'stopped') return result;
    progress({ phase: 'predicting the test patients', done: 0 });
    task.learner.restore(bestParameters(folder));
    const evaluation = await predict(folder, task, corpus);
    const values = { auroc: evaluation.auroc, auprc: evaluation.auprc, brier: evaluation.brier };
    journal.append({
      kind: 'metric',
      step: best.step,
      epoch: best.step / stepsPerEpoch,
      split: 'test',
      values,
    });
    writeFileAtomic(
      join(folder, 'metrics.json'),
      `${JSON.stringify({ step: best.step, ...evaluation }, null, 2)}\n`,
    );
    return result;
  } finally {
    await task.close();
  }
}

/** The checkpoint that the run was made from, even if its parent has trained on since. */
function parentCheckpoint({ run }: Parent, { fromStep }: FinetuneRun): string {
  const checkpoint = listCheckpoints(run.folder).find(({ step }) => step === fromStep);
  if (checkpoint) return checkpoint.folder;
  throw new UserError(
    `${run.id} no longer has the checkpoint of step ${fromStep} that this run starts from.`,
    {
      advice: 'Start a new fine-tuning run from its present checkpoint.',
    },
  );
}

/** Writes the predictions of validation and test patients; returns the metrics of the test patients. */
async function predict(
  folder: string,
  task: FinetuningTask,
  { sequences, labels, split }: LabelledCorpus,
): Promise<Evaluation> {
  const chosen = Int32Array.from([...split.validation, ...split.test]);
  const score = (await task.logits(chosen)).map((z) => 1 / (1 + Math.exp(-z)));
  const label = Uint8Array.from(chosen, (patient) => labels[patient]!);
  await writePredictions(join(folder, 'predictions.parquet'), {
    patient: Array.from(chosen, (patient) => sequences.patients[patient]!),
    label,
    score,
    split: Array.from(chosen, (_, i) => (i < split.validation.length ? 'validation' : 'test')),
  });
  return evaluate(label.subarray(split.validation.length), score.subarray(split.validation.length));
}
