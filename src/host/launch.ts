import { join } from 'node:path';
import { enqueue, startQueued } from '../runs/queue';
import type { Host } from './host';

/** Queues a run and starts as many waiting runs as there are free places. */
export async function launch(host: Host, folder: string): Promise<void> {
  enqueue(folder, { limit: host.settings.simultaneousRuns });
  startWaiting(host);
  await host.runs.refresh();
}

/** The thread of the window must not wait for other processes: who gets no turn now tries again at the next look. */
const turnPatienceMs = 50;

/** Starts waiting runs while there are free places. They train in processes of their own and outlive this window. */
export function startWaiting(host: Pick<Host, 'home' | 'extensionFolder' | 'settings'>): void {
  startQueued({
    home: host.home,
    script: join(host.extensionFolder, 'dist', 'worker.js'),
    env: process.env,
    execPath: process.execPath,
    limit: host.settings.simultaneousRuns,
    patienceMs: turnPatienceMs,
  });
}
