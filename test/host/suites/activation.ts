import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../src/extension';
import { extensionUnderTest } from '../extension';

describe('the extension in its host', () => {
  it('activates in under 50 ms', async function () {
    const extension = extensionUnderTest();
    const wasActive = extension.isActive;
    const began = performance.now();
    const { activationMs } = (await extension.activate()) as ExtensionApi;
    const loading = wasActive ? '' : `, ${(performance.now() - began).toFixed(0)} ms with reading the bundle`;
    this.test!.title += `: ${activationMs.toFixed(1)} ms${loading}`;
    assert.ok(extension.isActive);
    assert.ok(activationMs < 50, `took ${activationMs.toFixed(1)} ms`);
  });

  it('registers every command of its manifest', async () => {
    const { contributes } = extensionUnderTest().packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });

  it('loads no native library', async () => {
    await extensionUnderTest().activate();
    const report = process.report.getReport() as unknown as { sharedObjects: string[] };
    assert.ok(report.sharedObjects.length > 0);
    assert.deepEqual(
      report.sharedObjects.filter((path) => /onnxruntime|duckdb|tensorflow/i.test(path)),
      [],
    );
  });
});
