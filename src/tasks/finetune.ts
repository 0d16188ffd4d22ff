import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../files/atomic';
import { openRuntime } from '../engine/runtimes/open-runtime';
import { type OpenDataset, openDataset } from '../ehr/dataset';
import { checkLabels, type FunnelStep } from '../ehr/label-funnel';
import { type Labels, readLabels } from '../ehr/labels';
import { writePool, writePredictions } from '../ehr/predictions';
import type { PatientSplit } from '../ehr/splits';
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
import { latestCheckpoint } from '../runs/checkpoints';
import { createRun } from '../runs/store';
import { tokenize, unknownShare } from '../training/corpus';
import { FinetuningTask } from '../training/finetuning-task';
import { trainAndMeasure } from './checkpointed-training';
import { type LabelledPatients, loadLabelled, splitLabelled } from './labelled-corpus';
import { checkHeads, modelSizeOf, readVocabulary } from './model-size';
import { checkpointAt, openParent, startingCheckpoint, withArchitectureOf } from './parent';
import { partsOf } from './parts';
import { checkSameDataset, checkSameLabels } from './provenance';
import type { CreatedRun, RunContext, RunResult } from './run-context';
import { poolFile, proveDisjoint, seenByEncoder } from './seen-patients';
import { codeVersion, resolveThreads } from './version';

/** `--from` of a model that was never pretrained: same architecture, random weights. */
export const untrained = 'untrained';

interface LabelledCorpus extends LabelledPatients {
  /** Training patients are cut to `trainSize`. */
  readonly split: PatientSplit;
  readonly vocabulary: Vocabulary;
}

/**
 * The same patients, split and vocabulary for the same dataset, labels and configuration.
 * @param inherited the vocabulary of the encoder; null = made from the training patients
 */
async function openLabelledCorpus(
  dataset: OpenDataset,
  labels: Labels,
  config: FinetuneConfig,
  inherited: Vocabulary | null,
  work: LongWork,
): Promise<LabelledCorpus> {
  const patients = await loadLabelled(dataset, labels, config, work);
  const split = splitLabelled(patients, config);
  const vocabulary =
    inherited ?? Vocabulary.fromSequences(patients.sequences, split.train, config.minCodeCount);
  return { ...patients, split, vocabulary };
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
  checkHeads(config);
  const checkpoint = from === untrained || !parent ? null : startingCheckpoint(parent);
  const corpus = await openLabelledCorpus(dataset, labels, config, parent?.vocabulary ?? null, request);
  const { sequences, split, vocabulary } = corpus;
  const cohort = [...funnel, ...shortEnough(corpus, config, funnel.at(-1)!.patients)];
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
    vocabularySha256: vocabulary.hash(),
    positions: parent?.manifest.config.maxLength ?? config.maxLength,
    cohort,
    disjointness: proveDisjoint(
      tested,
      seen,
      request.allowSeenTestPatients,
      'Pretrain with --exclude LABELS, or state that you accept the leak with --allow-seen-test-patients (it is recorded in run.json).',
    ),
  });
  const remarks = cohort.map(
    ({ step, patients, positives }) => `${patients} patients (${positives} with label 1) ${step}`,
  );
  if (checkpoint && parent!.run.state !== 'finished') {
    remarks.push(
      `${parent!.run.id} is ${parent!.run.state}, not finished: its encoder of step ${checkpoint.step} is taken.`,
    );
  }
  const tokens = tokenize(sequences, vocabulary, config.maxLength);
  const unknown = unknownShare(tokens, sequences.patients.keys());
  if (parent && unknown >= 0.001) {
    remarks.push(
      `${(100 * unknown).toFixed(1)} % of the codes are not in the vocabulary of ${parent.run.id}.`,
    );
  }
  return { ...run, remarks };
}

/** A last step of the funnel where over-long patients are dropped rather than cut. */
function shortEnough(
  { sequences, labels }: LabelledPatients,
  { longPatients, maxLength }: FinetuneConfig,
  before: number,
): FunnelStep[] {
  const patients = sequences.patients.length;
  if (longPatients !== 'drop' || patients === before) return [];
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return [{ step: `with at most ${maxLength} codes`, patients, positives }];
}

/** Fine-tunes from wherever the run stands, and predicts the test patients with the best checkpoint. */
export async function finetune(context: RunContext<FinetuneRun>): Promise<RunResult> {
  const { home, folder, manifest } = context;
  const { config } = manifest;
  const dataset = openDataset(home, manifest.dataset.name);
  checkSameDataset(manifest, dataset);
  const labels = await readLabels(manifest.labels.file);
  checkSameLabels(manifest.labels, labels);
  const parentId = manifest.from === untrained ? manifest.like : manifest.from;
  // A run that has a checkpoint needs nothing of its parent any more.
  const begun = latestCheckpoint(folder) !== undefined;
  const parent = parentId === null || begun ? null : openParent(home, parentId);
  const inherited = begun ? readVocabulary(folder, manifest) : (parent?.vocabulary ?? null);
  const corpus = await openLabelledCorpus(dataset, labels, config, inherited, context);
  const { sequences, split, vocabulary } = corpus;
  const size = modelSizeOf(manifest);
  writeFileAtomic(join(folder, 'vocabulary.tsv'), vocabulary.toTsv());
  writeFileAtomic(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...size, maxLength: config.maxLength, positions: size.maxLength, head: config.head }, null, 2)}\n`,
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
        if (!parent || manifest.from === untrained) return { parameters };
        const encoder = readParameters(checkpointAt(parent, manifest.fromStep).folder);
        return {
          parameters: new Map([...parameters, ...matchingParameters(encoder, encoderParameters(size))]),
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
