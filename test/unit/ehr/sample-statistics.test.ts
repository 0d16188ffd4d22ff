import { beforeAll, describe, expect, test } from 'vitest';
import { codesOf, makeCodebook } from '../../../src/ehr/sample/codebook';
import { conditions, heartFailure, type Condition } from '../../../src/ehr/sample/conditions';
import { dayOf } from '../../../src/ehr/sample/calendar';
import { DiseaseProcess } from '../../../src/ehr/sample/process';

const book = makeCodebook();
const isPlanted = flags(conditions.filter(({ system }) => system === 'heart'));
const isFailure = flags([heartFailure]);

/** [codes] 1 for the codes of these conditions. */
function flags(of: readonly Condition[]): Uint8Array {
  const names = new Set(of.flatMap((condition) => codesOf(condition).flatMap(({ codes }) => codes)));
  return Uint8Array.from(book.codes, (code) => (names.has(code) ? 1 : 0));
}

/** AUROC by the rank sum, ties counted half. */
function auroc(labels: readonly number[], scores: readonly number[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    for (let i = from; i < to; i++) {
      if (labels[order[i]!] === 1) {
        rankSum += (from + 1 + to) / 2;
        positives++;
      }
    }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a population of 30,000', () => {
  const patients = 30_000;
  const frequency = new Float64Array(book.codes.length);
  const gaps: number[] = [];
  const logStays: number[] = [];
  const codesPerStay: number[] = [];
  const ages: number[] = [];
  let visits = 0;
  let rows = 0;
  let longStay = 0;
  let males = 0;
  let labelled = 0;
  let positives = 0;
  let over512 = 0;
  let laterRows = 0;
  let recurring = 0;

  beforeAll(() => {
    const process = new DiseaseProcess(book, 20);
    for (let index = 0; index < patients; index++) {
      process.simulate(index);
      const { history, rowStart } = process;
      const before = new Set<number>();
      let long = false;
      for (let visit = 0; visit < history.count; visit++) {
        const stay = history.discharge[visit]! - history.admit[visit]!;
        if (visit > 0) gaps.push(history.admit[visit]! - history.discharge[visit - 1]!);
        if (stay > 0) {
          logStays.push(Math.log(stay));
          codesPerStay.push(history.size[visit]!);
        }
        if (stay > 7) long = true;
        const codes = process.rows.slice(rowStart[visit]!, rowStart[visit + 1]!);
        for (const code of codes) {
          frequency[code]!++;
          if (visit > 0) laterRows++;
          if (before.has(code)) recurring++;
        }
        for (const code of codes) before.add(code);
      }
      visits += history.count;
      rows += rowStart[history.count]!;
      if (rowStart[history.count]! > 512) over512++;
      if (long) longStay++;
      if (history.sex === 'M') males++;
      ages.push(history.age);
      if (process.label >= 0) labelled++;
      if (process.label === 1) positives++;
    }
  });

  test('has about 8 visits and at least 15 codes a patient, with a long but rare tail', () => {
    expect(visits / patients).toBeGreaterThan(7.3);
    expect(visits / patients).toBeLessThan(9);
    expect(rows / patients).toBeGreaterThan(15);
    expect(rows / patients).toBeLessThan(25);
    expect(over512).toBeGreaterThan(0);
    expect(over512).toBeLessThan(patients / 500);
  });

  test('has about 2,000 distinct codes, whose frequency falls by rank with a slope of about −0.9 … −1', () => {
    const counts = [...frequency].filter((count) => count > 0).sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(1800);
    expect(counts.length).toBeLessThan(2300);
    const x = Array.from({ length: 991 }, (_, i) => Math.log(10 + i));
    const y = x.map((_, i) => Math.log(counts[9 + i]!));
    const [mx, my] = [mean(x), mean(y)];
    const slope =
      mean(x.map((value, i) => (value - mx) * (y[i]! - my))) / mean(x.map((value) => (value - mx) ** 2));
    expect(slope).toBeGreaterThan(-1.05);
    expect(slope).toBeLessThan(-0.85);
  });

  test('stays are lognormal(1.40, 0.82) days with a median of 9 codes; 15 % of patients have one over 7 days', () => {
    // Stays that round to 0 days look like outpatient visits, which lifts the mean and narrows the spread a little.
    const centre = mean(logStays);
    const spread = Math.sqrt(mean(logStays.map((value) => (value - centre) ** 2)));
    expect(centre).toBeCloseTo(1.4, 1);
    expect(spread).toBeGreaterThan(0.76);
    expect(spread).toBeLessThan(0.86);
    expect(median(codesPerStay)).toBe(9);
    expect(longStay / patients).toBeGreaterThan(0.13);
    expect(longStay / patients).toBeLessThan(0.17);
  });

  test('the median gap is about 78 days', () => {
    const days = median(gaps);
    expect(days).toBeGreaterThan(70);
    expect(days).toBeLessThan(86);
  });

  test('about 0.4 of the codes of later visits were coded before (0.43 in MIMIC-IV)', () => {
    expect(recurring / laterRows).toBeGreaterThan(0.36);
    expect(recurring / laterRows).toBeLessThan(0.46);
  });

  test('ages, sexes and the labelled share are those of the paper or of the task', () => {
    expect(mean(ages)).toBeGreaterThan(38);
    expect(mean(ages)).toBeLessThan(44);
    expect(males / patients).toBeCloseTo(0.45, 1);
    expect(labelled / patients).toBeGreaterThan(0.08);
    expect(labelled / patients).toBeLessThan(0.11);
    expect(positives / labelled).toBeGreaterThan(0.19);
    expect(positives / labelled).toBeLessThan(0.27);
  });
});

