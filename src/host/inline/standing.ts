import { isCodeSystem } from '../../protocol/code-name';
import type { Glance } from '../../protocol/explanation';
import { plausibleDays } from '../../protocol/plausible-days';
import type { CodeMention, RecordLine } from './record-line';
import { type WrittenCode, normalised, normalisedName, partsOf } from './written-code';

/**
 * How a code in an editor stands to what the model reads of the patient:
 * - `read`: these codes are meant, by their places in the explanation; several where the line does not tell which.
 * - `perhaps`: these are meant, or none: the row does not tell its date, and may be of a visit that is not read.
 * - `after`: its visit is not over before the index date.
 * - `cut`: the patient has more codes than the model reads, and this is one of the oldest.
 * - `unread`: its visit is not among those that are read; too late or too old, or left out by the import.
 * - `unsure`: not among those that are read; the line has no date that would tell whether it should be.
 * - `left-out`: the import does not read such a row.
 * - `absent`: the dataset of the run does not say so. The file is another one, or has changed.
 */
export type Standing =
  | { readonly kind: 'read' | 'perhaps'; readonly at: readonly number[] }
  | { readonly kind: 'after' | 'cut' | 'unread' | 'unsure' | 'left-out' | 'absent' };

/**
 * Whether the records in an editor are those that the run knows of the patient. No number of the run is shown beside
 * others: `differs` for rows that contradict the dataset, `unconfirmed` where no row shows that it is this patient.
 */
export type Likeness = 'same' | 'differs' | 'unconfirmed';

/** What a run has read of a patient, to hold lines of an editor against. */
export class ReadPatient {
  /** Places of each code, by its normalised spelling. */
  private readonly places = new Map<string, number[]>();
  private readonly systems: readonly string[];
  /** The codes by their normalised spelling. */
  readonly names: readonly string[];
  private readonly judged = new WeakMap<RecordLine, readonly Standing[]>();

  constructor(readonly glance: Glance) {
    this.names = glance.codes.map(({ code }) => normalisedName(code));
    for (const [index, name] of this.names.entries()) {
      const places = this.places.get(name);
      if (places === undefined) this.places.set(name, [index]);
      else places.push(index);
    }
    const systems = glance.codes.map(({ code }) => partsOf(code).system).filter((system) => system !== null);
    this.systems = [...new Set(systems)];
  }

  /** How each code of a line stands, in their order. */
  standings(line: RecordLine): readonly Standing[] {
    const known = this.judged.get(line);
    if (known !== undefined) return known;
    const standings = this.judge(line);
    this.judged.set(line, standings);
    return standings;
  }

  /**
   * Judges the lines of one patient.
   * @param lines what is in view and around it; not always everything of the patient
   */
  likeness(lines: readonly RecordLine[]): Likeness {
    const read = new Set<number>();
    let unsure = 0;
    for (const line of lines) {
      for (const standing of this.standings(line)) {
        if (standing.kind === 'absent') return 'differs';
        if (standing.kind === 'unsure') unsure += 1;
        if (standing.kind === 'read' || standing.kind === 'perhaps')
          for (const at of standing.at) read.add(at);
      }
    }
    // Ids of two studies may coincide, and so may single codes: undated rows have to agree in the main.
    const agrees = read.size > 0 && (unsure <= read.size || read.size === this.names.length);
    return agrees ? 'same' : 'unconfirmed';
  }

  private judge(line: RecordLine): Standing[] {
    if (line.visits !== undefined) return this.wholeHistory(line, line.visits);
    return line.codes.map((mention) => this.standing(line, mention));
  }

  private standing(line: RecordLine, mention: CodeMention): Standing {
    if (mention.at !== undefined) return { kind: 'read', at: [mention.at] };
    const { code } = mention;
    if (code === null) return { kind: 'left-out' };
    const candidates = this.candidates(code.system, code.body);
    if (candidates.length === 0 && code.system !== null && !isCodeSystem(code.system))
      return { kind: 'left-out' };
    if (line.stay !== undefined) return this.dated(candidates, line.stay, line.source);
    return line.day === undefined ? this.undated(candidates) : this.ofDay(candidates, line.day);
  }

