import {
  acuteIllnesses,
  complications,
  conditions,
  diabetes,
  heartFailure,
  type Condition,
  type Stage,
} from './conditions';
import { icd10Names } from './names-icd10';
import { icd9Names } from './names-icd9';
import { parameters } from './parameters';

/** ICD-9-CM or ICD-10-CM, as an index into the two code lists of a stage. */
export type Revision = 0 | 1;

const revisions = ['ICD9', 'ICD10'] as const;

/**
 * Every code that the generator can write, flat: stage `s` in revision `v` owns the codes
 * `first[2s + v] … first[2s + v + 1] − 1`; background finding `f` owns `background[v] + f`.
 */
export interface Codebook {
  /** `ICD9_428.0`, `ICD10_I50.9` … by code number. */
  readonly codes: readonly string[];
  readonly descriptions: readonly string[];
  /** [2 · stages + 1] first code number of each (stage, revision). */
  readonly first: Int32Array;
  /** Cumulative popularity of each code within its (stage, revision); the last of each is 1. */
  readonly cumulative: Float64Array;
  /** Stage number of the first stage of each condition, in the order of `conditions`. */
  readonly conditionStage: Int32Array;
  readonly diabetesStage: number;
  readonly heartFailureStage: number;
  readonly acuteStage: number;
  readonly complicationStage: number;
  /** Number of the first background code in either revision. */
  readonly background: readonly [number, number];
  /** Cumulative Zipf probabilities of the background findings. */
  readonly findingCumulative: Float64Array;
}

/** Lays the catalogue out for the disease process. */
export function makeCodebook(): Codebook {
  const codes: string[] = [];
  const descriptions: string[] = [];
  const first: number[] = [];
  const cumulative: number[] = [];
  let stages = 0;

  const addStages = (added: readonly Stage[]): number => {
    const start = stages;
    for (const [, icd9, icd10] of added) {
      stages++;
      for (const [revision, list] of [icd9, icd10].entries()) {
        const names = list.split(' ');
        first.push(codes.length);
        for (const share of zipf(names.length, parameters.codes.variantExponent)) cumulative.push(share);
        for (const name of names) {
          codes.push(`${revisions[revision]!}_${name}`);
          descriptions.push((revision === 0 ? icd9Names : icd10Names).get(name)!);
        }
      }
    }
    return start;
  };

  const conditionStage = Int32Array.from(conditions, (condition) => addStages(condition.stages));
  const diabetesStage = addStages(diabetes.stages);
  const heartFailureStage = addStages(heartFailure.stages);
  const acuteStage = addStages(acuteIllnesses);
  const complicationStage = addStages(complications);
  first.push(codes.length);

  const { findings, findingExponent, findingShift } = parameters.codes;
  const background = [codes.length, codes.length + findings] as const;
  for (const revision of [0, 1] as const) {
    for (let finding = 0; finding < findings; finding++) {
      codes.push(`${revisions[revision]}_${findingCode(revision, finding)}`);
      descriptions.push(`Background finding ${finding + 1} (synthetic)`);
    }
  }
  return {
    codes,
    descriptions,
    first: Int32Array.from(first),
    cumulative: Float64Array.from(cumulative),
    conditionStage,
    diabetesStage,
    heartFailureStage,
    acuteStage,
    complicationStage,
    background,
    findingCumulative: zipf(findings, findingExponent, findingShift),
  };
}

/** Codes of a condition in both revisions, stage by stage, as `truth.json` tells them. */
export function codesOf(condition: Condition): { stage: string; codes: string[] }[] {
  return condition.stages.map(([stage, icd9, icd10]) => ({
    stage,
    codes: [
      ...icd9.split(' ').map((code) => `ICD9_${code}`),
      ...icd10.split(' ').map((code) => `ICD10_${code}`),
    ],
  }));
}

/** Cumulative probabilities of `count` items whose r-th has weight (r + shift) to minus `exponent`. */
function zipf(count: number, exponent: number, shift = 0): Float64Array {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) cumulative[rank - 1] = sum += (rank + shift) ** -exponent;
  for (let i = 0; i < count; i++) cumulative[i]! /= sum;
  cumulative[count - 1] = 1;
  return cumulative;
}

/**
 * Shaped like ICD, but in ranges that neither classification has assigned:
 * ICD-9 V92.00–V99.99 and ICD-10 U50.00 onward.
 */
function findingCode(revision: Revision, finding: number): string {
  const [letter, from] = revision === 0 ? ['V', 9200] : ['U', 5000];
  const digits = String(from + finding);
  return `${letter}${digits.slice(0, 2)}.${digits.slice(2)}`;
}
