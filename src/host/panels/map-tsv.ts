import { chapterGroups, chapterNames } from '../../protocol/icd-chapters';
import type { CodePoints, MapAnswer, PatientPoints } from '../../protocol/panels/map';
import { projectionSettings, projectionWords } from '../../protocol/projections';

type Cell = string | number | null;

/**
 * A map as tab-separated text, a row for each point. How it was made stands before it in comment lines. Counts that
 * may not be told stand as `<10`; of patients the ids are in it.
 */
export function mapTsv({ map, patients }: MapAnswer): string {
  const { points, faithfulness, settings } = map;
  const { inFull, uses } = projectionWords(settings.method);
  const facts: [string, Cell][] = [
    ['run', map.run],
    ['step', map.step],
    ['space', `cosine, ${map.dimensions} dimensions`],
    ['method', inFull],
    ...uses.map((setting): [string, Cell] => [projectionSettings[setting].inFiles, settings[setting]]),
    ...(faithfulness === null
      ? []
      : ([[`trustworthiness (k = ${faithfulness.neighbours})`, faithfulness.trustworthiness]] as [
          string,
          Cell,
        ][])),
  ];
  const head = facts.map(([name, value]) => `# ${name}: ${cellText(value)}\n`).join('');
  const rows = points.kind === 'codes' ? codeRows(points) : patientRows(points, patients ?? []);
  const [titles, ...body] = rows;
  const table = [[...titles!, 'x', 'y'], ...body.map((row, i): Cell[] => [...row, map.x[i]!, map.y[i]!])];
  return head + table.map((row) => `${row.map(cellText).join('\t')}\n`).join('');
}

function codeRows(points: CodePoints): Cell[][] {
  const { codes, descriptions, chapters, numerals, ranks, occurrences, nearest, cosines } = points;
  const told = (i: number): Cell => {
    const count = occurrences[i]!;
    return typeof count === 'number' ? count : `<${points.minimumCellCount}`;
  };
  return [
    ['code', 'description', 'chapter', 'numeral', 'rank', 'occurrences', 'nearest', 'cosine'],
    ...codes.map((code, i): Cell[] => [
      ...[code, descriptions[i]!, chapterNames[chapterGroups[chapters[i]!]!], numerals[i]!],
      ...[ranks[i]!, told(i), nearest[i]!.map((j) => codes[j]!).join(' '), cosines[i]!.join(' ')],
    ]),
  ];
}

function patientRows({ labels, risks, lengths }: PatientPoints, patients: readonly string[]): Cell[][] {
  return [
    ['patient_id', 'label', 'risk', 'codes'],
    ...patients.map((patient, i): Cell[] => [patient, labels[i]!, risks[i]!, lengths[i]!]),
  ];
}

/** A cell cannot hold what separates cells; nor may a spreadsheet take it for a formula. */
function cellText(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const plain = value.replaceAll(/[\t\r\n]+/g, ' ');
  return /^[=+@]/.test(plain) ? `'${plain}` : plain;
}
