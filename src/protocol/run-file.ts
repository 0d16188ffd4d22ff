import * as z from 'zod';
import { finetuneConfig, pretrainConfig } from './config';
import { type SettingKey, settingNotes } from './setting-notes';

/** How run configuration files are called. */
export const runFileSuffix = '.medbert.json';

/** `from` of a model that is not pretrained. */
export const untrained = 'untrained';

const schemaKey = z
  .string()
  .optional()
  .meta({ description: 'Schema of this file, for editors that want to be told.' });
const name = (description: string): z.ZodString => z.string().min(1).meta({ description });

/** A pretraining run as a file tells it. Paths start from the folder of the file. */
export const pretrainFile = z
  .strictObject({
    $schema: schemaKey,
    task: z.literal('pretrain').meta({ description: 'What to do: learn from records without labels.' }),
    dataset: name('Name of an imported dataset.'),
    exclude: z.string().min(1).nullable().default(null).meta({
      description:
        'Labels file (patient_id, label, index_date) whose patients are kept out of pretraining, so that they can be tested on. The path starts from the folder of this file.',
    }),
    settings: z
      .strictObject(optionalSettings(pretrainConfig.shape))
      .default({})
      .meta({ description: 'Settings that differ from the defaults.' }),
  })
  .meta({ title: 'Pretraining run' });
export type PretrainFile = z.infer<typeof pretrainFile>;

/** A fine-tuning run as a file tells it. Paths start from the folder of the file. */
export const finetuneFile = z
  .strictObject({
    $schema: schemaKey,
    task: z.literal('finetune').meta({ description: 'What to do: learn to predict a label.' }),
    dataset: name('Name of an imported dataset.'),
    labels: name(
      'Labels file with the columns patient_id, label and index_date. The path starts from the folder of this file.',
    ),
    from: name('Id of the pretraining run to start from, or “untrained” for random weights.'),
    like: z.string().min(1).nullable().default(null).meta({
      description:
        'Only with “from”: “untrained”: id of a pretraining run whose architecture and vocabulary are taken over.',
    }),
    allowSeenTestPatients: z.boolean().default(false).meta({
      description: 'Accept test patients that the encoder has seen. The overlap is recorded in the run.',
    }),
    settings: z
      .strictObject(optionalSettings(finetuneConfig.shape))
      .default({})
      .meta({ description: 'Settings that differ from the defaults.' }),
  })
  .meta({ title: 'Fine-tuning run' });
export type FinetuneFile = z.infer<typeof finetuneFile>;

/** `*.medbert.json`: a run that can be started from a file. */
export const runFile = z.discriminatedUnion('task', [pretrainFile, finetuneFile]);
export type RunFile = z.infer<typeof runFile>;

/** The JSON schema (draft 7) of run configuration files: what an editor completes and checks. */
export function runFileJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(runFile, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      // Bounds of what a computer can count exactly tell a person nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return {
    ...schema,
    title: 'Med-BERT run configuration',
    defaultSnippets: [
      {
        label: 'Pretraining run',
        description: 'Learn from the records of a dataset',
        body: { task: 'pretrain', dataset: '${1:dataset}', exclude: null, settings: { epochs: '^${2:10}' } },
      },
      {
        label: 'Fine-tuning run',
        description: 'Learn to predict a label',
        body: {
          task: 'finetune',
          dataset: '${1:dataset}',
          labels: '${2:labels.tsv}',
          from: '${3:untrained}',
          settings: { learningRate: '^${4:0.0003}' },
        },
      },
    ],
  };
}

type WithoutDefault<T> = T extends z.ZodDefault<infer Inner> ? Inner : T;
type OptionalSettings<Shape> = {
  [K in keyof Shape]: z.ZodOptional<WithoutDefault<Shape[K]> & z.ZodType>;
};

/**
 * The settings of a configuration, each of which may be absent and then stays absent: a run has to know which ones
 * were given. The defaults are only told.
 */
function optionalSettings<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
): OptionalSettings<Shape> {
  const settings = Object.entries(shape).map(([key, type]) => {
    const description = settingNotes[key as SettingKey];
    const told =
      type instanceof z.ZodDefault ? { description, default: type.def.defaultValue } : { description };
    return [key, bareSetting(type).optional().meta(told)];
  });
  return Object.fromEntries(settings) as OptionalSettings<Shape>;
}

/** The type of a setting without its default. */
export function bareSetting(type: z.ZodType): z.ZodType {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional)
    return bareSetting(type.unwrap() as z.ZodType);
  return type;
}
