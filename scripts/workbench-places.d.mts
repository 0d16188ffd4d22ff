/** The package that holds code-server and the browser driver. */
export const folder: string;
/** The Node that code-server needs. */
export const node: string;
/** The door of code-server. */
export const entry: string;
/** The editor inside code-server. */
export const vscode: string;
/** The editor's own server, which takes the driver of tests that run inside the extension host. */
export const serverMain: string;
/** The program of a Chromium: CHROMIUM, or what Linux distributions call it. */
export function findChromium(): string | undefined;