describe('the prediction task (100,000 patients, so that chance moves an AUROC by less than 0.01)', () => {
  const labels: number[] = [];
  const nuisance: Record<string, number[]> = {};
  const shareOfPlanted: number[] = [];
  const failureBefore: number[] = [];
  const failureEver: number[] = [];
  const carriers = [new Float64Array(book.codes.length), new Float64Array(book.codes.length)] as const;

  beforeAll(() => {
    const process = new DiseaseProcess(book, 20);
    for (let index = 0; index < 100_000; index++) {
      process.simulate(index);
      if (process.label >= 0) observe(process);
    }
  });

  /** Collects what is known strictly before the index date, and the outcome's codes before and after it. */
  function observe(process: DiseaseProcess): void {
    const { history, rows, rowStart, indexVisit } = process;
    const end = rowStart[indexVisit]!;
    const date = history.admit[indexVisit]!;
    const span = history.discharge[indexVisit - 1]! - history.admit[0]!;
    const codes = new Set(rows.subarray(0, end));
    let stayDays = 0;
    let longest = 0;
    let icd10 = 0;
    for (let visit = 0; visit < indexVisit; visit++) {
      const stay = history.discharge[visit]! - history.admit[visit]!;
      stayDays += stay;
      longest = Math.max(longest, stay);
      if (history.discharge[visit]! >= dayOf('2015-10-01')) icd10++;
    }
    const features: Record<string, number> = {
      visits: indexVisit,
      rows: end,
      'distinct codes': codes.size,
      'codes per visit': end / indexVisit,
      span,
      'visits per day': indexVisit / (span + 30),
      'index date': date,
      'ICD-10 share': icd10 / indexVisit,
      recency: date - history.discharge[indexVisit - 1]!,
      'days in hospital': stayDays,
      'longest stay': longest,
      age: date - history.birthDay,
      sex: history.sex === 'M' ? 1 : 0,
    };
    for (const [name, value] of Object.entries(features)) (nuisance[name] ??= []).push(value);
    labels.push(process.label);
    let planted = 0;
    for (const code of codes) {
      carriers[process.label as 0 | 1][code]!++;
      planted += isPlanted[code]!;
    }
    shareOfPlanted.push(planted / codes.size);
    const has = (from: number, to: number) =>
      rows.subarray(from, to).some((code) => isFailure[code] === 1) ? 1 : 0;
    failureBefore.push(has(0, end));
    failureEver.push(has(0, rowStart[history.count]!));
  }

  test('cannot be told from the shape of a record: each of its measures has AUROC 0.5 ± 0.03', () => {
    for (const [name, values] of Object.entries(nuisance)) {
      expect(Math.abs(auroc(labels, values) - 0.5), name).toBeLessThan(0.03);
    }
  });

  test('cannot be told from any single code (AUROC ≤ 0.62)', () => {
    const positives = labels.reduce((sum, label) => sum + label, 0);
    for (let code = 0; code < book.codes.length; code++) {
      const difference = carriers[1][code]! / positives - carriers[0][code]! / (labels.length - positives);
      expect(0.5 + Math.abs(difference) / 2, book.codes[code]).toBeLessThan(0.62);
    }
  });

  test('can be told from the planted codes taken together', () => {
    expect(auroc(labels, shareOfPlanted)).toBeGreaterThan(0.78);
    expect(auroc(labels, shareOfPlanted)).toBeLessThan(0.88);
  });

  test('is trivial without censoring and hides the outcome with it', () => {
    expect(auroc(labels, failureEver)).toBeGreaterThan(0.95);
    expect(auroc(labels, failureBefore)).toBe(0.5);
  });

  test('rests on several hundred informative codes, each rare', () => {
    const seen = carriers[1].filter((count, code) => isPlanted[code] === 1 && count > 0).length;
    expect(seen).toBeGreaterThan(300);
  });
});
