import { epochDay } from './epoch-day';
import type { Labels } from './labels';

/** Which patients, and how much of each, is read from a dataset. */
export interface SequenceSelection {
  /** Ids of patients to leave out. */
  readonly exclude?: ReadonlySet<string>;
  /** Keep labelled patients only, and of each only visits discharged strictly before the index date. */
  readonly labels?: Labels;
}

const everything = 0x7fff_ffff;
const nothing = -0x8000_0000;

/**
 * First day (since 1970-01-01) of each patient from which on a selection hides discharges, `ids` in their order.
 * A stay that reaches to this day is hidden whole, because its diagnoses are coded at discharge.
 */
export function censoringDays(ids: readonly string[], { exclude, labels }: SequenceSelection): Int32Array {
  return Int32Array.from(ids, (id) => {
    if (exclude?.has(id)) return nothing;
    if (labels === undefined) return everything;
    const label = labels.byPatient.get(id);
    return label === undefined ? nothing : epochDay(label.indexDate)!;
  });
}
