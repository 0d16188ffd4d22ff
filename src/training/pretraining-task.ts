import { CpuLearner } from '../engine/cpu-learner';
import { defaultAdamW } from '../engine/learner';
import type { Runtime } from '../engine/runtimes/runtime';
import { auroc } from '../metrics/auroc';
import type { ModelSize } from '../model/parameters';
import { pretrainingEvaluation, pretrainingParameters, pretrainingProgram } from '../model/pretraining';
import type { PretrainConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import { type PackedBatch, packBatch, type TokenizedPatients } from './batch';
import { EpochOrder, microBatches } from './epochs';
import { ForwardPass } from './forward';
import { meanLogLoss } from './log-loss';
import { maskCodes } from './masking';
import { scheduleOf } from './schedule';
import type { TrainingFigures, TrainingTask } from './trainer';

/** Patients to pretrain on. Indices are into `tokens`. */
export interface PretrainingData {
  readonly tokens: TokenizedPatients;
  /** 1 when the patient had a prolonged stay, [P] */
  readonly longStay: Uint8Array;
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Validation draws its masks once and for all, so that its figures can be compared over a run. */
const validationEpoch = 0xffff_ffff;

/** Figures of both tasks on some patients, without dropout. Null where there is nothing to measure by. */
export interface PretrainingFigures {
  readonly patients: number;
  /** Patients with a masked code: those without a code of the vocabulary have none. */
  readonly masked: number;
  readonly mlmLoss: number | null;
  readonly losLoss: number | null;
  /** The weighted sum of those losses that are there. */
  readonly loss: number | null;
  readonly mlmAccuracy: number | null;
  /** Null also when only one class is there. */
  readonly losAuroc: number | null;
}

const unmeasured: PretrainingFigures = {
  patients: 0,
  masked: 0,
  mlmLoss: null,
  losLoss: null,
  loss: null,
  mlmAccuracy: null,
  losAuroc: null,
};

function nothingToValidate(): UserError {
  return new UserError('There is no validation patient that pretraining could be judged by.', {
    advice: 'Use more patients, or lower minCodeCount so that their codes get into the vocabulary.',
  });
}

/** Med-BERT's pretraining as a {@link TrainingTask}. */
export class PretrainingTask implements TrainingTask {
  readonly learner: CpuLearner;
  readonly schedule;
  private readonly order: EpochOrder;
  private readonly forward: ForwardPass;

  constructor(
    runtime: Runtime,
    private readonly size: ModelSize,
    private readonly config: PretrainConfig,
    private readonly data: PretrainingData,
  ) {
    const { seed, weightDecay, clip, batchSize } = config;
    this.learner = new CpuLearner(
      runtime,
      pretrainingParameters(size),
      (groups) => pretrainingProgram(size, groups),
      { ...defaultAdamW, weightDecay, clip },
      seed,
    );
    this.schedule = scheduleOf(config, data.train.length);
    this.order = new EpochOrder(data.train, batchSize, seed);
    this.forward = new ForwardPass(
      runtime,
      (groups) => pretrainingEvaluation(size, groups),
      (name) => this.learner.parameter(name),
    );
  }

  batches(step: number): ReturnType<TrainingTask['batches']> {
    const { seed, masking, accumulate, losWeight } = this.config;
    const { epoch, patients } = this.order.at(step);
    const batches = microBatches(patients, accumulate).map((part) => {
      const batch = packBatch(this.data.tokens, part, this.size.losReads);
      const masked = maskCodes(batch, {
        seed,
        epoch: masking === 'frozen' ? 0 : epoch,
        vocabulary: this.size.vocabulary,
      });
      return { batch, masked };
    });
    // Weights are normalised over the whole step, so accumulation changes no gradient.
    const masked = batches.reduce((sum, part) => sum + part.masked, 0);
    let tokens = 0;
    for (const { batch } of batches) {
      tokens += batch.lengths.reduce((a, b) => a + b, 0);
      const weights = batch.feeds.get('maskedWeight') as Float32Array;
      batch.feeds
        .set(
          'maskedWeight',
          weights.map((weight) => weight / Math.max(1, masked)),
        )
        .set('losLabel', this.longStays(batch))
        .set('losWeight', new Float32Array(batch.patients.length).fill(losWeight / patients.length));
    }
    return { epoch, patients: patients.length, tokens, batches: batches.map(({ batch }) => batch) };
  }

  figures(monitors: readonly ReadonlyMap<string, Float32Array>[]): TrainingFigures {
    const total = (name: string): number => monitors.reduce((sum, m) => sum + m.get(name)![0]!, 0);
    const { losWeight } = this.config;
    const mlmLoss = total('mlmLoss');
    const weighted = total('losLoss');
    return {
      loss: mlmLoss + weighted,
      mlmLoss,
      losLoss: losWeight > 0 ? weighted / losWeight : 0,
      mlmAccuracy: total('mlmAccuracy'),
    };
  }

  async validate(): Promise<{ figures: Record<string, number | null>; score: number }> {
    const most = this.config.validationPatients;
    const chosen = most > 0 ? this.data.validation.subarray(0, most) : this.data.validation;
    const figures = await this.measure(chosen);
    if (figures.loss === null) throw nothingToValidate();
    return { figures: { ...figures }, score: -figures.loss };
  }

  /** Figures on any patients, with the masks of validation. */
  async measure(chosen: Int32Array): Promise<PretrainingFigures> {
    const { seed, losWeight } = this.config;
    if (chosen.length === 0) return unmeasured;
    const weights = new Map<number, number>();
    const { maskedCode, hit, losLogit } = (await this.forward.run(
      this.data.tokens,
      chosen,
      this.size.losReads,
      (batch) => {
        maskCodes(batch, { seed, epoch: validationEpoch, vocabulary: this.size.vocabulary });
        const weight = batch.feeds.get('maskedWeight')!;
        batch.patients.forEach((patient, b) => weights.set(patient, weight[b]!));
      },
    )) as Record<'maskedCode' | 'hit' | 'losLogit', Float64Array>;
    const labels = Uint8Array.from(chosen, (patient) => this.data.longStay[patient]!);
    const weight = Float64Array.from(chosen, (patient) => weights.get(patient)!);
    const masked = weight.reduce((a, b) => a + b, 0);
    const mean = (values: Float64Array): number | null =>
      masked === 0 ? null : values.reduce((sum, x, i) => sum + x * weight[i]!, 0) / masked;
    const losLoss = meanLogLoss(losLogit, labels);
    const mlmLoss = mean(maskedCode);
    const positives = labels.reduce((a, b) => a + b, 0);
    const nothing = mlmLoss === null && losWeight === 0;
    return {
      patients: chosen.length,
      masked,
      mlmLoss,
      losLoss,
      loss: nothing ? null : (mlmLoss ?? 0) + losWeight * losLoss,
      mlmAccuracy: mean(hit),
      losAuroc: positives > 0 && positives < labels.length ? auroc(labels, losLogit) : null,
    };
  }

  async close(): Promise<void> {
    await this.forward.close();
    await this.learner.close();
  }

  private longStays(batch: PackedBatch): Float32Array {
    return Float32Array.from(batch.patients, (patient) => this.data.longStay[patient]!);
  }
}
