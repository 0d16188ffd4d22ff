import * as vscode from 'vscode';
import { CancelledError, UserError } from '../../protocol/errors';
import type { Edit } from '../../protocol/case-file';
import { defaultExplainSettings, type ExplanationSoFar, type Glance } from '../../protocol/explanation';
import type { ProgressReport } from '../../protocol/progress';
import {
  type AttentionView,
  attentionChoice,
  isAttributed,
  isWhole,
  type PatientStage,
  type ShownSquare,
  type ShownWhatIf,
} from '../../protocol/panels/patient';
import type { Step } from '../../protocol/panels/panel';
import type { PatientQuestion } from '../../protocol/queries';
import type { Host } from '../host';
import { shareOf } from '../long-work';

/** Squares that stay in memory, so that going back to one costs nothing: 512 codes are 1 MB each. */
const keptSquares = 12;

/** Numbers what is made, over all readings of a panel. */
export type Numbering = () => number;

type ReadingHost = Pick<Host, 'explain' | 'tell'>;

/**
 * What a panel knows of one patient under one run: a glance at once, the attention that is looked at, then the
 * attributions; and what the model makes of edits. Whatever arrives after `dispose` is dropped.
 */
export class PatientReading {
  stage: PatientStage = { kind: 'reading', phase: vscode.l10n.t('reading the patient') };
  square: ShownSquare | null = null;
  squareProblem: string | null = null;
  whatIf: ShownWhatIf | null = null;
  readonly #squares = new Map<string, ShownSquare>();
  readonly #life = new AbortController();
  #reading = new AbortController();
  #asking = new AbortController();
  #editing = new AbortController();

  constructor(
    private readonly question: PatientQuestion,
    private attention: AttentionView,
    private readonly host: ReadingHost,
    private readonly number: Numbering,
    private readonly changed: () => void,
  ) {}

  /** What is known so far; undefined before the glance. */
  get explanation(): ExplanationSoFar | undefined {
    return this.stage.kind === 'shown' ? this.stage.explanation : undefined;
  }

