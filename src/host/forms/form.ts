import * as z from 'zod';
import type { Host } from '../host';
import { type Frame, type Reply, askChoice, askText } from './ask';
import { FormState, type KeptAnswers, type StepLogic } from './form-state';
import type { Question } from './question';
import { type Does, askSummary } from './summary';

/** One step of a form: what is asked, how its answer reads, and whether it is remembered. */
export interface StepOf<A, K extends keyof A & string> extends StepLogic<A> {
  readonly key: K;
  /** What it is about, as title and in the summary. */
  readonly name: string;
  /** What it means, in the summary. */
  readonly note?: string;
  readonly question: (answers: Partial<A>, proposal: A[K] | undefined) => Question<A[K]>;
  /** An answer in words. */
  readonly show: (value: A[K], answers: Partial<A>) => string;
  /** What a remembered answer must look like; without it the step is not remembered. */
  readonly keep?: z.ZodType;
}
/** A step of a form with the answers `A`. */
export type Step<A> = { [K in keyof A & string]: StepOf<A, K> }[keyof A & string];

/** A form: its steps are asked one by one, then a summary shows all and lets each be changed. */
export interface Form<A> {
  /** Under `medbert.form.<name>` the answers are remembered. */
  readonly name: string;
  readonly title: string;
  readonly steps: readonly Step<A>[];
  /** What can be done with the answers, the usual first. */
  readonly does: readonly Does[];
  /** Why the answers do not go together, in plain words. */
  readonly problem?: (answers: A) => string | undefined;
}

/**
 * Asks a form from its first step to its summary.
 * @param known answers that are given already; they are shown in the summary, and can be changed there
 * @returns undefined when the person gives up: then nothing is remembered and nothing has happened
 */
export async function askForm<A extends object>(
  host: Pick<Host, 'memory'>,
  form: Form<A>,
  known: Partial<A>,
): Promise<{ answers: A; then: Does['then'] } | undefined> {
  const state = new FormState<A, Step<A>>(form.steps, remembered(host, form), stillKnown(form, known));
  for (;;) {
    const step = state.current;
    const { place, canGoBack } = state;
    const frame = { title: form.title, ...place, canGoBack };
    if (step === undefined) {
      const answers = state.answers() as A;
      const reply = await askSummary(form, state, form.problem?.(answers), frame);
      if (reply === undefined) return undefined;
      if (reply === 'back') state.back();
      else if ('edit' in reply) state.edit(reply.edit);
      else if ('reset' in reply) state.reset();
      else {
        await remember(host, form, state.keep());
        return { answers, then: reply.then };
      }
    } else {
      const reply = await askStep(step, state, { ...frame, title: `${form.title}: ${step.name}` });
      if (reply === undefined) return undefined;
      if (reply === 'back') state.back();
      else state.answer(reply.value);
    }
  }
}

async function askStep<A extends object>(
  step: Step<A>,
  state: FormState<A, Step<A>>,
  frame: Frame,
): Promise<Reply<unknown>> {
  const proposal = state.value(step);
  // The key ties the question to the kind of its answer; the machine itself does not care which one it is.
  const ask = step.question as (answers: Partial<A>, proposal: unknown) => Question<unknown>;
  const question = ask(state.answers(step), proposal);
  return question.kind === 'text' ? askText(question, frame) : askChoice(question, proposal, frame);
}

const keptAnswer = z.object({ value: z.unknown(), ground: z.string() });

/** What a command knew beforehand and what is still so: a tree may show what has just been deleted. */
function stillKnown<A>(form: Form<A>, known: Partial<A>): Partial<A> {
  const good = form.steps.filter(
    ({ key, keep }) => key in known && keep?.safeParse(known[key]).success !== false,
  );
  return Object.fromEntries(good.map(({ key }) => [key, known[key]])) as Partial<A>;
}

/** What was answered last time, as far as it still makes sense: an old memory never breaks a form. */
function remembered<A>(host: Pick<Host, 'memory'>, form: Form<A>): KeptAnswers {
  const kept = z.record(z.string(), z.unknown()).safeParse(host.memory.get(memoryKey(form)));
  const good: Record<string, z.infer<typeof keptAnswer>> = {};
  for (const { key, keep } of form.steps) {
    const answer = keptAnswer.safeParse(kept.data?.[key]);
    if (keep === undefined || !answer.success) continue;
    const value = keep.safeParse(answer.data.value);
    if (value.success) good[key] = { value: value.data, ground: answer.data.ground };
  }
  return good;
}

async function remember<A>(host: Pick<Host, 'memory'>, form: Form<A>, answers: KeptAnswers): Promise<void> {
  const kept = form.steps.filter(({ key, keep }) => keep !== undefined && key in answers);
  await host.memory.update(memoryKey(form), Object.fromEntries(kept.map(({ key }) => [key, answers[key]])));
}

function memoryKey(form: { readonly name: string }): string {
  return `medbert.form.${form.name}`;
}
