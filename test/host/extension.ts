import * as vscode from 'vscode';

/** The extension that this project makes, as the editor knows it. */
export function extensionUnderTest(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('med-bert-explorer.med-bert-explorer');
  if (extension === undefined) throw new Error('The editor does not know the extension.');
  return extension;
}
