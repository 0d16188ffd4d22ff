import { CpuLearner } from '../engine/cpu-learner';
import { defaultAdamW } from '../engine/learner';
import type { Runtime } from '../engine/runtimes/runtime';
import { auroc } from '../metrics/auroc';
import { finetuningEvaluation, finetuningParameters, finetuningProgram } from '../model/finetuning';
import type { ModelSize } from '../model/parameters';
import type { FinetuneConfig } from '../protocol/config';
import { packBatch, type TokenizedPatients } from './batch';
import { EpochOrder, microBatches } from './epochs';
import { ForwardPass } from './forward';
import { meanLogLoss } from './log-loss';
import { scheduleOf } from './schedule';
import type { TrainingFigures, TrainingTask } from './trainer';

/** Labelled patients, censored at their index dates. Indices are into `tokens`. */
export interface FinetuningData {
  readonly tokens: TokenizedPatients;
  /** [P] */
  readonly labels: Uint8Array;
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Fine-tuning of encoder and head for a binary outcome as a {@link TrainingTask}. */
export class FinetuningTask implements TrainingTask {
  readonly learner: CpuLearner;
  readonly schedule;
  private readonly order: EpochOrder;
  private readonly forward: ForwardPass;

  constructor(
    runtime: Runtime,
    size: ModelSize,
    private readonly config: FinetuneConfig,
    private readonly data: FinetuningData,
  ) {
    const { seed, weightDecay, clip, batchSize, head } = config;
    this.learner = new CpuLearner(
      runtime,
      finetuningParameters(size, head),
      (groups) => finetuningProgram(size, head, groups),
      { ...defaultAdamW, weightDecay, clip },
      seed,
    );
    this.schedule = scheduleOf(config, data.train.length);
    this.order = new EpochOrder(data.train, batchSize, seed);
    this.forward = new ForwardPass(
      runtime,
      (groups) => finetuningEvaluation(size, head, groups),
      (name) => this.learner.parameter(name),
    );
  }

  batches(step: number): ReturnType<TrainingTask['batches']> {
    const { epoch, patients } = this.order.at(step);
    let tokens = 0;
    const batches = microBatches(patients, this.config.accumulate).map((part) => {
      const batch = packBatch(this.data.tokens, part);
      tokens += batch.lengths.reduce((a, b) => a + b, 0);
      batch.feeds
        .set(
          'label',
          Float32Array.from(batch.patients, (patient) => this.data.labels[patient]!),
        )
        .set('weight', new Float32Array(part.length).fill(1 / patients.length));
      return batch;
    });
    return { epoch, patients: patients.length, tokens, batches };
  }

  figures(monitors: readonly ReadonlyMap<string, Float32Array>[]): TrainingFigures {
    return { loss: monitors.reduce((sum, m) => sum + m.get('loss')![0]!, 0) };
  }

  async validate(): Promise<{ figures: Record<string, number | null>; score: number }> {
    const { validation, labels } = this.data;
    const logits = await this.logits(validation);
    const truth = Uint8Array.from(validation, (patient) => labels[patient]!);
    const score = auroc(truth, logits);
    return { figures: { loss: meanLogLoss(logits, truth), auroc: score }, score };
  }

  /** Logit of each patient, [chosen]. */
  async logits(chosen: Int32Array): Promise<Float64Array> {
    return (await this.forward.run(this.data.tokens, chosen, 'mean'))['logit']!;
  }

  async close(): Promise<void> {
    await this.forward.close();
    await this.learner.close();
  }
}