  /** Asks for the glance, then for everything else. */
  async begin(): Promise<void> {
    this.#reading = this.#workOfMine();
    const { signal } = this.#reading;
    let glance: Glance;
    try {
      glance = await this.host.explain.ask('glance', this.question, { signal });
    } catch (error) {
      if (!this.#life.signal.aborted) this.#failed(error);
      return;
    }
    if (signal.aborted) return;
    const made = this.number();
    this.stage = {
      kind: 'shown',
      explanation: glance,
      made,
      pending: { phase: explaining(), share: null },
      problem: null,
    };
    this.changed();
    // Attention is asked for first: it is answered in a blink, the explanation is not.
    await Promise.all([this.#askSquare(glance), this.#explain(glance, made, signal)]);
  }

  /** Another square is looked at. */
  look(attention: AttentionView): void {
    this.attention = attention;
    if (this.stage.kind === 'shown') void this.#askSquare(this.stage.explanation);
  }

  /** Stops what is being computed; what is there stays. */
  cancel(): void {
    this.#reading.abort();
  }

  /** Other edits, all anew; none brings the patient back as it was. */
  async edit(edits: readonly Edit[]): Promise<void> {
    this.#editing.abort();
    this.#editing = this.#workOfMine();
    if (edits.length === 0) {
      this.whatIf = null;
      this.changed();
      return;
    }
    const { signal } = this.#editing;
    const asked = { edits, replay: null, saved: false };
    this.whatIf = { ...asked, result: null, problem: null };
    this.changed();
    try {
      const result = await this.host.explain.ask(
        'whatIf',
        { ...this.question, edits, withSeeds: true },
        { signal },
      );
      if (signal.aborted) return;
      this.whatIf = { ...asked, result, problem: null };
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) return;
      this.whatIf = { ...asked, result: null, problem: this.#words(error) };
    }
    this.changed();
  }

  /** A case that was computed elsewhere: opened from a file, or just saved. */
  setCase(whatIf: ShownWhatIf): void {
    this.#editing.abort();
    this.whatIf = whatIf;
    this.changed();
  }

  dispose(): void {
    this.#life.abort();
  }

  async #askSquare(glance: Glance): Promise<void> {
    const choice = attentionChoice(this.attention, glance.attention);
    const key = JSON.stringify(choice);
    this.#asking.abort();
    const kept = this.#squares.get(key);
    if (kept !== undefined) {
      this.#showSquare(kept);
      return;
    }
    this.#asking = this.#workOfMine();
    const { signal } = this.#asking;
    try {
      const square = await this.host.explain.ask('attention', { ...this.question, choice }, { signal });
      if (signal.aborted) return;
      const shown = { ...square, choice, made: this.number() };
      this.#squares.set(key, shown);
      if (this.#squares.size > keptSquares) this.#squares.delete(this.#squares.keys().next().value!);
      this.#showSquare(shown);
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) return;
      this.squareProblem = this.#words(error);
      this.square = null;
      this.changed();
    }
  }

  #showSquare(square: ShownSquare): void {
    if (this.square === square) return;
    this.square = square;
    this.squareProblem = null;
    this.changed();
  }

  /** First what every code does, within a second of even the longest record; then the proof of it. */
  async #explain(glance: Glance, made: number, signal: AbortSignal): Promise<void> {
    let soFar: ExplanationSoFar = glance;
    let number = made;
    const show = (stage: Pick<Extract<PatientStage, { kind: 'shown' }>, 'pending' | 'problem'>): void => {
      this.stage = { kind: 'shown', explanation: soFar, made: number, ...stage };
      this.changed();
    };
    const progress = (report: ProgressReport): void => {
      if (signal.aborted || isWhole(soFar)) return;
      show({ pending: { phase: report.phase, share: shareOf(report) }, problem: null });
    };
    try {
      soFar = await this.host.explain.ask('attributed', this.question, { signal, progress });
      number = this.number();
      if (signal.aborted) throw new CancelledError();
      if (!isWhole(soFar)) {
        show({ pending: { phase: testing(), share: null }, problem: null });
        const question = { ...this.question, settings: defaultExplainSettings };
        soFar = await this.host.explain.ask('explain', question, { signal, progress });
        number = this.number();
      }
      if (!signal.aborted) show({ pending: null, problem: null });
    } catch (error) {
      if (this.#life.signal.aborted) return;
      const text =
        error instanceof CancelledError
          ? isAttributed(soFar)
            ? vscode.l10n.t('Testing the attributions was cancelled.')
            : vscode.l10n.t('Computing the attributions was cancelled.')
          : this.#words(error);
      show({ pending: null, problem: { text, steps: [again()] } });
    }
  }

  #failed(error: unknown): void {
    const steps = [again(), choosePatientStep()];
    if (error instanceof CancelledError) {
      const title = vscode.l10n.t('Explaining the patient was cancelled');
      this.stage = { kind: 'failed', title, text: vscode.l10n.t('The run is untouched.'), steps };
    } else {
      const title = vscode.l10n.t('The patient could not be explained');
      const isBug = !(error instanceof UserError);
      this.stage = {
        ...{ kind: 'failed', title, text: this.#words(error) },
        steps: isBug ? [...steps, logStep()] : steps,
      };
    }
    this.changed();
  }

  /** What a person is told of an error in the panel; a bug is told outside of it too. */
  #words(error: unknown): string {
    if (error instanceof UserError) return error.explain();
    this.host.tell(error);
    return vscode.l10n.t('This is a bug. The run is untouched; the log holds the places.');
  }

  /** Ends with the reading. */
  #workOfMine(): AbortController {
    const work = new AbortController();
    if (this.#life.signal.aborted) work.abort();
    this.#life.signal.addEventListener('abort', () => work.abort(), { once: true, signal: work.signal });
    return work;
  }
}

function explaining(): string {
  return vscode.l10n.t('computing attributions');
}

function testing(): string {
  return vscode.l10n.t('testing the attributions');
}

export function again(): Step {
  return { label: vscode.l10n.t('Recompute'), do: 'recompute' };
}

export function choosePatientStep(): Step {
  return { label: vscode.l10n.t('Choose Patient…'), do: 'choosePatient' };
}

export function logStep(): Step {
  return { label: vscode.l10n.t('Show Log'), do: 'openLog' };
}
