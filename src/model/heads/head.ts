import type { Value } from '../../engine/graph';
import type { ParameterSpec } from '../../engine/learner';
import type { Encoder } from '../med-bert';
import type { ModelSize } from '../parameters';

/** A prediction head: what fine-tuning puts on the encoder. One file each, and one line in `heads.ts`. */
export interface Head {
  /** The tensors that it adds. */
  parameters(size: ModelSize): ParameterSpec[];
  /**
   * One logit per patient, [B], from the encoder's token vectors.
   * Patients follow one another as in `encoder.groups`.
   * @param pool gives the mean vector of each patient, [B, D]
   * @param dropout probability while training, 0 for inference
   */
  logit(encoder: Encoder, pool: () => Value, dropout: number): Value;
}
