import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic';
import { onnxruntimeCpu } from '../engine/runtimes/onnxruntime-cpu';
import { openDataset } from '../ehr/dataset';
import { readLabels } from '../ehr/labels';
import { writePool } from '../ehr/predictions';
import { keepLast, loadSequences, type PatientSequences } from '../ehr/sequences';
import { type PatientSplit, splitPatients } from '../ehr/splits';
import { Vocabulary } from '../ehr/vocabulary';
import { initialParameters, type ModelSize } from '../model/parameters';
import { pretrainingParameters } from '../model/pretraining';
import type { PretrainConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import type { PretrainRun } from '../protocol/run';
import { createRun } from '../runs/store';
import { tokenize } from '../training/corpus';
import { PretrainingTask } from '../training/pretraining-task';
import { bestParameters, trainWithCheckpoints } from './checkpointed-training';
import { checkSameDataset, checkSameLabels } from './provenance';
import type { RunContext, RunResult } from './run-context';
import { codeVersion, resolveThreads } from './version';

/** The paper's shares. */
const fractions = { train: 0.7, validation: 0.2, test: 0.1 };

interface Corpus {
  readonly sequences: PatientSequences;
  readonly split: PatientSplit;
  readonly vocabulary: Vocabulary;
}

/** The same patients, split and vocabulary for the same dataset, configuration and exclusions. */
async function openCorpus(
  folder: string,
  config: PretrainConfig,
  exclude: ReadonlySet<string>,
  work: LongWork,
): Promise<Corpus> {
  const all = await loadSequences({ folder }, { ...work, exclude });
  const sequences = keepLast(all, config.maxLength, config.longPatients);
  const split = splitPatients(sequences.patients, fractions, config.seed);
  const source = config.vocabularyFrom === 'all' ? 'all' : split.train;
  return { sequences, split, vocabulary: Vocabulary.fromSequences(sequences, source, config.minCodeCount) };
}

async function excludedPatients(
  file: string | null,
): Promise<{ ids: ReadonlySet<string>; reference: PretrainRun['exclude'] }> {
  if (file === null) return { ids: new Set(), reference: null };
  const labels = await readLabels(file);
  return { ids: new Set(labels.byPatient.keys()), reference: { file, sha256: labels.sha256 } };
}

export interface PretrainRequest extends LongWork {
  readonly home: string;
  readonly dataset: string;
  readonly config: PretrainConfig;
  /** Labels file whose patients are kept out of the pool. */
  readonly exclude: string | null;
  readonly now: () => Date;
}

/** Checks everything that can be checked, then makes the run folder. @throws UserError before anything is written */
export async function createPretrainRun(request: PretrainRequest): Promise<{ id: string; folder: string }> {
  const { home, config } = request;
  if (config.hidden % config.heads !== 0) {
    throw new UserError(`hidden (${config.hidden}) must be a multiple of heads (${config.heads}).`);
  }
  const dataset = openDataset(home, request.dataset);
  const { ids, reference } = await excludedPatients(request.exclude);
  const { split, vocabulary } = await openCorpus(dataset.folder, config, ids, request);
  return createRun(home, {
    kind: 'pretrain',
    createdAt: request.now().toISOString(),
    codeVersion,
    device: 'onnxruntime-cpu',
    dataset: { name: dataset.name, contentHash: dataset.contentHash },
    config: { ...config, threads: resolveThreads(config.threads) },
    exclude: reference,
    split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    vocabulary: vocabulary.size,
  });
}

/** Pretrains Med-BERT on the CPU, from wherever the run stands. */
export async function pretrain(context: RunContext<PretrainRun>): Promise<RunResult> {
  const { home, folder, manifest, journal, progress } = context;
  const { config } = manifest;
  const dataset = openDataset(home, manifest.dataset.name);
  checkSameDataset(manifest, dataset);
  const { ids, reference } = await excludedPatients(manifest.exclude?.file ?? null);
  checkSameLabels(manifest.exclude, reference);
  const { sequences, split, vocabulary } = await openCorpus(dataset.folder, config, ids, context);
  const size: ModelSize = { ...config, vocabulary: vocabulary.size };
  writeFileAtomic(join(folder, 'vocabulary.tsv'), vocabulary.toTsv());
  writeFileAtomic(join(folder, 'config.json'), `${JSON.stringify(size, null, 2)}\n`);
  await writePool(join(folder, 'pool.parquet'), sequences.patients, partOf(sequences.patients.length, split));

  const specs = pretrainingParameters(size);
  const stepsPerEpoch = Math.max(1, Math.ceil(split.train.length / config.batchSize));
  const task = new PretrainingTask(onnxruntimeCpu({ threads: config.threads }), size, config, {
    tokens: tokenize(sequences, vocabulary, config.maxLength),
    longStay: sequences.longStay,
    ...split,
  });
  try {
    const validateEvery = config.validateEvery || stepsPerEpoch;
    const { end, best } = await trainWithCheckpoints(context, {
      task,
      specs,
      initial: () => ({ parameters: initialParameters(specs, config.seed) }),
      validateEvery,
      checkpointEvery: config.checkpointEvery || validateEvery,
      patience: config.patience,
    });
    const result = { end, step: task.learner.step };
    if (end === 'stopped') return result;
    progress({ phase: 'measuring on the test split', done: 0 });
    task.learner.restore(bestParameters(folder));
    const validation = await task.measure(split.validation);
    const test = await task.measure(split.test);
    const values = { ...test };
    journal.append({
      kind: 'metric',
      step: best.step,
      epoch: best.step / stepsPerEpoch,
      split: 'test',
      values,
    });
    writeFileAtomic(
      join(folder, 'metrics.json'),
      `${JSON.stringify({ step: best.step, validation, test }, null, 2)}\n`,
    );
    return result;
  } finally {
    await task.close();
  }
}

/** 0 = training, 1 = validation, 2 = test, by patient. */
function partOf(patients: number, { validation, test }: PatientSplit): Uint8Array {
  const part = new Uint8Array(patients);
  for (const patient of validation) part[patient] = 1;
  for (const patient of test) part[patient] = 2;
  return part;
}
