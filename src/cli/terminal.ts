import { Presets, SingleBar } from 'cli-progress';
import type { Progress, ProgressReport } from '../protocol/progress';

/**
 * What the commands write to. Results go to stdout: text for people, or with `--json` exactly one JSON object.
 * Progress and remarks go to stderr, so that both can be piped apart.
 */
export class Terminal {
  private bar: SingleBar | undefined;
  private phase = '';
  private lastLine = 0;

  constructor(
    readonly json: boolean,
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
    private readonly now: () => number,
  ) {}

  /** The outcome of a command, once. */
  result(value: unknown, text: string): void {
    this.endProgress();
    this.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${harmless(text)}\n`);
  }

  /** A line of a long output (`sequences`). */
  line(text: string): void {
    this.stdout.write(`${harmless(text)}\n`);
  }

  /** Something that a person should know beside the outcome. */
  remark(text: string): void {
    this.endProgress();
    this.stderr.write(`${text}\n`);
  }

  readonly progress: Progress = (report) => {
    if (this.stderr.isTTY) this.draw(report);
    else this.print(report);
  };

  /** Ends the bar being drawn. */
  endProgress(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.phase = '';
  }

  private draw({ phase, done, total, unit = '', note: remark }: ProgressReport): void {
    const amount = total === undefined && done > 0 ? ` · ${done} ${unit}` : '';
    const note = amount + (remark === undefined ? '' : ` · ${remark}`);
    const known = total !== undefined && total > 0;
    if (phase !== this.phase) {
      this.endProgress();
      this.phase = phase;
      const format = known ? '{phase} {bar} {percentage}%{note}' : '{phase}{note}';
      this.bar = new SingleBar(
        { format, stream: this.stderr, hideCursor: true, etaBuffer: 50, barsize: 24, stopOnComplete: false },
        Presets.shades_classic,
      );
      this.bar.start(known ? total : Number.MAX_SAFE_INTEGER, done, { phase, note });
    }
    this.bar?.update(done, { phase, note });
  }

  /** Without a terminal (a log file, a pipe): a line at each new phase, then every few seconds. */
  private print({ phase, done, total, unit = '', note = '' }: ProgressReport): void {
    if (phase === this.phase && this.now() - this.lastLine < 5000) return;
    this.phase = phase;
    this.lastLine = this.now();
    const amount =
      done === 0 && total === undefined ? '' : ` ${done}${total === undefined ? '' : `/${total}`} ${unit}`;
    this.stderr.write(`${phase}${amount}${note === '' ? '' : ` · ${note}`}\n`);
  }
}

/** Descriptions come from anybody's tables: what would steer a terminal is left out. */
function harmless(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}
