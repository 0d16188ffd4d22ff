import { UserError } from '../../protocol/errors';
import { onnxruntimeCpu } from './onnxruntime-cpu';
import type { Runtime } from './runtime';

export interface RuntimeOptions {
  /** Threads of the matrix products; 0 = the runtime's choice. */
  readonly threads: number;
}

/** Every device with its runtime, by the name that run.json records. */
const runtimes: Readonly<Record<string, (options: RuntimeOptions) => Runtime>> = Object.freeze({
  'onnxruntime-cpu': onnxruntimeCpu,
});

/** The runtime of a device. @throws UserError when there is none of that name */
export function openRuntime(device: string, options: RuntimeOptions): Runtime {
  const open = Object.hasOwn(runtimes, device) ? runtimes[device] : undefined;
  if (!open) {
    throw new UserError(`This version of the program knows no device named ${device}.`, {
      advice: `It knows: ${Object.keys(runtimes).join(', ')}.`,
    });
  }
  return open(options);
}
