import { CancelledError, UserError } from '../../protocol/errors';
import type { Glance } from '../../protocol/explanation';
import { type Words, dot } from '../experiments/wording';
import type { Known } from './shared-answers';
import { riskText } from './percentile';
import type { Likeness } from './standing';

/** What is known of a patient whose records are in view. */
export interface LensFacts {
  readonly run: string;
  /** Whether the patient is among those that the run lists; undefined while nobody knows. */
  readonly isKnown: boolean | undefined;
  readonly glance: Known<Glance> | undefined;
  /** How the records in view stand to those of the run; undefined without a glance. */
  readonly likeness: Likeness | undefined;
}

/** What a lens says, and whether a click leads to the patient. */
export interface LensTitle {
  readonly title: string;
  readonly opens: boolean;
  readonly tooltip?: string;
}

const longest = 90;

/**
 * The lens of a patient: `Explain · risk 0.73 (87th percentile)`. A number stands there only where the records in
 * view are those that the run has read.
 */
export function lensTitle({ run, isKnown, glance, likeness }: LensFacts, l10n: Words): LensTitle {
  const explain = l10n.t('Explain');
  const tooltip = l10n.t('By {0}', run);
  // A fine-tuned run lists whom it has a label of: of anybody else nobody knows before a click has them looked for. In
  // many files that is most of the patients, so their lenses say no more than that.
  if (isKnown === false && glance === undefined) {
    const why = l10n.t('Not among the patients of {0}: without a label there, or not in its dataset.', run);
    return { title: explain, opens: true, tooltip: why };
  }
  if (glance === undefined) return { title: explain, opens: true, tooltip };
  if ('error' in glance) {
    if (glance.error instanceof CancelledError) return { title: explain, opens: true, tooltip };
    return { title: [explain, troubleText(glance.error, l10n)].join(dot), opens: true, tooltip };
  }
  if (likeness === 'differs') {
    return {
      title: [explain, l10n.t('these records differ from those in the dataset of the run')].join(dot),
      opens: true,
      tooltip: l10n.t(
        'This file is not what {0} was trained on, or has changed since: its figures would not be about these records.',
        run,
      ),
    };
  }
  const { answer } = glance;
  const isSeen = answer.part === 'train' || answer.part === 'validation';
  const seen = answer.part === 'train' ? l10n.t('trained on this patient') : l10n.t('tuned on this patient');
  const facts = [explain, riskText(answer, l10n), isSeen ? seen : undefined];
  if (likeness !== 'same') return { title: explain, opens: true, tooltip: unconfirmed(run, l10n) };
  return { title: facts.filter((fact) => fact !== undefined).join(dot), opens: true, tooltip };
}

function unconfirmed(run: string, l10n: Words): string {
  return l10n.t('None of the records in view is among those that {0} reads of this patient.', run);
}

/** Why there is no answer, in a line. */
export function troubleText(error: unknown, l10n: Words): string {
  if (!(error instanceof UserError)) return l10n.t('a bug in Med-BERT Explorer, see its log');
  const text = error.message.replace(/\s+/g, ' ');
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
