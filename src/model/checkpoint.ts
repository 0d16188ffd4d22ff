import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LearnerState, ParameterSpec } from '../engine/learner';
import { UserError } from '../protocol/errors';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors';

const modelFile = 'model.safetensors';
const optimizerFile = 'optimizer.safetensors';

/** Writes the learner's tensors into a checkpoint folder that is still being made. */
export function writeLearnerState(
  folder: string,
  state: LearnerState,
  specs: readonly ParameterSpec[],
): void {
  mkdirSync(folder, { recursive: true });
  const shaped = (values: ReadonlyMap<string, Float32Array>, prefix: string): [string, Tensor][] =>
    specs.map(({ name, shape }) => [prefix + name, { shape, data: values.get(name)! }]);
  writeSafetensors(join(folder, modelFile), new Map(shaped(state.parameters, '')));
  const moments = [...shaped(state.firstMoments, 'm.'), ...shaped(state.secondMoments, 'v.')];
  writeSafetensors(join(folder, optimizerFile), new Map(moments));
}

/** Reads what {@link writeLearnerState} wrote. */
export function readLearnerState(folder: string, step: number): LearnerState {
  const moments = readSafetensors(join(folder, optimizerFile));
  const part = (prefix: string): Map<string, Float32Array> =>
    new Map(
      [...moments]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { data }]) => [name.slice(2), data]),
    );
  return { parameters: readParameters(folder), firstMoments: part('m.'), secondMoments: part('v.'), step };
}

/** The parameters of a checkpoint, by name. */
export function readParameters(folder: string): Map<string, Float32Array> {
  return new Map([...readSafetensors(join(folder, modelFile))].map(([name, { data }]) => [name, data]));
}

/**
 * Takes the tensors that a model inherits (`specs`) out of a checkpoint's.
 * @throws UserError when one is missing or has another size
 */
export function matchingParameters(
  parameters: ReadonlyMap<string, Float32Array>,
  specs: readonly ParameterSpec[],
): Map<string, Float32Array> {
  const advice = 'Use the configuration and vocabulary of the run that the checkpoint belongs to.';
  const chosen = new Map<string, Float32Array>();
  for (const { name, shape } of specs) {
    const values = parameters.get(name);
    if (!values) {
      throw new UserError(`The checkpoint has no ${name}, which the model inherits.`, { advice });
    }
    if (values.length !== shape.reduce((a, b) => a * b, 1)) {
      throw new UserError(`The checkpoint's ${name} does not fit the model's shape [${shape.join(', ')}].`, {
        advice,
      });
    }
    chosen.set(name, values);
  }
  return chosen;
}
