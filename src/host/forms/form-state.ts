/** What decides whether a step of a form is asked, and what its answer rests on. Nothing here draws anything. */
export interface StepLogic<A> {
  readonly key: keyof A & string;
  /** Whether the step matters with the answers before it; absent = always. */
  readonly relevant?: (answers: Partial<A>) => boolean;
  /** Not asked on the way: the summary shows it, and it can be changed there. */
  readonly onlyInSummary?: boolean | ((answers: Partial<A>) => boolean);
  /** What an answer rests on. An answer counts only as long as this stays the same. */
  readonly ground?: (answers: Partial<A>) => unknown;
  /** The answer that is proposed, or taken, where none was given. */
  readonly otherwise?: (answers: Partial<A>) => unknown;
}

/** An answer, and what it rested on when it was given. */
export interface KeptAnswer {
  readonly value: unknown;
  readonly ground: string;
}
export type KeptAnswers = Readonly<Record<string, KeptAnswer>>;

interface Snapshot {
  readonly kept: ReadonlyMap<string, KeptAnswer>;
  readonly confirmed: ReadonlyMap<string, string>;
}

/**
 * Where a form stands: its steps in order, then the summary. Going back keeps every answer. Changing one answer from
 * the summary asks again only those steps whose ground has changed with it; giving that up brings the old answers back.
 */
export class FormState<A extends object, S extends StepLogic<A> = StepLogic<A>> {
  /** Answers of this and of earlier times; each is a proposal until it is confirmed. */
  private kept: Map<string, KeptAnswer>;
  /** Steps answered this time, with the ground of then. */
  private confirmed = new Map<string, string>();
  private readonly known: Map<string, unknown>;
  /** Steps whose answer was known from the start. */
  private readonly taken = new Set<string>();
  /** Steps that the person has answered on the way, oldest first. */
  private readonly trail: S[] = [];
  /** A change that was begun in the summary: what it began from, and the steps answered since. */
  private change: { readonly before: Snapshot; readonly trail: S[] } | undefined;
  private at: S | undefined;

  /**
   * @param kept answers of an earlier time, proposed
   * @param known answers that are given already: not asked unless their ground changes
   */
  constructor(
    readonly steps: readonly S[],
    kept: KeptAnswers = {},
    known: Partial<A> = {},
  ) {
    this.kept = new Map(Object.entries(kept));
    this.known = new Map(Object.entries(known).filter(([, value]) => value !== undefined));
    this.at = this.nextOnTheWay(0);
  }

  /** The step to ask now; undefined = the summary. */
  get current(): S | undefined {
    return this.at;
  }

  /** Whether there is anything to go back to. */
  get canGoBack(): boolean {
    return this.change !== undefined || this.trail.length > 0;
  }

  /** Which of how many this is, the summary being the last; from 1. */
  get place(): { readonly step: number; readonly of: number } {
    const all = this.relevantSteps().filter((step) => this.isAsked(step));
    const index = this.at === undefined ? all.length : all.indexOf(this.at);
    return { step: (index < 0 ? all.length : index) + 1, of: all.length + 1 };
  }

  /** The answers of all relevant steps before `end`; of all without it. */
  answers(end?: S): Partial<A> {
    const answers: Partial<A> = {};
    for (const step of this.steps) {
      if (step === end) break;
      if (step.relevant !== undefined && !step.relevant(answers)) continue;
      const value = this.valueIn(step, answers);
      if (value !== undefined) Object.assign(answers, { [step.key]: value });
    }
    return answers;
  }

  /** Steps that matter with the present answers, in order. */
  relevantSteps(): S[] {
    return this.steps.filter((step) => step.relevant?.(this.answers(step)) ?? true);
  }

  /** Whether a step is asked on the way to the summary, rather than shown there only. */
  isAsked(step: S): boolean {
    const { onlyInSummary = false } = step;
    return !(typeof onlyInSummary === 'function' ? onlyInSummary(this.answers(step)) : onlyInSummary);
  }

