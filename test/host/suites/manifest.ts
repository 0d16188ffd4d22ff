import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandTable } from '../../../src/host/commands/commands';
import { extensionUnderTest } from '../extension';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}
interface Setting {
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

const manifest = (): Manifest => extensionUnderTest().packageJSON as Manifest;

describe('what the extension contributes', () => {
  it('is registered: table of commands, manifest and editor agree', async () => {
    await extensionUnderTest().activate();
    const registered = (await vscode.commands.getCommands(true)).filter(
      // The editor makes some of its own for every view.
      (id) => id.startsWith('medbert.') && !id.startsWith('medbert.experiments.'),
    );
    const declared = manifest().contributes.commands.map(({ command }) => command);
    const table = Object.keys(commandTable({} as never));
    assert.deepEqual(declared.sort(), table.sort());
    assert.deepEqual(registered.sort(), table);
  });

  it('has at most 15 settings, each described in words and with a default', () => {
    const settings = Object.entries(manifest().contributes.configuration.properties);
    assert.ok(settings.length > 0 && settings.length <= 15, `${settings.length} settings`);
    for (const [key, { markdownDescription = '', default: otherwise, ...choice }] of settings) {
      // The editor has filled in the texts of package.nls.json.
      assert.match(markdownDescription, /^[A-Z].{10,}[.)]$/s, key);
      assert.notEqual(otherwise, undefined, key);
      assert.equal(choice.enumDescriptions?.length, choice.enum?.length, key);
      assert.deepEqual(vscode.workspace.getConfiguration().get(key), otherwise, key);
    }
  });
});
