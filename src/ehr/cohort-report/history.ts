import type { EventRows } from '../events';

/** The rows of one patient by visit, in arrays that are used again for the next. */
export class History {
  /** Index of the patient in the dataset. */
  patient = -1;
  visits = 0;
  /** Codes of visit v stand from `start[v]` to `start[v + 1]`. */
  readonly start: number[] = [0];
  /** Days since 1970-01-01. */
  readonly admit: number[] = [];
  readonly discharge: number[] = [];
  readonly codes: number[] = [];
  private visit = 0;

  /** Begins another patient. */
  clear(patient: number): void {
    this.patient = patient;
    this.visits = 0;
    this.visit = 0;
    this.start[0] = 0;
  }

  /** Takes row `i`; rows come by visit. */
  add(rows: EventRows, i: number): void {
    if (rows.visit[i]! !== this.visit) {
      this.visit = rows.visit[i]!;
      this.admit[this.visits] = rows.admit[i]!;
      this.discharge[this.visits] = rows.discharge[i]!;
      this.visits += 1;
      this.start[this.visits] = this.start[this.visits - 1]!;
    }
    this.codes[this.start[this.visits]!] = rows.code[i]!;
    this.start[this.visits]! += 1;
  }
}

/** What the dataset knows of its patients, by index. */
export interface Demographics {
  /** Day since 1970-01-01, or `unknownDay`. */
  readonly birth: Int32Array;
  /** 1 = female, 2 = male, 0 = unknown. */
  readonly sex: Uint8Array;
}

/** Stands for a birth date that nobody knows. */
export const unknownDay = -0x8000_0000;