  /** The present answer of a step, or what is proposed for it. */
  value(step: S): unknown {
    return this.valueIn(step, this.answers(step));
  }

  /** Whether a step of the summary has another answer than the one it has by itself. */
  isChanged(step: S): boolean {
    const before = this.answers(step);
    return this.isKept(step, before) && !same(this.kept.get(step.key)!.value, step.otherwise?.(before));
  }

  /** Answers the current step and moves on. */
  answer(value: unknown): void {
    const step = this.at!;
    this.confirm(step, value);
    if (this.change === undefined) {
      this.trail.push(step);
      this.at = this.nextOnTheWay(this.steps.indexOf(step) + 1);
    } else {
      this.change.trail.push(step);
      this.at = this.unsettled();
      if (this.at === undefined) this.change = undefined;
    }
  }

  /** Goes back one step; from the first step of a change to the summary as it was. */
  back(): void {
    if (this.change === undefined) {
      this.at = this.popRelevant(this.trail) ?? this.at;
      return;
    }
    const previous = this.popRelevant(this.change.trail);
    if (previous !== undefined) {
      this.at = previous;
      return;
    }
    this.kept = new Map(this.change.before.kept);
    this.confirmed = new Map(this.change.before.confirmed);
    this.change = undefined;
    this.at = undefined;
  }

  /** Asks a step again, from the summary. */
  edit(step: S): void {
    const before = { kept: new Map(this.kept), confirmed: new Map(this.confirmed) };
    this.change = { before, trail: [] };
    this.at = step;
  }

  /** Takes every step that only the summary shows back to the answer it has by itself. */
  reset(): void {
    for (const step of this.relevantSteps()) if (!this.isAsked(step)) this.kept.delete(step.key);
  }

  /** The answers that count, to be proposed next time. */
  keep(): KeptAnswers {
    return Object.fromEntries(
      this.relevantSteps()
        .filter((step) => this.isKept(step, this.answers(step)))
        .map((step) => [step.key, this.kept.get(step.key)!]),
    );
  }

  private valueIn(step: S, before: Partial<A>): unknown {
    return this.isKept(step, before) ? this.kept.get(step.key)!.value : step.otherwise?.(before);
  }

  private isKept(step: S, before: Partial<A>): boolean {
    return this.kept.get(step.key)?.ground === groundOf(step, before);
  }

  private confirm(step: S, value: unknown): void {
    const ground = groundOf(step, this.answers(step));
    this.kept.set(step.key, { value, ground });
    this.confirmed.set(step.key, ground);
  }

  /** The next step from a place on that nobody has answered; what is known already is taken in on the way. */
  private nextOnTheWay(from: number): S | undefined {
    for (const step of this.steps.slice(from)) {
      if (step.relevant !== undefined && !step.relevant(this.answers(step))) continue;
      if (this.known.has(step.key)) {
        this.confirm(step, this.known.get(step.key));
        this.known.delete(step.key);
        this.taken.add(step.key);
      } else if (this.isAsked(step) && !(this.taken.has(step.key) && this.isSettled(step))) {
        return step;
      }
    }
    return this.unsettled();
  }

  /** The first step whose answer is missing, or rests on something that has changed. */
  private unsettled(): S | undefined {
    return this.relevantSteps().find((step) => this.isAsked(step) && !this.isSettled(step));
  }

  private isSettled(step: S): boolean {
    return this.confirmed.get(step.key) === groundOf(step, this.answers(step));
  }

  private popRelevant(trail: S[]): S | undefined {
    const relevant = this.relevantSteps();
    for (let step = trail.pop(); step !== undefined; step = trail.pop()) {
      if (relevant.includes(step)) return step;
    }
    return undefined;
  }
}

function groundOf<A>(step: StepLogic<A>, answers: Partial<A>): string {
  return JSON.stringify(step.ground?.(answers)) ?? '';
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
