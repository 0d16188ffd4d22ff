import { rowOfRecord, type Table } from './table';

/** A place in the source packs the number of a file and of a record in it into one sortable integer. */
const recordsPerFile = 2 ** 40;

/** SQL for the places of a loaded table, whose `rowid` counts its records from 0. */
export function sqlPlace(file: number): string {
  return `(${file} * ${recordsPerFile} + rowid)`;
}

/** SQL for the number of the file that a place is in. */
export function sqlFileOf(place: string): string {
  return `(${place} >> 40)`;
}

/** Row of the file that a place is in; the header is row 1. */
export function rowOfPlace(table: Table, place: number): number {
  return rowOfRecord(table, place % recordsPerFile);
}
