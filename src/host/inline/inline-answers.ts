import { CancelledError, UserError } from '../../protocol/errors';
import type { AttentionSquare, Attributed, Glance, PatientEntry, WhatIf } from '../../protocol/explanation';
import type { OnePatient, PatientQuestion } from '../../protocol/queries';
import type { QueryClient } from '../query-client';
import type { Settings } from '../settings';
import { HeldRecords } from './held-records';
import type { RecordsNear } from './records-near';
import { ReadPatient } from './standing';
import { type Known, SharedAnswers, Turn } from './shared-answers';

/** A patient under a run. */
export type About = Readonly<Omit<OnePatient, 'home'>>;

/**
 * What the query worker has said of patients, for everything that is shown inline. It is kept in memory only, of a
 * bounded number of patients; whoever waits may go away, and then the work ends.
 */
export class InlineAnswers {
  private readonly turn = new Turn();
  private readonly lists = new SharedAnswers<ReadonlyMap<string, PatientEntry>>(2, new Turn());
  private readonly glances = new SharedAnswers<Glance>(400, this.turn);
  private readonly attributions = new SharedAnswers<Attributed>(100, this.turn);
  /** What a patient would be without one code. */
  private readonly without = new SharedAnswers<WhatIf>(400, this.turn);
  /** A square of 512 codes takes a megabyte. */
  private readonly squares = new SharedAnswers<AttentionSquare>(8, this.turn);
  private readonly read = new WeakMap<Glance, ReadPatient>();
  private readonly descriptions = new Map<string, string>();
  private readonly told = new Set<string>();

  constructor(
    private readonly home: string,
    private readonly query: Pick<QueryClient, 'ask'>,
    private readonly settings: Pick<Settings, 'minimumCellCount'>,
    /** Told of what is a bug, once of each kind. */
    private readonly tell: (error: unknown) => void,
  ) {}

  /** The patients of whom a run can be asked, by id. */
  patients(run: string, signal: AbortSignal): Promise<ReadonlyMap<string, PatientEntry>> {
    const ask = async (abort: AbortSignal): Promise<ReadonlyMap<string, PatientEntry>> => {
      const entries = await this.query.ask('patients', { home: this.home, run }, { signal: abort });
      return new Map(entries.map((entry) => [entry.patient, entry]));
    };
    return this.asked(this.lists.get(run, ask, signal));
  }

  /** Whether it is known of whom a run can be asked, or why not. */
  isListed(run: string): boolean {
    return this.lists.peek(run) !== undefined;
  }

  /** Whether a run lists a patient (a fine-tuned one those with a label); undefined while its list has not been read. */
  knows({ run, patient }: About): boolean | undefined {
    const list = this.lists.peek(run);
    return list !== undefined && 'answer' in list ? list.answer.has(patient) : undefined;
  }

  /** Prediction and attention, if they are known; attributions hold them too. */
  glanced(about: About): Known<Glance> | undefined {
    return this.attributions.peek(keyOf(about)) ?? this.glances.peek(keyOf(about)) ?? this.listError(about);
  }

  attributed(about: About): Known<Attributed> | undefined {
    return this.attributions.peek(keyOf(about)) ?? this.listError(about);
  }

  async glance(about: About, signal: AbortSignal): Promise<Glance> {
    const attributed = this.attributions.peek(keyOf(about));
    if (attributed !== undefined && 'answer' in attributed) return attributed.answer;
    const ask = (abort: AbortSignal): Promise<Glance> =>
      this.query.ask('glance', this.question(about), { signal: abort });
    return this.noticed(await this.asked(this.glances.get(keyOf(about), ask, signal)));
  }

  async attribution(about: About, signal: AbortSignal): Promise<Attributed> {
    const ask = (abort: AbortSignal): Promise<Attributed> =>
      this.query.ask('attributed', this.question(about), { signal: abort });
    return this.noticed(await this.asked(this.attributions.get(keyOf(about), ask, signal)));
  }

  /** What would be predicted without the code at a place. */
  withoutCode(about: About, at: number, signal: AbortSignal): Promise<WhatIf> {
    const question = {
      home: this.home,
      ...about,
      edits: [{ kind: 'remove', at }],
      withSeeds: false,
    } as const;
    const ask = (abort: AbortSignal): Promise<WhatIf> =>
      this.query.ask('whatIf', question, { signal: abort });
    return this.asked(this.without.get(JSON.stringify([keyOf(about), at]), ask, signal));
  }

  /** Attention in the mean over all layers and heads. */
  attention(about: About, signal: AbortSignal): Promise<AttentionSquare> {
    const choice = { kind: 'mean', layer: null } as const;
    const ask = (abort: AbortSignal): Promise<AttentionSquare> =>
      this.query.ask('attention', { home: this.home, ...about, choice }, { signal: abort });
    return this.asked(this.squares.get(keyOf(about), ask, signal));
  }

  /** Records of an editor, held against those of a glance. */
  held(glance: Glance, near: RecordsNear): HeldRecords {
    const read = this.read.get(glance) ?? new ReadPatient(glance);
    this.read.set(glance, read);
    return new HeldRecords(read, near);
  }

  /** What a code means, from whatever patient it has been seen in. */
  descriptionOf(code: string): string | null {
    return this.descriptions.get(code) ?? null;
  }

  clear(): void {
    const { lists, glances, attributions, without, squares } = this;
    for (const answers of [lists, glances, attributions, without, squares]) answers.clear();
  }

  private question(about: About): PatientQuestion {
    return { home: this.home, ...about, minimumCellCount: this.settings.minimumCellCount };
  }

  private listError({ run }: About): { readonly error: unknown } | undefined {
    const list = this.lists.peek(run);
    return list !== undefined && 'error' in list ? list : undefined;
  }

  private noticed<G extends Glance>(glance: G): G {
    for (const { code, description } of glance.codes) {
      if (description !== null) this.descriptions.set(code, description);
    }
    return glance;
  }

  private async asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const isBug = !(error instanceof UserError || error instanceof CancelledError);
      const name = error instanceof Error ? error.name : typeof error;
      if (isBug && !this.told.has(name)) {
        this.told.add(name);
        this.tell(error);
      }
      throw error;
    }
  }
}

function keyOf({ run, patient }: About): string {
  return JSON.stringify([run, patient]);
}