  private candidates(system: string | null, body: string): readonly number[] {
    const systems = system === null ? this.systems : [system];
    return systems.flatMap((each) => this.places.get(normalised(each, body)) ?? []);
  }

  private undated(candidates: readonly number[]): Standing {
    if (candidates.length > 0) return { kind: this.isWhole ? 'read' : 'perhaps', at: candidates };
    return { kind: this.isWhole ? 'absent' : 'unsure' };
  }

  /** A row of a day inside of its visit, or near it: formats differ in which day they tell. */
  private ofDay(candidates: readonly number[], day: string): Standing {
    if (this.indexDate !== null && day >= this.indexDate) return { kind: 'after' };
    const meant = candidates.filter((at) => {
      const visit = this.visitOf(at);
      return visit !== undefined && visit.admit <= day && day <= visit.discharge;
    });
    if (meant.length > 0) return { kind: 'read', at: meant };
    const first = this.glance.visits[0];
    if (this.glance.cut > 0 && first !== undefined && day < first.admit) return { kind: 'cut' };
    return this.undated(candidates);
  }

  private dated(
    candidates: readonly number[],
    { admit, discharge }: NonNullable<RecordLine['stay']>,
    source: RecordLine['source'],
  ): Standing {
    // Rows of a dataset have been imported once already; these days are the widest.
    const [earliest, latest] = plausibleDays[source ?? 'medbert'];
    const isBelieved = (day: string): boolean => earliest <= day && day <= latest;
    if (discharge === null || !isBelieved(discharge)) return { kind: 'left-out' };
    if (admit !== null && (admit > discharge || !isBelieved(admit))) return { kind: 'left-out' };
    const { visits, cut } = this.glance;
    if (this.indexDate !== null && discharge >= this.indexDate) return { kind: 'after' };
    const sameDay = candidates.filter((at) => this.visitOf(at)?.discharge === discharge);
    const sameStay = sameDay.filter((at) => this.visitOf(at)?.admit === admit);
    if (sameDay.length > 0) return { kind: 'read', at: sameStay.length > 0 ? sameStay : sameDay };
    const first = visits[0];
    // Visits follow one another by discharge in Med-BERT's format, else by admission.
    const isOlder =
      first === undefined ||
      discharge <= first.discharge ||
      (source !== 'medbert' && admit !== null && admit <= first.admit);
    return { kind: cut > 0 && isOlder ? 'cut' : 'absent' };
  }

  /** A line with a whole history is read as a whole: the model's codes stand in it behind those that were cut. */
  private wholeHistory({ codes }: RecordLine, visits: readonly number[]): Standing[] {
    const { cut } = this.glance;
    const shift = (visits[cut] ?? 0) - (this.glance.codes[0]?.visit ?? 0);
    const isHere = (mention: CodeMention | undefined, at: number): boolean =>
      mention !== undefined &&
      mention.code !== null &&
      this.isNamed(at, mention.code) &&
      visits[cut + at] === this.glance.codes[at]!.visit + shift;
    const end = cut + this.names.length;
    const isSame =
      this.names.every((_name, at) => isHere(codes[cut + at], at)) &&
      (codes.length === end || this.indexDate !== null);
    return codes.map((_mention, place): Standing => {
      if (!isSame) return { kind: 'absent' };
      if (place < cut) return { kind: 'cut' };
      return place < end ? { kind: 'read', at: [place - cut] } : { kind: 'after' };
    });
  }

  private isNamed(at: number, { system, body }: WrittenCode): boolean {
    const name = this.names[at]!;
    return normalised(system ?? partsOf(name).system ?? '', body) === name;
  }

  private visitOf(at: number): Glance['visits'][number] | undefined {
    const { visit } = this.glance.codes[at]!;
    // Visits are numbered from 1 without gaps.
    return this.glance.visits[visit - 1];
  }

  private get indexDate(): string | null {
    return this.glance.kind === 'finetune' ? this.glance.indexDate : null;
  }

  /** Whether the model reads all that the dataset knows of the patient. */
  private get isWhole(): boolean {
    return this.indexDate === null && this.glance.cut === 0;
  }
}
