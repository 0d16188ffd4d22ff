import { isMeasured } from './column';
import type { ShownRun } from './shown-run';

const splits = ['train', 'validation', 'test'] as const;
/** Rows told at a time. */
const rowsAtOnce = 2000;

/**
 * Every measured point of runs as CSV, a row per report: not the drawn points but all of them, neither smoothed nor
 * thinned out. Empty cells: not measured there. Comes in pieces.
 */
export function* curvesCsv(runs: readonly ShownRun[]): Generator<string> {
  const names = [
    ...new Set(runs.flatMap(({ series }) => splits.flatMap((split) => series.tables[split].names))),
  ];
  yield `${['run', 'seed', 'split', 'step', 'epoch', 'seconds', ...names].map(cell).join(',')}\n`;
  for (const { facts, series } of runs) {
    for (const split of splits) {
      const table = series.tables[split];
      const columns = names.map((name) => table.values(name));
      const head = [facts.id, String(facts.manifest.config.seed), split].map(cell).join(',');
      for (let from = 0; from < table.length; from += rowsAtOnce) {
        let text = '';
        for (let row = from; row < Math.min(table.length, from + rowsAtOnce); row += 1) {
          const values = columns.map((column) => number(column?.at(row)));
          const place = [table.step, table.epoch, table.time].map((column) => number(column.at(row)));
          text += `${head},${place.join(',')},${values.join(',')}\n`;
        }
        yield text;
      }
    }
  }
}

function number(value: number | undefined): string {
  return value !== undefined && isMeasured(value) ? String(value) : '';
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
