import type { PatientSplit } from '../ehr/splits';

/** Patients of a split with their parts as `pool.parquet` numbers them: 0 training, 1 validation, 2 test; sorted by id. */
export function partsOf(
  split: PatientSplit,
  ids: readonly string[],
): { patients: string[]; parts: Uint8Array } {
  const numbered = [split.train, split.validation, split.test].flatMap((patients, part) =>
    Array.from(patients, (patient) => ({ patient, part })),
  );
  // Sequences are sorted by id, so their index sorts too.
  numbered.sort((a, b) => a.patient - b.patient);
  return {
    patients: numbered.map(({ patient }) => ids[patient]!),
    parts: Uint8Array.from(numbered, ({ part }) => part),
  };
}
