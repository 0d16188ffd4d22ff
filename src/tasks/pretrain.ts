import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../files/atomic';
import { openRuntime } from '../engine/runtimes/open-runtime';
import { type OpenDataset, openDataset } from '../ehr/dataset';
import { excludeLabelled } from '../ehr/label-standing';
import { readLabels } from '../ehr/labels';
import { writePool } from '../ehr/predictions';
import { keepLast } from '../ehr/shortening';
import { loadSequences, type PatientSequences } from '../ehr/sequences';
import { type PatientSplit, splitPatients } from '../ehr/splits';
import { Vocabulary } from '../ehr/vocabulary';
import { initialParameters } from '../model/parameters';
import { pretrainingParameters } from '../model/pretraining';
import type { PretrainConfig } from '../protocol/config';
import type { LongWork } from '../protocol/progress';
import type { PretrainRun } from '../protocol/run';
import { createRun } from '../runs/store';
import { tokenize } from '../training/corpus';
import { PretrainingTask } from '../training/pretraining-task';
import { trainAndMeasure } from './checkpointed-training';
import { checkHeads, modelSizeOf } from './model-size';
import { partsOf } from './parts';
import { checkSameDataset, checkSameLabels } from './provenance';
import type { CreatedRun, RunContext, RunResult } from './run-context';
import { poolFile } from './seen-patients';
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

interface Exclusion {
  readonly ids: ReadonlySet<string>;
  readonly reference: PretrainRun['exclude'];
}

async function readExclusion(file: string | null, dataset: OpenDataset): Promise<Exclusion> {
  if (file === null) return { ids: new Set(), reference: null };
  const labels = await readLabels(file);
  const { ids, matched } = await excludeLabelled(labels, dataset);
  return { ids, reference: { file, sha256: labels.sha256, matched } };
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
export async function createPretrainRun(request: PretrainRequest): Promise<CreatedRun> {
  const { home, config } = request;
  checkHeads(config);
  const dataset = openDataset(home, request.dataset);
  const { ids, reference } = await readExclusion(request.exclude && resolve(request.exclude), dataset);
  const { split, vocabulary } = await openCorpus(dataset.folder, config, ids, request);
  const run = createRun(home, {
    kind: 'pretrain',
    createdAt: request.now().toISOString(),
    codeVersion,
    device: 'onnxruntime-cpu',
    dataset: { name: dataset.name, contentHash: dataset.contentHash },
    config: { ...config, threads: resolveThreads(config.threads) },
    exclude: reference,
    split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    vocabulary: vocabulary.size,
    vocabularySha256: vocabulary.hash(),
  });
  const remarks =
    reference === null ? [] : [`${reference.matched} labelled patients are kept out of the pool.`];
  return { ...run, remarks };
}

/** Pretrains Med-BERT from wherever the run stands, and measures the best checkpoint on the pool's test split. */
export async function pretrain(context: RunContext<PretrainRun>): Promise<RunResult> {
  const { home, folder, manifest } = context;
  const { config } = manifest;
  const dataset = openDataset(home, manifest.dataset.name);
  checkSameDataset(manifest, dataset);
  const { ids, reference } = await readExclusion(manifest.exclude?.file ?? null, dataset);
  checkSameLabels(manifest.exclude, reference);
  const { sequences, split, vocabulary } = await openCorpus(dataset.folder, config, ids, context);
  const size = modelSizeOf(manifest);
  writeFileAtomic(join(folder, 'vocabulary.tsv'), vocabulary.toTsv());
  writeFileAtomic(join(folder, 'config.json'), `${JSON.stringify(size, null, 2)}\n`);
  const used = partsOf(split, sequences.patients);
  await writePool(join(folder, poolFile), used.patients, used.parts);

  const specs = pretrainingParameters(size);
  const task = new PretrainingTask(openRuntime(manifest.device, { threads: config.threads }), size, config, {
    tokens: tokenize(sequences, vocabulary, config.maxLength),
    longStay: sequences.longStay,
    ...split,
  });
  return trainAndMeasure(
    context,
    { task, specs, config, initial: () => ({ parameters: initialParameters(specs, config.seed) }) },
    async () => {
      const test = { ...(await task.measure(split.test)) };
      return { results: { test }, figures: test };
    },
  );
}
