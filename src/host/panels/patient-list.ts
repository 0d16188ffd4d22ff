import type { PatientEntry } from '../../protocol/explanation';
import type { Outcome, PatientFilter, PatientList } from '../../protocol/panels/patient';

/** The patients of a run in the order in which a panel steps through them: by falling risk, without risks by id. */
export class Roster {
  readonly #entries: readonly PatientEntry[];
  /** Tenth of the test patients' risks that a patient's lies in, 1 = lowest. */
  readonly #deciles = new Map<string, number>();
  readonly #rate: number | null;
  readonly #predicted: number;
  #found: { readonly key: string; readonly entries: readonly PatientEntry[] } | undefined;

  /** @param minimumCellCount fewer cases, or controls, than this give no rate */
  constructor(entries: readonly PatientEntry[], minimumCellCount: number) {
    this.#entries = [...entries].sort(
      (a, b) => (b.risk ?? -1) - (a.risk ?? -1) || (a.patient < b.patient ? -1 : 1),
    );
    const predicted = this.#entries.filter(({ risk }) => risk !== null);
    this.#predicted = predicted.length;
    const tested = predicted.flatMap(({ part, risk }) => (part === 'test' ? [risk!] : [])).reverse();
    for (const { patient, risk } of predicted) {
      if (tested.length > 0) this.#deciles.set(patient, tenthOf(risk!, tested));
    }
    const labels = entries.flatMap(({ part, label }) => (part === 'test' && label !== null ? [label] : []));
    const cases = labels.filter((label) => label === 1).length;
    const fewest = Math.max(1, Math.min(cases, labels.length - cases));
    this.#rate = fewest < minimumCellCount || cases === 0 ? null : cases / labels.length;
  }

  /** @param withCode who has the code that the filter names; undefined when it names none */
  list(filter: PatientFilter, withCode: ReadonlySet<string> | undefined, shown: string | null): PatientList {
    const found = this.#suiting(filter, withCode);
    const place = found.findIndex(({ patient }) => patient === shown);
    return {
      total: this.#entries.length,
      predicted: this.#predicted,
      found: found.length,
      place: place < 0 ? null : place,
      rate: this.#rate,
      entries: found.slice(0, filter.limit),
    };
  }

  /** Who follows a patient, or comes before; the first of the list when it is not in there. */
  neighbour(
    filter: PatientFilter,
    withCode: ReadonlySet<string> | undefined,
    shown: string | null,
    by: 1 | -1,
  ): string | undefined {
    const found = this.#suiting(filter, withCode);
    const place = found.findIndex(({ patient }) => patient === shown);
    return found[place < 0 ? 0 : place + by]?.patient;
  }

  #suiting(filter: PatientFilter, withCode: ReadonlySet<string> | undefined): readonly PatientEntry[] {
    const key = JSON.stringify([{ ...filter, limit: 0 }, withCode?.size]);
    if (this.#found?.key === key) return this.#found.entries;
    const search = filter.search.trim().toLowerCase();
    const entries = this.#entries.filter(
      (entry) =>
        (filter.part === 'all' || entry.part === filter.part) &&
        (filter.outcome === 'all' || outcomeOf(entry, filter.threshold) === filter.outcome) &&
        (filter.decile === null || this.#deciles.get(entry.patient) === filter.decile) &&
        (search === '' || entry.patient.toLowerCase().includes(search)) &&
        (withCode === undefined || withCode.has(entry.patient)),
    );
    this.#found = { key, entries };
    return entries;
  }
}

/** Equal risks lie in the same tenth: the one of the middle of their places among the rising ones. */
function tenthOf(risk: number, rising: readonly number[]): number {
  const [below, above] = [firstFrom(rising, risk, false), firstFrom(rising, risk, true)];
  const middle = below === above ? below : (below + above - 1) / 2;
  return Math.min(10, 1 + Math.floor((10 * middle) / rising.length));
}

/** Place of the first number that is at least (or, `beyond`, more than) a value. */
function firstFrom(rising: readonly number[], value: number, beyond: boolean): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = beyond ? rising[middle]! <= value : rising[middle]! < value;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What calling everybody at or above the threshold positive makes of a patient; null without label or risk. */
export function outcomeOf({ label, risk }: PatientEntry, threshold: number): Outcome | null {
  if (label === null || risk === null) return null;
  const isPositive = risk >= threshold;
  if (label === 1) return isPositive ? 'true-positive' : 'false-negative';
  return isPositive ? 'false-positive' : 'true-negative';
}
