import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Edit, edit } from '../../protocol/case-file';
import { UserError } from '../../protocol/errors';
import { defaultExplainSettings, usualMinimumCellCount } from '../../protocol/explanation';
import { type ExplainedRun, openExplained } from '../../tasks/explain';
import { readCase, writeCase } from '../../tasks/explain-case';
import { renderExplanation, renderReplay, renderWhatIf } from '../explanation-text';
import type { CommandContext, DefineCommands } from './command';
import { wholeNumber } from './records';

interface ExplainOptions {
  readonly patient?: string;
  readonly top: number;
  readonly seed: number;
  readonly randomOrders: number;
  readonly removals: number;
  readonly minimumCellCount: number;
  readonly edits?: string;
  readonly save?: string;
  readonly withId?: boolean;
  readonly replay?: string;
  readonly attention?: boolean;
}

/** Why a model predicts what it predicts, for one patient. */
export const explainCommand: DefineCommands = (program, action) => {
  const { seed, randomOrders, largestDeletion } = defaultExplainSettings;
  program
    .command('explain <run>')
    .description('one patient: prediction, attention, attribution, deletion test; or what edits would change')
    .option(
      '--patient <id>',
      'who is explained; - reads the id from the input, where no list of processes shows it',
    )
    .option('--top <k>', 'codes in the table, the strongest ones', wholeNumber(1), 15)
    .option('--seed <s>', 'seed of the random orders of the deletion test', wholeNumber(0), seed)
    .option('--random-orders <n>', 'so many of them, at most 10000', wholeNumber(1, 10_000), randomOrders)
    .option('--removals <k>', 'codes that the deletion test removes at most', wholeNumber(1), largestDeletion)
    .option(
      '--minimum-cell-count <n>',
      'suppress smaller counts of other patients',
      wholeNumber(0),
      usualMinimumCellCount,
    )
    .option('--attention', 'with --json: every weight, by layer, head, reading and read code')
    .option('--edits <json>', 'what if: a list such as [{"kind":"remove","at":3}]')
    .option('--save <file>', 'with --edits: write the case (holds patient data)')
    .option(
      '--with-id',
      'with --save: keep the id of the patient in it, which the patient panel needs to show it',
    )
    .option('--replay <file>', 'compute a saved case again')
    .action(
      action(async (context, [run], given) => {
        const options = given as unknown as ExplainOptions;
        checkOptions(options);
        const { home, terminal, signal } = context;
        const explained = await openExplained(home, run!, { progress: terminal.progress, signal });
        try {
          await answer(explained, options, context);
        } finally {
          await explained.close();
        }
      }),
    );
};

async function answer(
  explained: ExplainedRun,
  options: ExplainOptions,
  { terminal, signal, now }: CommandContext,
): Promise<void> {
  if (options.replay !== undefined) {
    const replay = await explained.replay(readCase(options.replay));
    terminal.result(replay, renderReplay(replay));
    if (!replay.equal) process.exitCode = 1;
    return;
  }
  const id = options.patient === '-' ? readFileSync(0, 'utf8').trim() : options.patient!;
  if (options.edits !== undefined) {
    const edits = readEdits(options.edits);
    const result = await explained.whatIf(id, edits, true);
    if (options.save !== undefined) {
      writeCase(options.save, await explained.makeCase(id, edits, options.withId ?? false, now));
    }
    terminal.result(result, renderWhatIf(result));
    return;
  }
  const settings = {
    largestDeletion: options.removals,
    randomOrders: options.randomOrders,
    seed: options.seed,
  };
  const { minimumCellCount } = options;
  const asking = { minimumCellCount, progress: terminal.progress, signal };
  const explanation = await explained.explain(id, settings, asking);
  const { attention } = explanation;
  const weights = options.attention ? await explained.allAttention(id) : undefined;
  const told = weights === undefined ? explanation : { ...explanation, attention: { ...attention, weights } };
  terminal.result(told, renderExplanation(explanation, options.top));
}

function checkOptions({ patient, edits, save, withId, replay }: ExplainOptions): void {
  if ((patient === undefined) === (replay === undefined)) {
    throw new UserError('Give --patient, or --replay with a saved case.');
  }
  if (replay !== undefined && edits !== undefined) {
    throw new UserError('A case has its own edits: --edits does not go with --replay.');
  }
  if (save !== undefined && edits === undefined) {
    throw new UserError('--save writes what --edits changes; give both.');
  }
  if (withId && save === undefined) throw new UserError('--with-id goes with --save.');
}

function readEdits(text: string): Edit[] {
  const example =
    'Write for example [{"kind":"mask","at":0},{"kind":"add","code":"ICD10_I10","visit":1,"place":1}].';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError('--edits is no JSON.', { advice: example });
  }
  const parsed = z.array(edit).min(1).safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UserError('--edits is no list of edits (mask, remove, add, move).', { advice: example });
}
