import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/**
 * The page of a panel: two style sheets, one script, and a policy that allows nothing else. All that it shows
 * comes by messages, so that nothing about a patient ever stands in its HTML.
 */
export function pageHtml(webview: Webview, extensionFolder: string, page: string): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(Uri.file(extensionFolder), 'dist', 'webview', name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <!-- The toolkit probes the browser with an empty style sheet and takes its nonce from here. -->
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file('panel.css')}">
  <link rel="stylesheet" href="${file(`${page}.css`)}">
</head>
<body>
  <div id="root"></div>
  <script nonce="${nonce}" src="${file(`${page}.js`)}"></script>
</body>
</html>
`;
}
