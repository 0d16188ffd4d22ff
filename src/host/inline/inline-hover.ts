import * as vscode from 'vscode';
import { CancelledError } from '../../protocol/errors';
import { plain } from '../experiments/markdown';
import type { Glance, WhatIf } from '../../protocol/explanation';
import { untrusted } from '../query-client';
import { codeHeading, codeText } from './code-hover';
import type { About, InlineAnswers } from './inline-answers';
import { troubleText } from './lens-title';
import { type CodeMention, type RecordLine, mentionAt } from './record-line';
import { type RecordsNear, recordsAround } from './records-near';
import type { RecordSource, RecordSources } from './sources';
import type { Likeness, Standing } from './standing';
import { normalised } from './written-code';

/** A hover waits this long for an attribution; what is known by then is shown, and the rest goes on. */
const patienceMs = 3000;
/** Of a code that stands in many visits so many are left out, one at a time. */
const mostWithout = 5;

/** Tells of the code under the pointer: what it is, and what it does in the prediction. */
export class InlineHover implements vscode.HoverProvider {
  constructor(
    private readonly sources: RecordSources,
    private readonly answers: InlineAnswers,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const source = this.sources.of(document);
    const line = source?.reader.read(document.lineAt(position.line).text, position.line);
    const mention = line === undefined ? undefined : mentionAt(line, position.character);
    if (source === undefined || line === undefined || mention === undefined) return undefined;
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    try {
      const near = (): RecordsNear => recordsAround(document, source.reader, position.line)!;
      const text = await this.text(source, line, mention, near, abort.signal);
      const range = new vscode.Range(position.line, mention.start, position.line, mention.end);
      // Without trust there is nothing that a link could do.
      const about = vscode.workspace.isTrusted ? { run: source.run, patient: line.patient } : undefined;
      return new vscode.Hover(markdown(text, about), range);
    } catch (error) {
      if (error instanceof CancelledError) return undefined;
      return new vscode.Hover(markdown(plain(troubleText(error, vscode.l10n)), undefined));
    } finally {
      listening.dispose();
    }
  }

  private async text(
    { run }: RecordSource,
    line: RecordLine,
    mention: CodeMention,
    near: () => RecordsNear,
    signal: AbortSignal,
  ): Promise<string> {
    const { l10n } = vscode;
    const about = { run, patient: line.patient };
    if (!vscode.workspace.isTrusted) return plain(untrusted());
    const heading = this.heading(mention);
    const withoutNumbers = (why: string): string => [heading, plain(why)].filter(Boolean).join('\n\n');
    const isListed = (await this.answers.patients(run, signal)).has(line.patient);
    // Who has no label is found by reading the whole dataset: too much for a pointer that passes by.
    if (!isListed && this.answers.glanced(about) === undefined) {
      return withoutNumbers(
        l10n.t(
          'This patient is not among those of {0}: without a label there, or not in its dataset. “Explain Patient” looks.',
          run,
        ),
      );
    }
    const glance = await this.answers.glance(about, signal);
    const held = this.answers.held(glance, near());
    const standing = held.standings(line)[line.codes.indexOf(mention)]!;
    const why = withheld(standing, held.likeness, run);
    if (why !== undefined) return withoutNumbers(why);
    if (standing.kind !== 'read' && standing.kind !== 'perhaps') return heading;
    // Attention first: it is there at once, and one question is answered after another.
    const attending = this.answers.attention(about, signal).catch(onlyCancelled);
    const { at } = standing;
    const [attention, without, attributed] = await Promise.all([
      inTime(attending),
      inTime(this.without(about, glance, at, signal)),
      inTime(this.answers.attribution(about, signal)),
    ]);
    const isCertain = standing.kind === 'read';
    return codeText({ at, isCertain, glance, attributed, without: without ?? [], attention }, l10n);
  }

  /** The risk without each of some codes; null for a pretraining run, and where no other code is left. */
  private without(
    about: About,
    glance: Glance,
    at: readonly number[],
    signal: AbortSignal,
  ): Promise<(WhatIf | null)[]> {
    const isAsked = glance.kind === 'finetune' && glance.codes.length > 1;
    const asked = isAsked ? at.slice(0, mostWithout) : [];
    // Without its only known code nothing can be predicted of a patient; the rest of the hover still can be told.
    return Promise.all(
      asked.map(async (each) => {
        const without = await this.answers.withoutCode(about, each, signal).catch(onlyCancelled);
        return without ?? null;
      }),
    );
  }

  private heading({ code }: CodeMention): string {
    if (code === null) return '';
    const name = code.system === null ? code.body : normalised(code.system, code.body);
    return codeHeading(name, this.answers.descriptionOf(name), null);
  }
}

/** Undefined when it takes longer than somebody waits for a hover; the work goes on. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    return await Promise.race([answer, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why no number of the run stands beside a code; undefined when the model reads such a code. */
function withheld(standing: Standing, likeness: Likeness, run: string): string | undefined {
  const { l10n } = vscode;
  if (likeness === 'differs') {
    const differ = l10n.t('The records of this patient differ from those in the dataset of {0}', run);
    return standing.kind === 'absent'
      ? l10n.t('{0}: this code does not stand there.', differ)
      : l10n.t('{0}, so its figures would not be about these records.', differ);
  }
  switch (standing.kind) {
    case 'after':
      return l10n.t('The model does not read it: the visit is not over before the index date.');
    case 'cut':
      return l10n.t('The model does not read it: the patient has more codes than it reads.');
    case 'unread':
      return l10n.t('The model does not read it: the row is of a visit that is not among those it reads.');
    case 'left-out':
      return l10n.t('The import does not read such a row.');
    case 'absent':
      return l10n.t('This code is not in the dataset of {0}.', run);
    case 'unsure':
      return l10n.t(
        'The model does not read this code of the patient. It may lie after the index date; the row does not tell.',
      );
    case 'read':
    case 'perhaps':
      return likeness === 'same'
        ? undefined
        : l10n.t('Too few of these records are among those that {0} reads of this patient.', run);
  }
}

function onlyCancelled(error: unknown): undefined {
  if (error instanceof CancelledError) throw error;
}

function markdown(text: string, about: About | undefined): vscode.MarkdownString {
  const { l10n } = vscode;
  if (about === undefined) return new vscode.MarkdownString(text);
  const link = (title: string, command: string): string => {
    const query = encodeURIComponent(JSON.stringify([about.run, about.patient]));
    return `[${plain(title)}](command:${command}?${query})`;
  };
  const links = [
    link(l10n.t('Explain Patient'), 'medbert.explainPatient'),
    link(l10n.t('Open Patient'), 'medbert.openPatient'),
  ];
  const content = new vscode.MarkdownString(`${text}\n\n${links.join(' · ')}`);
  content.isTrusted = { enabledCommands: ['medbert.explainPatient', 'medbert.openPatient'] };
  return content;
}
