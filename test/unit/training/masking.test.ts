import { describe, expect, it } from 'vitest';
import { packBatch, type TokenizedPatients } from '../../../src/training/batch';
import { maskCodes } from '../../../src/training/masking';
import { firstCode, MASK, UNK } from '../../../src/protocol/vocabulary';
import { lengthsOf, patientsOf, pretrainingTask, smallModel } from './patients';

interface Masked {
  /** Place of the masked code in the patient's sequence; −1 = none. */
  readonly place: number;
  readonly original: number;
  /** What the model sees there. */
  readonly shown: number;
  readonly weight: number;
  /** Codes of the patient as the model sees them. */
  readonly codes: readonly number[];
}
const vocabulary = smallModel.vocabulary;

/** What masking does to each of the chosen patients, by patient. */
function masked(
  data: TokenizedPatients,
  chosen: ArrayLike<number>,
  { seed = 1, epoch = 0 } = {},
): Map<number, Masked> {
  const batch = packBatch(data, chosen);
  maskCodes(batch, { seed, epoch, vocabulary });
  const N = batch.sizes['N']!;
  const codes = batch.feeds.get('codes')!;
  const pick = batch.feeds.get('pick') as Float32Array;
  return new Map(
    batch.patients.map((patient, b) => {
      const row = pick.subarray(b * N, (b + 1) * N);
      const at = row.indexOf(1);
      expect(row.reduce((sum, x) => sum + x, 0)).toBe(at < 0 ? 0 : 1);
      const first = batch.rows[b]!;
      const result = {
        place: at < 0 ? -1 : at - first,
        original: batch.feeds.get('targets')![b]!,
        shown: at < 0 ? -1 : codes[at]!,
        weight: batch.feeds.get('maskedWeight')![b]!,
        codes: [...codes.slice(first, first + batch.lengths[b]!)],
      };
      return [patient, result] as const;
    }),
  );
}

describe('the masked-code task', () => {
  const lengths = lengthsOf(200, 25);
  const data = patientsOf(lengths, 3, 0.2);
  const everyone = [...lengths.keys()];
  const sequence = (patient: number): number[] => [
    ...data.ids.slice(data.offsets[patient]!, data.offsets[patient + 1]!),
  ];
  const hasKnown = (patient: number): boolean => sequence(patient).some((id) => id >= firstCode);

  it('hides exactly one known code of each patient that has one, and touches no other', () => {
    expect(everyone.filter((patient) => !hasKnown(patient)).length).toBeGreaterThan(0);
    for (const [patient, { place, original, shown, weight, codes }] of masked(data, everyone)) {
      const before = sequence(patient);
      expect(weight).toBe(hasKnown(patient) ? 1 : 0);
      expect(place >= 0).toBe(hasKnown(patient));
      if (place >= 0) {
        expect(original).toBe(before[place]);
        expect(original).not.toBe(UNK);
        before[place] = shown;
      }
      expect(codes).toEqual(before);
    }
  });

  it('leaves the patients’ own arrays as they are', () => {
    const before = data.ids.slice();
    masked(data, everyone);
    expect(data.ids).toEqual(before);
  });

  it('shows [MASK] for 80 %, a random code for 10 %, the code itself for 10 %', () => {
    const draws = 50 * everyone.filter(hasKnown).length;
    let [mask, same] = [0, 0];
    const random: number[] = [];
    for (let epoch = 0; epoch < 50; epoch++) {
      for (const { place, original, shown } of masked(data, everyone, { epoch }).values()) {
        if (place < 0) continue;
        if (shown === MASK) mask++;
        else if (shown === original) same++;
        else random.push(shown);
      }
    }
    // A random code is the code itself once in as many draws as there are codes.
    const lucky = 1 / (vocabulary - firstCode);
    for (const [count, share] of [
      [mask, 0.8],
      [random.length, 0.1 * (1 - lucky)],
      [same, 0.1 + 0.1 * lucky],
    ] as const) {
      expect(Math.abs(count - draws * share) / Math.sqrt(draws * share * (1 - share))).toBeLessThan(4.5);
    }
    expect(Math.min(...random)).toBe(firstCode);
    expect(Math.max(...random)).toBe(vocabulary - 1);
  });

  it('chooses every known place equally often', () => {
    const patient = lengths.findIndex((length, i) => length >= 6 && hasKnown(i));
    const known = sequence(patient).flatMap((id, t) => (id >= firstCode ? [t] : []));
    const counts = new Map(known.map((t) => [t, 0]));
    const draws = 4000;
    for (let epoch = 0; epoch < draws; epoch++) {
      const { place } = masked(data, [patient], { epoch }).get(patient)!;
      counts.set(place, counts.get(place)! + 1);
    }
    const share = 1 / known.length;
    for (const count of counts.values())
      expect(Math.abs(count - draws * share) / Math.sqrt(draws * share * (1 - share))).toBeLessThan(4.5);
  });

  it('is the same for a patient in whatever batch it comes', () => {
    const together = masked(data, everyone);
    for (const chosen of [everyone.slice(50, 60), everyone.slice(55, 75).reverse(), [55]]) {
      for (const [patient, draw] of masked(data, chosen)) expect(draw).toEqual(together.get(patient));
    }
  });

  it('is drawn anew for another epoch and another seed', () => {
    const first = masked(data, everyone);
    const moved = (other: Map<number, Masked>): number =>
      everyone.filter((patient) => other.get(patient)!.place !== first.get(patient)!.place).length;
    const long = everyone.filter((patient) => lengths[patient]! >= 4).length;
    expect(moved(masked(data, everyone, { epoch: 1 }))).toBeGreaterThan(long / 2);
    expect(moved(masked(data, everyone, { seed: 2 }))).toBeGreaterThan(long / 2);
    expect(moved(masked(data, everyone))).toBe(0);
  });
});

describe('masks over a pretraining run', () => {
  const placesByPatient = (masking: 'each-epoch' | 'frozen', epochs: number): Map<number, Set<number>> => {
    const task = pretrainingTask({ masking });
    const places = new Map<number, Set<number>>();
    for (let step = 0; step < epochs * task.schedule.stepsPerEpoch; step++) {
      for (const batch of task.batches(step).batches as ReturnType<typeof packBatch>[]) {
        const N = batch.sizes['N']!;
        batch.patients.forEach((patient, b) => {
          const row = batch.feeds.get('pick')!.subarray(b * N, (b + 1) * N);
          const at = row.indexOf(1);
          if (at < 0) return; // none of its codes is known
          places.set(patient, (places.get(patient) ?? new Set()).add(at - batch.rows[b]!));
        });
      }
    }
    return places;
  };

  it('stay what they were when frozen, as in the published code', () => {
    const places = placesByPatient('frozen', 4);
    expect(places.size).toBeGreaterThan(50);
    for (const seen of places.values()) expect(seen.size).toBe(1);
  });

  it('change from epoch to epoch otherwise', () => {
    const several = [...placesByPatient('each-epoch', 4).values()].filter((places) => places.size > 1);
    expect(several.length).toBeGreaterThan(20);
  });
});
