/** How a server is started. */
export interface ServerStart {
  /** A folder of its own: home, settings, extensions, log. */
  readonly home: string;
  /** A free port of 127.0.0.1. */
  readonly port: number;
  /** False: workspaces open in restricted mode. */
  readonly trust?: boolean;
  /** A command that runs the server, such as one that enters a network namespace. */
  readonly prefix?: readonly string[];
}

export interface ServerProcess {
  readonly pid: number;
  /** Program and arguments. */
  readonly command: readonly string[];
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:41233/`. */
  readonly address: string;
  /** Path of the file that its output goes to. */
  readonly log: string;
  /** Its processes, those included that have detached themselves. */
  processes(): ServerProcess[];
  /** Ends all of them but those to keep. */
  stop(keep?: (process: ServerProcess) => boolean): Promise<void>;
  /** Settles when the server ends by itself or by `stop`. */
  readonly ended: Promise<unknown>;
}

export function freePort(): Promise<number>;
export function writeSettings(home: string, settings: Readonly<Record<string, unknown>>): void;
export function installExtension(home: string, vsix: string): Promise<void>;
export function startCodeServer(start: ServerStart): Promise<RunningServer>;
export function startTestServer(start: ServerStart): Promise<RunningServer>;
export function processesOf(home: string): ServerProcess[];
