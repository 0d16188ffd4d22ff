import type { Agreement, DeletionTest } from '../protocol/explanation';
import { spearman } from './spearman';

/** Numbers per code that are held against one another. */
export interface Rankings {
  readonly attribution: ArrayLike<number>;
  readonly received: ArrayLike<number>;
  readonly rollout: ArrayLike<number>;
  /** Effect of removing the code; null for a patient of one code. */
  readonly occlusion: ArrayLike<number> | null;
}

/** Rank agreement between attention and attribution, with what it means. */
export function agreementOf(
  { attribution, received, rollout, occlusion }: Rankings,
  deletion: DeletionTest | null,
): Agreement {
  const size = Float64Array.from(attribution, Math.abs);
  const ranks = {
    attention: spearman(received, size),
    rollout: spearman(rollout, size),
    occlusion: occlusion && spearman(occlusion, attribution),
  };
  const sentences = [agreementSentence(ranks.attention, attribution.length)];
  if (deletion) {
    const { attention, attribution: byAttribution } = deletion.curves;
    sentences.push(deletionSentence('the attribution names', byAttribution.changeAboveRandom));
    sentences.push(deletionSentence('attention looks at most', attention.changeAboveRandom));
  }
  return { ...ranks, sentences };
}

/** What a rank correlation between attention and attribution means. */
export function agreementSentence(rho: number | null, codes: number): string {
  if (rho === null) {
    return codes < 3
      ? 'With fewer than three codes there is no order to compare.'
      : 'Attention or attribution is the same for every code, so there is no order to compare.';
  }
  const figures = `(Spearman’s ρ ${rho.toFixed(2).replace('-', '−')} over ${codes} codes)`;
  const few = codes < 10 ? ' So few codes agree or disagree by chance easily.' : '';
  if (rho <= -0.4) {
    return `Attention and attribution contradict each other: the codes most looked at moved the prediction least ${figures}.${few}`;
  }
  const how = rho < 0.4 ? 'weakly, if at all' : rho < 0.7 ? 'partly' : 'well';
  return `Attention and attribution agree ${how} ${figures}.${few}`;
}

/** @param beaten share of random orders that change the prediction less */
function deletionSentence(which: string, beaten: number): string {
  const share = `${Math.round(100 * beaten)} % of random removals`;
  if (beaten >= 0.95) return `Removing the codes that ${which} changes the prediction more than ${share}.`;
  if (beaten <= 0.5) {
    return `Removing the codes that ${which} changes the prediction no more than removing codes at random (more than ${share}).`;
  }
  return `Removing the codes that ${which} changes the prediction somewhat more than chance (more than ${share}).`;
}
