import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { commandTable } from '../../../src/host/commands/commands';

vi.mock('vscode', () => ({ l10n: { t: (text: string) => text } }));

interface Contributed {
  command: string;
  title: string;
  enablement?: string;
}
const { contributes, activationEvents } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { commands: Contributed[]; menus: Record<string, { command: string }[]> };
  activationEvents: string[];
};
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const table = commandTable({} as never);

test('package.json declares exactly the commands of the table', () => {
  expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.keys(table).sort());
});

test('a command that starts a process or writes is off in a workspace without trust, and no other', () => {
  for (const { command, enablement } of contributes.commands) {
    const { needsTrust } = table[command as keyof typeof table];
    expect(`${command}: ${enablement ?? 'always'}`).toBe(
      `${command}: ${needsTrust ? 'isWorkspaceTrusted' : 'always'}`,
    );
  }
});

test('menus name commands that exist', () => {
  const named = Object.values(contributes.menus).flatMap((entries) => entries.map(({ command }) => command));
  for (const command of named) if (command.startsWith('medbert.')) expect(table).toHaveProperty([command]);
});

test('every text of package.json stands in package.nls.json, and none stands there unused', () => {
  const used = new Set(
    [...readFileSync('package.json', 'utf8').matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key!),
  );
  expect([...used].sort()).toEqual(Object.keys(strings).sort());
});

test('the extension wakes up for its own things only', () => {
  for (const event of activationEvents)
    expect(event).toMatch(/^(workspaceContains:.*\.?medbert|onWebviewPanel:medbert\.|onFileSystem:medbert-)/);
});
