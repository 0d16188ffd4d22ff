import type { Agreement, DeletionOrder, DeletionTest } from '../protocol/explanation';
import { ofRandom, rankVerb } from '../protocol/risk-words';
import { spearman } from './spearman';

/** Numbers per code that are held against one another. */
export interface Rankings {
  readonly attribution: ArrayLike<number>;
  readonly received: ArrayLike<number>;
  readonly rollout: ArrayLike<number>;
  /** Effect of removing the code; null for a patient of one code. */
  readonly occlusion: ArrayLike<number> | null;
}

/**
 * Rank agreement between attention and attribution, with what it means.
 *
 * @param known places of the codes that the model knows: unknown ones are all the same to it and have no order
 */
export function agreementOf(
  { attribution, received, rollout, occlusion }: Rankings,
  known: readonly number[],
  deletion: DeletionTest | null,
): Agreement {
  const ranked = (values: ArrayLike<number>): number[] => known.map((t) => values[t]!);
  const size = ranked(attribution).map(Math.abs);
  const ranks = {
    attention: spearman(ranked(received), size),
    rollout: spearman(ranked(rollout), size),
    occlusion: occlusion && spearman(ranked(occlusion), ranked(attribution)),
  };
  const sentences = [agreementSentence(ranks.attention, known.length), ...occlusionSentence(ranks.occlusion)];
  if (deletion) {
    sentences.push(
      deletionSentence('with the largest attributions, of either sign,', 'attributionSize', deletion),
    );
    sentences.push(deletionSentence('that attention looks at most', 'attention', deletion));
  }
  return { ...ranks, sentences };
}

/** What a rank correlation between attention and attribution means. */
export function agreementSentence(rho: number | null, codes: number): string {
  if (rho === null) {
    return codes < 3
      ? 'The model knows fewer than three of the codes: there is no order to compare.'
      : 'Attention or attribution is the same for every code, so there is no order to compare.';
  }
  const figures = `(Spearman’s ρ ${minus(rho.toFixed(2))} over ${codes} codes)`;
  const few = codes < 10 ? ' So few codes agree or disagree by chance easily.' : '';
  return `Attention and the size of attributions ${rankVerb(rho)} ${figures}.${few}`;
}

/** A code may raise the risk on the way from [MASK] and yet not be missed when it is removed: others say the same. */
function occlusionSentence(rho: number | null): string[] {
  if (rho === null) return [];
  const figures = `(ρ ${minus(rho.toFixed(2))})`;
  return [`Attributions and what each code changes when it alone is removed ${rankVerb(rho)} ${figures}.`];
}

/** Sizes first: with a hundred orders even a tiny difference beats all of them. */
function deletionSentence(
  which: string,
  order: DeletionOrder,
  { curves, random, removed }: DeletionTest,
): string {
  const { change, changeAboveRandom } = curves[order];
  const codes = removed.length - 1;
  const subject = codes === 1 ? `the code ${which}` : `the ${codes} codes ${which} one by one`;
  const sizes = `moves the log-odds by ${change.toFixed(2)} in the mean, at random by ${random.change.toFixed(2)}`;
  const verdict =
    changeAboveRandom >= 0.95
      ? 'more than'
      : changeAboveRandom > 0.5
        ? 'more than only'
        : 'no more than chance: above';
  return `Removing ${subject} ${sizes}: ${verdict} ${ofRandom(changeAboveRandom, random.orders)}.`;
}

const minus = (text: string): string => text.replace('-', '−');
