import type { CurvesData, CurveLine, Measure } from '../../src/protocol/panels/curves';
import { count, counted, duration, fixed } from '../format';
import type { TableContent } from '../table';
import { measures, written } from './measures';

/** One row: every measure that a run has at one place. */
interface Row {
  readonly x: number;
  readonly run: number;
  readonly split: CurveLine['split'];
  readonly values: Map<Measure, number>;
}

/** Every drawn point as a table: one row per place, run and split; one column per measure. */
export function pointsTable(data: CurvesData): TableContent {
  const shown = data.charts.map(({ measure }) => measure);
  const rows = rowsOf(data);
  const head = { step: 'Step', epoch: 'Epoch', time: 'Time' }[data.x];
  return {
    caption: `${counted(rows.length, 'row')} of ${counted(data.points, 'measured point')}${
      data.decimated ? ', the lowest and the highest of each pixel; the export holds them all' : ''
    }.`,
    columns: [
      { title: head },
      { title: 'Run', align: 'left' },
      { title: 'Split', align: 'left' },
      ...shown.map((measure) => ({ title: measures[measure].title })),
    ],
    rows: rows.length,
    cell: (at, column) => {
      const row = rows[at]!;
      if (column === 0) return place(data, row.x);
      if (column === 1) return data.runs[row.run]?.name ?? '';
      if (column === 2) return row.split;
      const measure = shown[column - 3]!;
      const value = row.values.get(measure);
      return value === undefined ? '' : written(measure, value);
    },
  };
}

function rowsOf(data: CurvesData): Row[] {
  const order = new Map(data.runs.map(({ id }, index) => [id, index]));
  const rows = new Map<string, Row>();
  for (const { measure, lines } of data.charts) {
    for (const line of lines) {
      line.x.forEach((x, index) => {
        const value = line.y[index] ?? null;
        if (value === null) return;
        const key = `${line.run}|${line.split}|${x}`;
        let row = rows.get(key);
        if (row === undefined) {
          row = { x, run: order.get(line.run) ?? 0, split: line.split, values: new Map() };
          rows.set(key, row);
        }
        row.values.set(measure, value);
      });
    }
  }
  return [...rows.values()].sort((a, b) => a.x - b.x || a.run - b.run || a.split.localeCompare(b.split));
}

function place(data: CurvesData, x: number): string {
  if (data.x === 'step') return count(x);
  return data.x === 'epoch' ? fixed(x, 3) : duration(x);
}
