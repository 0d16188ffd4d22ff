import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../files/atomic';
import { openRuntime } from '../engine/runtimes/open-runtime';
import { type OpenDataset, openDataset } from '../ehr/dataset';
import { checkLabels } from '../ehr/label-funnel';
import { type Labels, readLabels } from '../ehr/labels';
import { writePool, writePredictions } from '../ehr/predictions';
import { nestedSubset, type PatientSplit, splitStratified } from '../ehr/splits';
import { Vocabulary } from '../ehr/vocabulary';
import { evaluate } from '../metrics/evaluate';
import { matchingParameters, readParameters } from '../model/checkpoint';
import { finetuningParameters } from '../model/finetuning';
import { encoderParameters, initialParameters } from '../model/parameters';
import type { FinetuneConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import type { Evaluation } from '../protocol/evaluation';
import type { LongWork } from '../protocol/progress';
import type { FinetuneRun } from '../protocol/run';
import { createRun } from '../runs/store';
import { tokenize, unknownShare } from '../training/corpus';
import { FinetuningTask } from '../training/finetuning-task';
import { trainAndMeasure } from './checkpointed-training';
import { type LabelledPatients, loadLabelled } from './labelled-corpus';
import { modelSizeOf } from './model-size';
import { checkpointAt, openParent, type Parent, startingCheckpoint, withArchitectureOf } from './parent';
import { partsOf } from './parts';
import { checkSameDataset, checkSameLabels } from './provenance';
import type { CreatedRun, RunContext, RunResult } from './run-context';
import { poolFile, proveDisjoint, seenByEncoder } from './seen-patients';
import { codeVersion, resolveThreads } from './version';

/** The paper's shares. */
const fractions = { train: 0.7, validation: 0.1, test: 0.2 };

/** `--from` of a model that was never pretrained: same architecture, random weights. */
export const untrained = 'untrained';

interface LabelledCorpus extends LabelledPatients {
  /** Training patients are cut to `trainSize`. */
  readonly split: PatientSplit;
  readonly vocabulary: Vocabulary;
}

/** The same patients, split and vocabulary for the same dataset, labels and configuration. */
async function openLabelledCorpus(
  dataset: OpenDataset,
  labels: Labels,
  config: FinetuneConfig,
  parent: Parent | null,
  work: LongWork,
): Promise<LabelledCorpus> {
  const patients = await loadLabelled(dataset, labels, config, work);
  const { sequences, labels: truth } = patients;
  const whole = splitStratified(
    sequences.patients,
    truth as ArrayLike<number> as ArrayLike<0 | 1>,
    fractions,
    config.seed,
  );
  const train = config.trainSize > 0 ? nestedSubset(whole.train, truth, config.trainSize) : whole.train;
  const vocabulary = parent?.vocabulary ?? Vocabulary.fromSequences(sequences, train, config.minCodeCount);
  return { ...patients, split: { ...whole, train }, vocabulary };
}

export interface FinetuneRequest extends LongWork {
  readonly home: string;
  readonly dataset: string;
  readonly labels: string;
  /** A pretraining run or {@link untrained}. */
  readonly from: string;
  /** For an untrained model: the run whose architecture and vocabulary it takes over. */
  readonly like: string | null;
  readonly config: FinetuneConfig;
  /** Keys of the configuration that the person set. */
  readonly given: ReadonlySet<string>;
  readonly allowSeenTestPatients: boolean;
  readonly now: () => Date;
}

/** Checks everything that can be checked, then makes the run folder. @throws UserError before anything is written */
export async function createFinetuneRun(request: FinetuneRequest): Promise<CreatedRun> {
  const { home, from, like } = request;
  if (from !== untrained && like !== null) throw new UserError('--like goes with --from untrained only.');
  const dataset = openDataset(home, request.dataset);
  const labelsFile = resolve(request.labels);
  const labels = await readLabels(labelsFile);
  const { funnel } = await checkLabels(labels, dataset);
  const parentId = from === untrained ? like : from;
  const parent = parentId === null ? null : openParent(home, parentId);
  const config = parent ? withArchitectureOf(parent, request.config, request.given) : request.config;
  if (config.hidden % config.heads !== 0) {
    throw new UserError(`hidden (${config.hidden}) must be a multiple of heads (${config.heads}).`);
  }
  const checkpoint = from === untrained || !parent ? null : startingCheckpoint(parent);
  const { sequences, split, vocabulary } = await openLabelledCorpus(dataset, labels, config, parent, request);
  const seen = parent ? await seenByEncoder(parent.run.folder, parent.manifest) : new Set<string>();
  const tested = Array.from(split.test, (patient) => sequences.patients[patient]!);
  const run = createRun(home, {
    kind: 'finetune',
    createdAt: request.now().toISOString(),
    codeVersion,
    device: 'onnxruntime-cpu',
    dataset: { name: dataset.name, contentHash: dataset.contentHash },
    config: { ...config, threads: resolveThreads(config.threads) },
    labels: { file: labelsFile, sha256: labels.sha256 },
    from: from === untrained ? untrained : parent!.run.id,
    like: from === untrained ? (parent?.run.id ?? null) : null,
    fromStep: checkpoint?.step ?? null,
    split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    vocabulary: vocabulary.size,
    positions: parent?.manifest.config.maxLength ?? config.maxLength,
    cohort: [...funnel],
    disjointness: proveDisjoint(
      tested,
      seen,
      request.allowSeenTestPatients,
      'Pretrain with --exclude LABELS, or state that you accept the leak with --allow-seen-test-patients (it is recorded in run.json).',
    ),
  });
  const remarks = funnel.map(
    ({ step, patients, positives }) => `${patients} patients (${positives} with label 1) ${step}`,
  );
  if (checkpoint && parent!.run.state !== 'finished') {
    remarks.push(
      `${parent!.run.id} is ${parent!.run.state}, not finished: its encoder of step ${checkpoint.step} is taken.`,
    );
  }
  const unknown = unknownShare(sequences, vocabulary);
  if (parent && unknown >= 0.001) {
    remarks.push(
      `${(100 * unknown).toFixed(1)} % of the codes are not in the vocabulary of ${parent.run.id}.`,
    );
  }
  return { ...run, remarks };
}

/** Fine-tunes from wherever the run stands, and predicts the test patients with the best checkpoint. */
export async function finetune(context: RunContext<FinetuneRun>): Promise<RunResult> {
  const { home, folder, manifest } = context;
  const { config } = manifest;
  const dataset = openDataset(home, manifest.dataset.name);
  checkSameDataset(manifest, dataset);
  const labels = await readLabels(manifest.labels.file);
  checkSameLabels(manifest.labels, labels);
  const pretrained = manifest.from === untrained ? null : openParent(home, manifest.from);
  const parent = pretrained ?? (manifest.like === null ? null : openParent(home, manifest.like));
  const corpus = await openLabelledCorpus(dataset, labels, config, parent, context);
  const { sequences, split, vocabulary } = corpus;
  const size = modelSizeOf(manifest);
  writeFileAtomic(join(folder, 'vocabulary.tsv'), vocabulary.toTsv());
  writeFileAtomic(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...size, head: config.head }, null, 2)}\n`,
  );
  const used = partsOf(split, sequences.patients);
  await writePool(join(folder, poolFile), used.patients, used.parts);

  const specs = finetuningParameters(size, config.head);
  const task = new FinetuningTask(openRuntime(manifest.device, { threads: config.threads }), size, config, {
    tokens: tokenize(sequences, vocabulary, size.maxLength),
    ...corpus,
    ...split,
  });
  return trainAndMeasure(
    context,
    {
      task,
      specs,
      config,
      initial() {
        const parameters = initialParameters(specs, config.seed);
        if (!pretrained) return { parameters };
        const inherited = readParameters(checkpointAt(pretrained, manifest.fromStep).folder);
        return {
          parameters: new Map([...parameters, ...matchingParameters(inherited, encoderParameters(size))]),
        };
      },
    },
    async () => {
      const evaluation = await predict(folder, task, corpus);
      const { auroc, auprc, brier } = evaluation;
      return { results: { evaluation }, figures: { auroc, auprc, brier } };
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
