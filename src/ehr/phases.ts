import type { DuckDBConnection } from '@duckdb/node-api';
import type { Progress } from '../protocol/progress';

const pollEveryMs = 250;

/**
 * Tells progress of statements that DuckDB runs: the name of the phase, and how many per cent DuckDB thinks
 * are done, polled, because a statement reports nothing by itself.
 */
export class Phases {
  private phase = '';
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly progress: Progress | undefined,
  ) {}

  /** Runs `work` with phases of its own; polling ends with it. */
  static async during<T>(
    connection: DuckDBConnection,
    progress: Progress | undefined,
    work: (phases: Phases) => Promise<T>,
  ): Promise<T> {
    const phases = new Phases(connection, progress);
    if (progress === undefined) return work(phases);
    await connection.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
    phases.timer = setInterval(() => phases.poll(), pollEveryMs);
    try {
      return await work(phases);
    } finally {
      clearInterval(phases.timer);
    }
  }

  /** Begins the next phase. */
  readonly begin = (phase: string): void => {
    this.phase = phase;
    this.progress?.({ phase, done: 0, total: 100, unit: '%' });
  };

  /** Reports rows of a phase that counts itself. */
  rows(done: number, total: number): void {
    this.progress?.({ phase: this.phase, done, total, unit: 'rows' });
  }

  private poll(): void {
    const { percentage } = this.connection.progress;
    if (percentage < 0) return;
    this.progress?.({ phase: this.phase, done: Math.floor(percentage), total: 100, unit: '%' });
  }
}
