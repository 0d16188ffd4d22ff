import { InvalidArgumentError, Option } from 'commander';
import { openDataset } from '../../ehr/dataset';
import { importRecords } from '../../ehr/import';
import { checkLabels } from '../../ehr/label-funnel';
import { readLabels } from '../../ehr/labels';
import { generateSample } from '../../ehr/sample/generate';
import { streamSequences } from '../../ehr/sequence-stream';
import { cohortStatistics } from '../../ehr/statistics';
import { renderStatistics } from '../../ehr/statistics-table';
import { type DatasetDescription, type SourceFormat, sourceFormats } from '../../protocol/dataset';
import type { DefineCommands } from './command';
import { writeLines } from '../lines';

/** A whole number of at least `least`, for an option. */
export const wholeNumber =
  (least: number, most = Infinity) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`a whole number ${range}`);
    }
    return value;
  };

/** From records to a dataset and what stands in it. */
export const recordCommands: DefineCommands = (program, action) => {
  program
    .command('sample')
    .description('make a synthetic study: records, labels, code descriptions')
    .requiredOption('--out <dir>', 'folder to make')
    .option('--patients <n>', 'patients', wholeNumber(1), 30_000)
    .option('--seed <s>', 'seed of all random draws', wholeNumber(0), 1)
    .action(
      action(async ({ terminal, signal }, _args, options) => {
        const { out, patients, seed } = options as { out: string; patients: number; seed: number };
        const made = await generateSample({ out, patients, seed, signal, progress: terminal.progress });
        terminal.result(
          { out, ...made },
          `${made.patients} synthetic patients with ${made.visits} visits and ${made.rows} diagnosis rows in ${out}\n` +
            `${made.labelled} are labelled, ${made.positives} of them with the outcome.`,
        );
      }),
    );

  program
    .command('import <source>')
    .description('read records into a dataset')
    .requiredOption('--name <name>', 'name of the dataset')
    .addOption(
      new Option('--format <format>', 'format of the records')
        .choices(['auto', ...sourceFormats])
        .default('auto'),
    )
    .option('--min-codes <n>', 'leave out patients with fewer distinct codes', wholeNumber(1), 3)
    .addOption(
      new Option('--inconsistent <what>', 'what an inconsistent visit excludes (the paper: the patient)')
        .choices(['patient', 'visit'])
        .default('patient'),
    )
    .addOption(
      new Option('--dots <how>', 'write dots into ICD codes, or keep codes as they are')
        .choices(['normalise', 'keep'])
        .default('normalise'),
    )
    .option('--overwrite', 'replace a dataset of that name')
    .action(
      action(async ({ home, terminal, signal, now }, [source], options) => {
        const given = options as {
          name: string;
          format: SourceFormat | 'auto';
          minCodes: number;
          inconsistent: 'patient' | 'visit';
          dots: 'normalise' | 'keep';
          overwrite?: boolean;
        };
        const dataset = await importRecords({
          ...given,
          source: source!,
          home,
          overwrite: given.overwrite ?? false,
          now,
          signal,
          progress: terminal.progress,
        });
        const { attrition, problems, counts } = dataset;
        terminal.result(
          {
            name: dataset.name,
            format: dataset.format,
            ...counts.source,
            kept: counts.kept,
            attrition,
            problems,
          },
          renderImport(dataset),
        );
      }),
    );

  program
    .command('stats <dataset>')
    .description("cohort statistics, as in the paper's Table 2")
    .option('--minimum-cell-count <n>', 'suppress smaller counts', wholeNumber(0), 10)
    .action(
      action(async ({ home, terminal, signal }, [name], options) => {
        const { minimumCellCount } = options as { minimumCellCount: number };
        const statistics = await cohortStatistics(openDataset(home, name!), {
          minimumCellCount,
          signal,
          progress: terminal.progress,
        });
        terminal.result(statistics, renderStatistics(statistics));
      }),
    );

  program
    .command('sequences <dataset>')
    .description('what the model will see, one JSON object per patient')
    .option('--out <file>', 'write to a file instead of stdout')
    .option('--limit <n>', 'patients at most', wholeNumber(1))
    .option('--labels <file>', 'what fine-tuning sees: labelled patients before their index dates')
    .action(
      action(async ({ home, terminal, signal }, [name], options) => {
        const given = options as { out?: string; limit?: number; labels?: string };
        const { out, limit } = given;
        const dataset = openDataset(home, name!);
        const labels = given.labels === undefined ? undefined : await readLabels(given.labels);
        if (labels) await checkLabels(labels, dataset);
        const sequences = streamSequences(dataset, {
          signal,
          ...(limit === undefined ? {} : { limit }),
          ...(labels === undefined ? {} : { labels }),
        });
        if (out === undefined) {
          for await (const record of sequences) terminal.line(JSON.stringify(record));
          return;
        }
        const patients = await writeLines(out, sequences);
        terminal.result({ file: out, patients }, `${patients} patients in ${out}`);
      }),
    );
};

function renderImport({ name, format, counts, attrition, problems }: DatasetDescription): string {
  const { source, kept } = counts;
  const lines = [
    `Dataset ${name} (${format}): ${source.patients} patients, ${source.visits} visits, ${source.rows} rows, ${source.codes} codes read;`,
    `${kept.patients} patients, ${kept.visits} visits, ${kept.rows} codes in sequence (${kept.codes} distinct) kept.`,
    '',
    'Attrition                                             patients     visits       rows',
    ...attrition.map(
      (step) =>
        `  ${step.step.padEnd(50)}${String(step.patients).padStart(10)} ${String(step.visits).padStart(10)} ${String(step.rows).padStart(10)}`,
    ),
  ];
  if (problems.length > 0) lines.push('', 'Problems found');
  for (const { kind, message, file, count, rows } of problems) {
    const more = count > rows.length ? ', …' : '';
    const where = rows.length > 0 ? ` (row${rows.length > 1 ? 's' : ''} ${rows.join(', ')}${more})` : '';
    lines.push(`  ${file}: ${message} [${kind}, ${count}×]${where}`);
  }
  return lines.join('\n');
}
