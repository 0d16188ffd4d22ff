import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../host';

/** Asks where a file of this name is to be saved; undefined when the person gives up. */
export function askWhereToSave(host: Host, name: string): Thenable<vscode.Uri | undefined> {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(host.workspaceFolder, name)),
    filters: { [extension.toUpperCase()]: [extension] },
  });
}

/** The bytes of a picture that a page has drawn. @param png base64, as a data URL or bare */
export function pictureBytes(png: string): Uint8Array {
  return Buffer.from(png.replace(/^data:image\/png;base64,/, ''), 'base64');
}
