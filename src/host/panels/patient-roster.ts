import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import type { PatientData, PatientFilter } from '../../protocol/panels/patient';
import type { Host } from '../host';
import { Roster } from './patient-list';

type RosterHost = Pick<Host, 'home' | 'explain' | 'settings' | 'tell'>;

/** Of whom a run can be asked, and who of them has a code: asked of the worker, kept as long as this lives. */
export class RunRoster {
  #roster: Roster | undefined;
  /** Why there is no list; why nobody knows who has the code. */
  #listProblem: string | null = null;
  #codeProblem: string | null = null;
  /** Who has the code that the filter names. */
  #withCode: { readonly code: string; readonly patients: ReadonlySet<string> | undefined } | undefined;
  readonly #life = new AbortController();

  constructor(
    private readonly run: string,
    private readonly host: RosterHost,
    private readonly changed: () => void,
  ) {}

  /** Reads the patients, and those with the code of the filter. */
  begin({ code }: PatientFilter): void {
    void this.#read();
    this.look(code);
  }

  /** Looks for those with another code; empty = everybody. */
  look(code: string): void {
    if (code !== (this.#withCode?.code ?? '')) void this.#findCode(code);
  }

  /** The list as the page shows it, or why there is none. */
  shown(filter: PatientFilter, patient: string | null): Pick<PatientData, 'list' | 'listProblem'> {
    const isListed = this.#roster !== undefined && !this.#isFinding(filter);
    return {
      list: isListed ? this.#roster!.list(filter, this.#withCode?.patients, patient) : null,
      listProblem: this.#roster === undefined ? this.#listProblem : this.#codeProblem,
    };
  }

  /** Who follows a patient in the list, or comes before; undefined when nobody does. */
  neighbour(filter: PatientFilter, patient: string | null, by: 1 | -1): string | undefined {
    if (this.#isFinding(filter)) return undefined;
    return this.#roster?.neighbour(filter, this.#withCode?.patients, patient, by);
  }

  dispose(): void {
    this.#life.abort();
  }

  #isFinding({ code }: PatientFilter): boolean {
    return code !== '' && (this.#withCode?.code !== code || this.#withCode.patients === undefined);
  }

  async #read(): Promise<void> {
    const question = { home: this.host.home, run: this.run };
    try {
      const entries = await this.host.explain.ask('patients', question, { signal: this.#life.signal });
      this.#roster = new Roster(entries, this.host.settings.minimumCellCount);
      this.#listProblem = null;
    } catch (error) {
      this.#listProblem = this.#words(error);
    }
    this.#show();
  }

  async #findCode(code: string): Promise<void> {
    this.#codeProblem = null;
    this.#withCode = code === '' ? undefined : { code, patients: undefined };
    if (code === '') return;
    const question = { home: this.host.home, run: this.run, code };
    const asked = this.#withCode;
    try {
      const found = await this.host.explain.ask('patientsWithCode', question, { signal: this.#life.signal });
      if (this.#withCode !== asked) return;
      this.#withCode = { code, patients: new Set(found) };
    } catch (error) {
      if (this.#withCode !== asked) return;
      this.#codeProblem = this.#words(error);
    }
    this.#show();
  }

  #show(): void {
    if (!this.#life.signal.aborted) this.changed();
  }

  /** What the page says of an error; a bug is told outside of it too. */
  #words(error: unknown): string {
    if (error instanceof UserError) return error.explain();
    if (!this.#life.signal.aborted) this.host.tell(error);
    return vscode.l10n.t('The patients could not be listed. This is a bug; the log holds the places.');
  }
}
