import type { MapData } from '../../src/protocol/panels/map';
import { count, fixed, none } from '../format';
import type { TableContent } from '../table';
import { chapterText, occurrencesText } from './card';
import { bareCode, systemOf } from './search';
import { extentText } from './words';

/** Every point of the map as a row. @param found rows to show, in order; all when it is undefined */
export function pointsTable({ map, chosen }: MapData, found?: readonly number[]): TableContent {
  const { points, x, y } = map;
  const at = (row: number): number => found?.[row] ?? row;
  const place = (i: number, column: number): string => fixed((column === 0 ? x : y)[i]!, 3);
  const rows = found?.length ?? x.length;
  const caption = `${found === undefined ? extentText(map) : `${count(rows)} of ${count(x.length)} codes`}. Coordinates have no unit.`;
  if (points.kind === 'patients') {
    return {
      caption,
      columns: [
        { title: 'Patient' },
        { title: 'Label' },
        { title: 'Risk' },
        { title: 'Codes' },
        { title: 'x' },
        { title: 'y' },
      ],
      rows,
      cell: (row, column) => {
        const i = at(row);
        const name = chosen?.point === i ? chosen.patient : `point ${i + 1}`;
        const cells = [
          name,
          String(points.labels[i]!),
          fixed(points.risks[i]!, 3),
          count(points.lengths[i]!),
        ];
        return cells[column] ?? place(i, column - 4);
      },
    };
  }
  return {
    caption,
    columns: [
      { title: 'Code', align: 'left' },
      { title: 'System', align: 'left' },
      { title: 'Description', align: 'left' },
      { title: 'Chapter', align: 'left' },
      { title: 'Occurrences' },
      { title: 'Nearest (full space)', align: 'left' },
      { title: 'Cosine' },
      { title: 'x' },
      { title: 'y' },
    ],
    rows,
    cell: (row, column) => {
      const i = at(row);
      const nearest = points.nearest[i]![0];
      const cells = [
        bareCode(points.codes[i]!),
        systemOf(points.codes[i]!),
        points.descriptions[i] ?? none,
        chapterText(points, i),
        occurrencesText(points, i),
        nearest === undefined ? none : bareCode(points.codes[nearest]!),
        nearest === undefined ? none : fixed(points.cosines[i]![0]!, 3),
      ];
      return cells[column] ?? place(i, column - 7);
    },
  };
}
