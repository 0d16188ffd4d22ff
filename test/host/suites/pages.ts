import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { pageHtml } from '../../../src/host/panels/page-html';
import { extensionUnderTest } from '../extension';

describe('the pages of the panels', () => {
  const source = 'https://webview.test';

  for (const page of ['curves', 'cohort', 'compare']) {
    it(`${page}: a policy that allows two sheets and one script, and nothing inline`, () => {
      const folder = extensionUnderTest().extensionPath;
      const files: string[] = [];
      const webview = {
        cspSource: source,
        asWebviewUri(uri: vscode.Uri) {
          files.push(uri.fsPath);
          return vscode.Uri.parse(`${source}${uri.path}`);
        },
      };
      const html = pageHtml(webview as unknown as vscode.Webview, folder, page);
      const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
      const rules = new Map(
        policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]),
      );
      assert.equal(rules.get('default-src'), `'none'`);
      assert.match(rules.get('script-src') ?? '', /^'nonce-[\w+/]{22}=='$/);
      assert.doesNotMatch(policy, /unsafe|\*|http:/);

      const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
      assert.equal(scripts.length, 1);
      assert.match(scripts[0]![1]!, /nonce="[^"]+" src="/);
      assert.equal(scripts[0]![2]!.trim(), '');
      assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/i);
      // Two pages never share their nonce.
      assert.notEqual(html, pageHtml(webview as unknown as vscode.Webview, folder, page));
      for (const file of files) assert.ok(existsSync(file), file);
      assert.doesNotMatch(
        readFileSync(
          files.find((file) => file.endsWith('.js'))!,
          'utf8',
        ),
        /\beval\(/,
      );
    });
  }
});
