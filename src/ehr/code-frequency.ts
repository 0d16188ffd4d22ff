import type { PatientSequences } from './sequences';

/** In how many patients a model reads each code, by group of patients: a code counts once in a patient. */
export class CodeFrequency {
  /** Patients of each group. */
  readonly patients: readonly number[];
  private readonly withCode: readonly Uint32Array[];
  private readonly index: ReadonlyMap<string, number>;

  /**
   * @param maxLength the model reads the last so many codes
   * @param groups number of groups
   * @param groupOf group of a patient, from 0
   */
  constructor(
    { patients, offsets, codes, codeNames }: PatientSequences,
    maxLength: number,
    groups: number,
    groupOf: (patient: string) => number,
  ) {
    const sizes = new Array<number>(groups).fill(0);
    this.withCode = sizes.map(() => new Uint32Array(codeNames.length));
    const lastSeen = new Int32Array(codeNames.length).fill(-1);
    patients.forEach((patient, p) => {
      const group = groupOf(patient);
      const counts = this.withCode[group]!;
      sizes[group]! += 1;
      const end = offsets[p + 1]!;
      for (let i = Math.max(offsets[p]!, end - maxLength); i < end; i++) {
        const code = codes[i]!;
        if (lastSeen[code] !== p) counts[code]! += 1;
        lastSeen[code] = p;
      }
    });
    this.patients = sizes;
    this.index = new Map(codeNames.map((name, code) => [name, code]));
  }

  /** Patients of each group in whom the code is read. */
  of(name: string): number[] {
    const code = this.index.get(name);
    return this.withCode.map((counts) => (code === undefined ? 0 : counts[code]!));
  }
}
