import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError } from '../files/explain';
import { onnxruntimeCpu } from '../engine/runtimes/onnxruntime-cpu';
import { openDataset } from '../ehr/dataset';
import { readLabels, checkLabels } from '../ehr/labels';
import { readPredictions } from '../ehr/predictions';
import { keepLast, loadSequences } from '../ehr/sequences';
import { Vocabulary } from '../ehr/vocabulary';
import { evaluate } from '../metrics/evaluate';
import { finetuningEvaluation } from '../model/finetuning';
import { UserError } from '../protocol/errors';
import type { Evaluation } from '../protocol/evaluation';
import type { LongWork } from '../protocol/progress';
import { readRun } from '../runs/store';
import { tokenize } from '../training/corpus';
import { ForwardPass } from '../training/forward';
import { UNK } from '../training/masking';
import { bestParameters } from './checkpointed-training';

export interface EvaluateRequest extends LongWork {
  readonly home: string;
  readonly run: string;
  /** Another dataset with its labels; null = the run's own test patients. */
  readonly other: { readonly dataset: string; readonly labels: string } | null;
}

export interface RunEvaluation extends Evaluation {
  readonly run: string;
  readonly dataset: string;
  /** Share of codes that the run's vocabulary lacks; null for the run's own test patients. */
  readonly unknownCodeShare: number | null;
}

/** Metrics of a fine-tuned run on its own test patients, or on every labelled patient of another dataset. */
export async function evaluateRun(request: EvaluateRequest): Promise<RunEvaluation> {
  const run = readRun(request.home, request.run);
  const { manifest, folder, id } = run;
  if (manifest.kind !== 'finetune') {
    throw new UserError(`${id} is a pretraining run; only fine-tuned runs predict a label.`, {
      advice: 'Its own figures are shown by: medbert show ' + id,
    });
  }
  if (!request.other) {
    if (run.state !== 'finished') {
      throw new UserError(`${id} is ${run.state}; it has no test predictions yet.`, {
        advice: `Finish it first: medbert resume ${id}`,
      });
    }
    const { split, label, score } = await readPredictions(join(folder, 'predictions.parquet'));
    const test = Uint32Array.from(split.keys()).filter((i) => split[i] === 'test');
    const metrics = evaluate(
      Uint8Array.from(test, (i) => label[i]!),
      Float64Array.from(test, (i) => score[i]!),
    );
    return { run: id, dataset: manifest.dataset.name, unknownCodeShare: null, ...metrics };
  }
  const { config } = manifest;
  const dataset = openDataset(request.home, request.other.dataset);
  const labels = await readLabels(request.other.labels);
  await checkLabels(labels, dataset);
  const sequences = keepLast(
    await loadSequences(dataset, { ...request, labels }),
    config.maxLength,
    config.longPatients,
  );
  const vocabulary = readVocabulary(folder);
  const { parameters } = bestParameters(folder);
  const size = { ...config, vocabulary: vocabulary.size };
  const forward = new ForwardPass(
    onnxruntimeCpu({ threads: config.threads }),
    (groups) => finetuningEvaluation(size, config.head, groups),
    (name) => parameters.get(name)!,
  );
  try {
    const tokens = tokenize(sequences, vocabulary, config.maxLength);
    const everybody = Int32Array.from(sequences.patients.keys());
    const { logit } = await forward.run(tokens, everybody, 'mean');
    const truth = Uint8Array.from(sequences.patients, (patient) => labels.byPatient.get(patient)!.label);
    const unknown = tokens.ids.reduce((count, code) => count + Number(code === UNK), 0);
    return {
      run: id,
      dataset: dataset.name,
      unknownCodeShare: unknown / Math.max(1, tokens.ids.length),
      ...evaluate(
        truth,
        logit!.map((z) => 1 / (1 + Math.exp(-z))),
      ),
    };
  } finally {
    await forward.close();
  }
}

/** The vocabulary that a run was made with. */
export function readVocabulary(folder: string): Vocabulary {
  const file = join(folder, 'vocabulary.tsv');
  try {
    return Vocabulary.parse(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw explainFileError(error, file);
  }
}
