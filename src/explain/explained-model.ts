import { OnnxModel } from '../engine/runtimes/onnx-model';
import { throwIfCancelled } from '../protocol/errors';
import { exportOnnx } from '../model/export-onnx';
import type { HeadName } from '../model/heads/heads';
import type { ModelSize } from '../model/parameters';
import type { LongWork } from '../protocol/progress';
import type { AttentionMaps } from './attention-maps';
import type { CodeSequence } from './code-sequence';
import { batchesByLength, padded, usualBounds } from './padded-batches';

/** A prediction with the attention that stands behind it. */
export interface AttendedPrediction {
  /** Log-odds of label 1; null where the model has no prediction head. */
  readonly logit: number | null;
  readonly attention: AttentionMaps;
}

/** Gives the logits of many (edited) patients, in their order. @throws CancelledError */
export type Predict = (patients: readonly CodeSequence<number>[], work?: LongWork) => Promise<Float64Array>;

/** The probability of label 1 for its log-odds. */
export const riskOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

/**
 * A run's exported model on onnxruntime, for one patient with attention and for many without. Its two sessions are
 * opened when they are first needed and then kept.
 */
export class ExplainedModel {
  private readonly sessions = new Map<'attention' | 'prediction', Promise<OnnxModel>>();

  /**
   * @param task `encoder` for a pretraining run: attention alone
   * @param parameters every tensor of the model by name
   * @param threads of the matrix products; as the run has them, so that numbers are those of the run
   */
  constructor(
    private readonly size: ModelSize,
    private readonly task: 'encoder' | HeadName,
    private readonly parameters: ReadonlyMap<string, Float32Array>,
    private readonly threads: number,
  ) {}

  /** Prediction and attention of every layer and head. */
  async attend(patient: CodeSequence<number>): Promise<AttendedPrediction> {
    const { layers, heads, maxLength } = this.size;
    const session = await this.session('attention');
    const inputs = padded([patient], maxLength);
    const length = patient.codes.length;
    const map = (weights: Float32Array): AttentionMaps => ({ layers, heads, length, weights });
    if (this.task === 'encoder') {
      const { attentions } = await session.run(inputs, ['attentions']);
      return { logit: null, attention: map(attentions.data) };
    }
    const { attentions, logit } = await session.run(inputs, ['attentions', 'logit']);
    return { logit: logit.data[0]!, attention: map(attentions.data) };
  }

  /** Logits of any number of patients, in batches of bounded memory. Other work comes in between two batches. */
  readonly predict: Predict = async (patients, { progress, signal } = {}) => {
    if (this.task === 'encoder') throw new Error('A pretraining run predicts no label.');
    const session = await this.session('prediction');
    const logits = new Float64Array(patients.length);
    const lengths = patients.map(({ codes }) => codes.length);
    let done = 0;
    for (const batch of batchesByLength(lengths, usualBounds(this.size.heads))) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The explanation');
      progress?.({ phase: 'predicting', done, total: patients.length, unit: 'records' });
      const inputs = padded(
        batch.map((i) => patients[i]!),
        this.size.maxLength,
      );
      const { logit } = await session.run(inputs, ['logit']);
      batch.forEach((i, b) => (logits[i] = logit.data[b]!));
      done += batch.length;
    }
    return logits;
  };

  async close(): Promise<void> {
    const opened = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of opened) await (await session).close();
  }

  private session(kind: 'attention' | 'prediction'): Promise<OnnxModel> {
    const known = this.sessions.get(kind);
    if (known) return known;
    const { size, task, parameters, threads } = this;
    const bytes = exportOnnx({ size, task, attentions: kind === 'attention', parameters, metadata: {} });
    const opened = OnnxModel.open(bytes, { threads });
    this.sessions.set(kind, opened);
    return opened;
  }
}
