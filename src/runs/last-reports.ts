import type { Breather } from './breather';
import { blocksBackward } from './lines';
import { looseEvent, type LooseEvent } from './loose-event';
import { median } from './pace';

/** Reports whose median is told as the speed. */
const speedReports = 9;
/** A run goes on from its last checkpoint, and this many reports mostly reach back to it. */
const kept = 512;

/** What a metric event of training or validation tells. */
interface Report {
  readonly step: number;
  readonly epoch: number | undefined;
  readonly training: boolean;
  readonly values: Readonly<Record<string, number | null>>;
}

/** The last reports of a run that still hold: a process that goes on from an earlier step takes back later ones. */
export class LastReports {
  #reports: Report[] = [];
  /** There are earlier ones in the journal. */
  #cut = false;
  #lost = false;

  /** Whether so many were taken back that what holds must be searched for in the journal. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Latest mean training loss. */
  get trainLoss(): number | undefined {
    return this.#known('loss').at(-1);
  }

  get epoch(): number | undefined {
    return this.#reports.findLast(({ epoch }) => epoch !== undefined)?.epoch;
  }

  /** Median of the last reports; undefined when none tells it. */
  speed(name: 'patientsPerSecond' | 'tokensPerSecond'): number | undefined {
    const last = this.#training().slice(-speedReports);
    const known = last.map(({ values }) => values[name] ?? null).filter((value) => value !== null);
    return known.length === 0 ? undefined : median(known);
  }

  /** @param cut whether reports were written before those that come now */
  forget(cut: boolean): void {
    this.#reports = [];
    this.#cut = cut;
    this.#lost = false;
  }

  /** Takes in a metric event; figures of test patients tell nothing of training and are left out. */
  add(event: LooseEvent): void {
    const report = reportOf(event);
    if (report === undefined) return;
    // After a search in the journal, reports may come a second time.
    while (isOvertaken(this.#reports.at(-1), report)) this.#reports.pop();
    this.#reports.push(report);
    if (this.#reports.length < 2 * kept) return;
    this.#reports = this.#reports.slice(-kept);
    this.#cut = true;
  }

  /** A process began at a step: what was told beyond it does not hold. */
  takeBack(step: number): void {
    this.#reports = this.#reports.filter((report) => report.step <= step);
    this.#lost = this.#cut && step > 0 && this.#training().length < speedReports;
  }

  /** Searches the journal from its end for the reports that hold. */
  async search(path: string, breather: Breather): Promise<void> {
    this.#lost = false;
    const found: Report[] = [];
    let training = 0;
    let bound = Infinity;
    for (const { bytes } of blocksBackward(path)) {
      const lines = bytes.toString('utf8').split('\n');
      for (let line = lines.length - 1; line >= 0 && training < speedReports; line -= 1) {
        const event = looseEvent(lines[line]!);
        if (event?.kind === 'started') bound = Math.min(bound, event.step ?? 0);
        const report = event?.kind === 'metric' ? reportOf(event) : undefined;
        if (report === undefined || report.step > bound) continue;
        found.unshift(report);
        if (report.training) training += 1;
      }
      if (training === speedReports || bound === 0) break;
      await breather.breathe();
    }
    this.#reports = found;
    this.#cut = true;
  }

  #training(): Report[] {
    return this.#reports.filter(({ training }) => training);
  }

  #known(name: string): number[] {
    return this.#training()
      .map(({ values }) => values[name])
      .filter((value) => typeof value === 'number');
  }
}

function reportOf({ split, step = 0, epoch, values = {} }: LooseEvent): Report | undefined {
  return split === 'train' || split === 'validation'
    ? { step, epoch, training: split === 'train', values }
    : undefined;
}

function isOvertaken(last: Report | undefined, { step, training }: Report): boolean {
  return last !== undefined && (last.step > step || (last.step === step && last.training === training));
}
