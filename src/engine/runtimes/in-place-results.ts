import './no-telemetry';
import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/proto';

/**
 * Results without a copy. onnxruntime writes an output straight into the array given for it, but the binding of
 * its versions 1.27 to 1.30 then copy every output into a fresh array as well: 40 ms a step for the gradient of an
 * 82,603-code embedding. It converts outputs in order and refuses the first that is no tensor. So a model that
 * gives an empty sequence as its FIRST output has, when the binding refuses that, already written all others
 * where they belong, and nothing is copied.
 *
 * Whether this holds is tried on a tiny model when the first session is opened; where it does not, runs copy.
 */
export const emptySequence = 'no_copies';

/** What the binding says to the empty sequence. Anything else is a real error. */
const refusal = 'Non tensor type is temporarily not supported';

/** Runs a model whose first output is {@link emptySequence}; every other output must be among `targets`. */
export async function runInPlace(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  targets: Record<string, ort.Tensor>,
): Promise<void> {
  try {
    await session.run(feeds, { [emptySequence]: null, ...targets } as never);
  } catch (error) {
    if (error instanceof Error && error.message.includes(refusal)) return;
    throw error;
  }
  throw new Error('The runtime gave a sequence: results may stand elsewhere than in their targets.');
}

let works: Promise<boolean> | undefined;

/** Whether results arrive in their targets on this version and platform. Tried once a process. */
export function resultsArriveInPlace(): Promise<boolean> {
  return (works ??= probe());
}

async function probe(): Promise<boolean> {
  const value = (name: string) => ({ name, type: 'float32' as const, dims: ['N'] });
  const bytes = encodeModel({
    name: 'probe',
    nodes: [{ opType: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {}, domain: '' }],
    initializers: [],
    inputs: [value('x')],
    outputs: [value('y')],
    emptySequence,
  });
  try {
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const y = new Float32Array(3);
    await runInPlace(
      session,
      { x: new ort.Tensor('float32', Float32Array.of(1, 2, 3), [3]) },
      { y: new ort.Tensor('float32', y, [3]) },
    );
    await session.release();
    return y.join() === '2,4,6';
  } catch {
    return false;
  }
}
