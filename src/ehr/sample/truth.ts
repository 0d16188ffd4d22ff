import { codesOf } from './codebook';
import { conditions, diabetes, heartFailure, type Condition } from './conditions';
import type { SampleCounts } from './generate';
import { generatorVersion, parameters } from './parameters';

/** What `truth.json` says: what was planted, so that a model's explanations can be held against it. */
export function truth(seed: number, counts: SampleCounts): object {
  const signs = conditions.filter(({ system }) => system === 'heart');
  return {
    synthetic: true,
    generatorVersion,
    seed,
    counts,
    task: {
      name: 'heart failure in type 2 diabetes',
      label: '1 when heart failure follows the index date; the input is what lies strictly before it',
      mechanism:
        "The outcome is drawn from a latent heart factor. The same factor decides which conditions a patient acquires and how fast those of the heart's system progress. Number of visits, codes per visit, stays, age, sex and calendar do not read it.",
      outcomeCodes: allCodes([heartFailure]),
      /** Codes whose presence before the index date is evidence for the outcome. */
      plantedCodes: allCodes(signs),
    },
    conditions: [diabetes, heartFailure, ...conditions].map((condition) => ({
      name: condition.name,
      system: condition.system,
      planted: signs.includes(condition),
      loading: condition.loading,
      stages: codesOf(condition),
    })),
    parameters,
  };
}

function allCodes(of: readonly Condition[]): string[] {
  return of.flatMap((condition) => codesOf(condition).flatMap(({ codes }) => codes));
}

/** `README.txt` of a study: first of all, that nobody in it exists. */
export function readme(seed: number, counts: SampleCounts): string {
  return `SYNTHETIC DATA. None of these people exists; every record was drawn by a program.

${counts.patients} patients, ${counts.visits} visits, ${counts.rows} diagnosis rows; ${counts.labelled} labelled, ${counts.positives} of them positive.
Made by: medbert sample --patients ${counts.patients} --seed ${seed} (generator version ${generatorVersion})

records.tsv       diagnoses in Med-BERT's format
labels.tsv        task: heart failure in type 2 diabetes (1 = it follows the index date)
patients.tsv      birth date and sex
descriptions.tsv  names of the codes; those called "Background finding" stand in unassigned ranges of ICD
truth.json        what was planted, and every parameter

Use only what lies strictly before the index date: the records go on after it and then hold the outcome itself.
It shows that the program works. It says nothing about medicine.
`;
}
