import { prolongedStayDays } from '../sequences';
import type { Demographics, History } from './history';
import { unknownDay } from './history';
import { Moments, ValueCounts } from './tallies';

const daysPerYear = 365.25;
const firstYear = 1800;

/** Which part of a history counts. */
export interface HistoryPart {
  /** Visits discharged before this day. */
  readonly before: number;
  /** The day that age and follow-up are measured at; undefined = the last discharge. */
  readonly measuredAt?: number;
  /** Patients with fewer distinct codes in it are left out. */
  readonly minCodes: number;
}
const wholeHistory: HistoryPart = { before: Number.POSITIVE_INFINITY, minCodes: 1 };

/** Counts a group of patients while their histories pass by. */
export class GroupTally {
  patients = 0;
  women = 0;
  men = 0;
  /** Patients with a stay longer than 7 days. */
  prolonged = 0;
  rows = 0;
  icd10Rows = 0;
  readonly age = new Moments();
  readonly followUp = new Moments();
  readonly visitsMoments = new Moments();
  readonly codesMoments = new Moments();
  readonly visitsPerPatient = new ValueCounts();
  readonly codesPerVisit = new ValueCounts();
  readonly sequenceLength = new ValueCounts();
  readonly lengthOfStay = new ValueCounts();
  readonly gaps = new ValueCounts();
  /** Diagnosis rows by years since 1800, ICD-9 and ICD-10. */
  readonly years: readonly [ValueCounts, ValueCounts] = [new ValueCounts(), new ValueCounts()];
  /** Patients and rows by code. */
  readonly codePatients: Float64Array;
  readonly codeRows: Float64Array;
  private readonly codeOwner: Int32Array;
  private readonly distinct: DistinctCodes;

  /** @param isIcd10 1 for codes of ICD-10, by code */
  constructor(private readonly isIcd10: Uint8Array) {
    this.codePatients = new Float64Array(isIcd10.length);
    this.codeRows = new Float64Array(isIcd10.length);
    this.codeOwner = new Int32Array(isIcd10.length);
    this.distinct = new DistinctCodes(isIcd10.length);
  }

  /** Counts a patient; false when the part of the history that counts has too few codes. */
  add(history: History, { birth, sex }: Demographics, part: HistoryPart = wholeHistory): boolean {
    if (!this.distinct.reach(part.minCodes, history, part.before)) return false;
    const { patient } = history;
    let visits = 0;
    let codes = 0;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    let isProlonged = false;
    let before: number | undefined;
    this.patients += 1;
    for (let visit = 0; visit < history.visits; visit++) {
      const admit = history.admit[visit]!;
      const discharge = history.discharge[visit]!;
      if (discharge >= part.before) continue;
      visits += 1;
      codes += this.addCodes(history, visit);
      const stay = discharge - admit;
      this.lengthOfStay.add(Math.max(0, stay));
      if (stay > prolongedStayDays) isProlonged = true;
      if (before !== undefined) this.gaps.add(Math.max(0, admit - before));
      before = discharge;
      if (admit < first) first = admit;
      if (discharge > last) last = discharge;
    }
    this.addPatient(visits, codes);
    if (isProlonged) this.prolonged += 1;
    if (sex[patient] === 1) this.women += 1;
    else if (sex[patient] === 2) this.men += 1;
    const end = part.measuredAt ?? last;
    if (birth[patient] !== unknownDay) this.age.add((end - birth[patient]!) / daysPerYear);
    this.followUp.add((end - first) / daysPerYear);
    return true;
  }

  private addPatient(visits: number, codes: number): void {
    this.visitsPerPatient.add(visits);
    this.visitsMoments.add(visits);
    this.sequenceLength.add(codes);
    this.codesMoments.add(codes);
    for (const counts of this.valueCounts()) counts.endPatient();
  }

  /** Counts the codes of a visit and returns how many there are. */
  private addCodes(history: History, visit: number): number {
    const from = history.start[visit]!;
    const to = history.start[visit + 1]!;
    const year = new Date(history.discharge[visit]! * 86_400_000).getUTCFullYear() - firstYear;
    for (let at = from; at < to; at++) {
      const code = history.codes[at]!;
      this.codeRows[code]! += 1;
      if (this.codeOwner[code] !== this.patients) {
        this.codeOwner[code] = this.patients;
        this.codePatients[code]! += 1;
      }
      this.years[this.isIcd10[code] === 1 ? 1 : 0].add(Math.max(0, year));
      this.icd10Rows += this.isIcd10[code]!;
    }
    this.rows += to - from;
    this.codesPerVisit.add(to - from);
    return to - from;
  }

  /** A tally of the patients of both, who must be different people. */
  static join(one: GroupTally, other: GroupTally): GroupTally {
    const sum = new GroupTally(one.isIcd10);
    for (const part of [one, other]) {
      for (const key of ['patients', 'women', 'men', 'prolonged', 'rows', 'icd10Rows'] as const)
        sum[key] += part[key];
      for (const key of ['age', 'followUp', 'visitsMoments', 'codesMoments'] as const)
        sum[key].join(part[key]);
      const from = part.valueCounts();
      sum.valueCounts().forEach((counts, i) => counts.join(from[i]!));
      part.codePatients.forEach((count, code) => (sum.codePatients[code]! += count));
      part.codeRows.forEach((count, code) => (sum.codeRows[code]! += count));
    }
    return sum;
  }

  private valueCounts(): ValueCounts[] {
    return [
      this.visitsPerPatient,
      this.codesPerVisit,
      this.sequenceLength,
      this.lengthOfStay,
      this.gaps,
      ...this.years,
    ];
  }
}

/** The year that a value of `GroupTally.years` stands for. */
export function yearOf(value: number): number {
  return firstYear + value;
}

/** Looks at the distinct codes of one history after another. */
class DistinctCodes {
  private readonly owner: Int32Array;
  private turn = 0;

  constructor(codes: number) {
    this.owner = new Int32Array(codes);
  }

  /** Whether the visits discharged before `hidden` hold at least `enough` distinct codes, and any at all. */
  reach(enough: number, history: History, hidden: number): boolean {
    this.turn += 1;
    let distinct = 0;
    for (let visit = 0; visit < history.visits; visit++) {
      if (history.discharge[visit]! >= hidden) continue;
      for (let at = history.start[visit]!; at < history.start[visit + 1]!; at++) {
        const code = history.codes[at]!;
        if (this.owner[code] === this.turn) continue;
        this.owner[code] = this.turn;
        distinct += 1;
        if (distinct >= enough) return true;
      }
    }
    return false;
  }
}
