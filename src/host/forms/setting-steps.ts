import * as vscode from 'vscode';
import * as z from 'zod';
import { type SettingKey, settingNotes } from '../../protocol/setting-notes';
import { bareSetting } from '../../protocol/run-file';
import type { StepLogic } from './form-state';
import type { Step, StepOf } from './form';
import { plainNumber, readNumber } from './numbers';
import type { Question } from './question';

/** A value of a run's configuration. */
export type Setting = string | number | boolean;

/** What a step about a setting may have beside what its schema tells. */
export interface SettingLogic<A> extends Pick<StepLogic<A>, 'relevant' | 'ground' | 'onlyInSummary'> {
  /** The value that is taken when none is given; the schema's own default when absent. */
  readonly otherwise?: (answers: Partial<A>) => Setting;
  readonly name?: string;
  readonly prompt?: string;
  /** What is wrong with a number that the schema accepts, beside the answers before it. */
  readonly check?: (value: number, answers: Partial<A>) => string | undefined;
  /** A value in words, where the plain one does not say enough. */
  readonly show?: (value: A[keyof A], answers: Partial<A>) => string;
}

/**
 * A step about one setting of a run, asked and checked as its schema says.
 * @param key a key of the configuration, which is also the key of the answer
 */
function settingStep<A, K extends keyof A & string & SettingKey>(
  key: K,
  schema: z.ZodType,
  logic: SettingLogic<A> = {},
): StepOf<A, K> {
  const note = vscode.l10n.t(settingNotes[key]);
  const own = defaultOf(schema);
  const { name = key, prompt = note, otherwise = () => own, check, show, ...when } = logic;
  const bare = bareSetting(schema);
  return {
    key,
    name,
    note,
    onlyInSummary: true,
    ...when,
    otherwise,
    keep: bare,
    show: show ?? ((value) => showSetting(value as Setting)),
    question: (answers, proposal) => {
      const question = settingQuestion(bare, proposal as Setting | undefined, prompt, otherwise(answers));
      return (
        check === undefined ? question : checked(question, (value) => check(value, answers))
      ) as Question<A[K]>;
    },
  };
}

/**
 * Makes the steps about settings of one task.
 * @param shape the schema of each setting
 */
export function settingStepsOf<A>(
  shape: Readonly<Record<string, z.ZodType>>,
): (key: keyof A & string & SettingKey, logic?: SettingLogic<A>) => Step<A> {
  // The kind of each answer is what its schema reads; the compiler cannot follow it through the table.
  return (key, logic) => settingStep<A, typeof key>(key, shape[key]!, logic) as unknown as Step<A>;
}

/** The default of a setting, by its schema. */
export function defaultOf(schema: z.ZodType): Setting | undefined {
  return schema instanceof z.ZodDefault ? (schema.def.defaultValue as Setting) : undefined;
}

/** A setting in words. */
export function showSetting(value: Setting): string {
  if (typeof value === 'boolean') return value ? vscode.l10n.t('on') : vscode.l10n.t('off');
  return typeof value === 'number' ? plainNumber(value) : value;
}

function settingQuestion(
  schema: z.ZodType,
  value: Setting | undefined,
  prompt: string,
  own: Setting | undefined,
): Question<Setting> {
  const values = schema instanceof z.ZodBoolean ? [true, false] : optionsOf(schema);
  if (values !== undefined) {
    const choices = values.map((option) => ({
      label: showSetting(option),
      ...(option === own ? { description: vscode.l10n.t('default') } : {}),
      value: option,
    }));
    return { kind: 'choice', placeholder: prompt, choices };
  }
  return {
    kind: 'text',
    prompt: own === undefined ? prompt : vscode.l10n.t('{0} Default: {1}.', prompt, showSetting(own)),
    text: value === undefined ? '' : showSetting(value),
    read: (text) => readNumber(text, schema),
  };
}

/** The same question with one more rule about its number. */
function checked(
  question: Question<Setting>,
  check: (value: number) => string | undefined,
): Question<Setting> {
  if (question.kind !== 'text') return question;
  return {
    ...question,
    read: (text) => {
      const reading = question.read(text);
      const problem =
        'value' in reading && typeof reading.value === 'number' ? check(reading.value) : undefined;
      return problem === undefined ? reading : { problem };
    },
  };
}

function optionsOf(schema: z.ZodType): string[] | undefined {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : undefined;
}
