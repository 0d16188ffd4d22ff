import { modelConfig } from '../../protocol/config';
import type { RunManifest } from '../../protocol/run';
import { type FinetuneFile, type RunFile, untrained } from '../../protocol/run-file';

/** Something about a value of a run configuration that its schema cannot tell. */
export interface Remark {
  /** Keys that lead to the value. */
  readonly path: readonly string[];
  readonly message: string;
  /** The run cannot be made like this, whatever may still appear on the disk. */
  readonly isError: boolean;
}

/** What is there to be referred to. */
export interface Surroundings {
  readonly hasDataset: (name: string) => boolean;
  /** Whether there is a run of this id; its manifest if it can be read. */
  readonly run: (id: string) => RunManifest | boolean;
  /** Whether there is a file at a path as it stands in the configuration. */
  readonly hasFile: (path: string) => boolean;
}

/** What is wrong or missing about a run configuration beside its form. Errors come first. */
export function checkRunFile(file: RunFile, around: Surroundings): Remark[] {
  const remarks = [
    ...contradictions(file),
    ...(around.hasDataset(file.dataset)
      ? []
      : [missing(['dataset'], `There is no dataset ${file.dataset}: import it first.`)]),
    ...labelsRemarks(file, around),
    ...(file.task === 'finetune' ? encoderRemarks(file, around) : []),
  ];
  return remarks.sort((a, b) => Number(b.isError) - Number(a.isError));
}

/** Values that contradict each other within the file. */
export function contradictions(file: RunFile): Remark[] {
  const hasOwnSize = file.task === 'pretrain' || (file.from === untrained && file.like === null);
  const { hidden, heads } = { ...modelConfig.parse({}), ...defined(file.settings) };
  const remarks: Remark[] = [];
  if (hasOwnSize && hidden % heads !== 0) {
    const key = file.settings.heads === undefined ? 'hidden' : 'heads';
    const message = `hidden (${hidden}) must be a multiple of heads (${heads}).`;
    remarks.push({ path: ['settings', key], message, isError: true });
  }
  if (file.task === 'finetune' && file.like !== null && file.from !== untrained) {
    remarks.push({ path: ['like'], message: `“like” goes with "from": "${untrained}" only.`, isError: true });
  }
  if (file.settings.steps !== undefined && file.settings.epochs !== undefined) {
    const message = 'steps take the place of epochs, which have no effect.';
    remarks.push({ path: ['settings', 'epochs'], message, isError: false });
  }
  return remarks;
}

function labelsRemarks(file: RunFile, { hasFile }: Surroundings): Remark[] {
  const key = file.task === 'pretrain' ? 'exclude' : 'labels';
  const path = file.task === 'pretrain' ? file.exclude : file.labels;
  if (path === null || hasFile(path)) return [];
  return [missing([key], 'There is no file at this path; it starts from the folder of this configuration.')];
}

function encoderRemarks(file: FinetuneFile, around: Surroundings): Remark[] {
  const key = file.from === untrained ? 'like' : 'from';
  const id = file.from === untrained ? file.like : file.from;
  if (id === null) return [];
  const run = around.run(id);
  if (run === false) return [missing([key], `There is no run ${id}.`)];
  if (run === true) return [];
  if (run.kind !== 'pretrain') {
    return [missing([key], `${id} is a fine-tuning run; an encoder comes from a pretraining run.`)];
  }
  const remarks: Remark[] = [];
  for (const [setting, value] of Object.entries(defined(file.settings))) {
    const parent = (run.config as Readonly<Record<string, unknown>>)[setting];
    const path = ['settings', setting];
    if (setting === 'maxLength' && Number(value) > run.config.maxLength) {
      remarks.push(missing(path, `${id} reads at most ${run.config.maxLength} codes.`));
    } else if (inherited.includes(setting) && value !== parent) {
      remarks.push(missing(path, `${id} has ${setting} ${String(parent)}, which its encoder keeps.`));
    }
  }
  return remarks;
}

/** What a fine-tuning run takes from its encoder. */
const inherited = Object.keys(modelConfig.shape).filter((key) => key !== 'dropout' && key !== 'maxLength');

function missing(path: readonly string[], message: string): Remark {
  return { path, message, isError: false };
}

/** Settings that are there, without those that are undefined. */
function defined<T extends object>(settings: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
