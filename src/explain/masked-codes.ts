import { Graph, type Value } from '../engine/graph';
import { linear, matmul } from '../engine/operators/dense';
import { softmax } from '../engine/operators/reduction';
import type { Runtime, Session } from '../engine/runtimes/runtime';
import { buildEncoder, encoderInputs } from '../model/med-bert';
import { declareParameters, type ModelSize } from '../model/parameters';
import { pretrainingHeadParameters } from '../model/pretraining';
import { throwIfCancelled } from '../protocol/errors';
import { firstCode, MASK } from '../protocol/vocabulary';
import { type CodeSequence, replaceCode } from './code-sequence';
import { batchSizeFor, usualBounds } from './padded-batches';

/** What the model expects in the place of a masked code. */
export interface Guess {
  /** Likeliest codes, with probabilities of the softmax over the whole vocabulary; never a special token. */
  readonly top: readonly { readonly id: number; readonly probability: number }[];
  /** Probability of the code that stands there. */
  readonly probability: number;
  /** Its place among all codes, from 1; codes of equal probability share the better one. */
  readonly place: number;
}

/** Largest numbers of one batch of probabilities, B·V: 16 MB. */
const probabilityBudget = 2 ** 22;

/** The masked-code task of a pretraining run, on patients of whom one code after the other is hidden. */
export class MaskedCodeModel {
  private opened: Promise<{ session: Session; probabilities: Value }> | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly size: ModelSize,
    private readonly parameters: ReadonlyMap<string, Float32Array>,
  ) {}

  /** Guesses each of the codes at `places` while the others stand. @throws CancelledError */
  async guess(
    patient: CodeSequence<number>,
    places: readonly number[],
    count: number,
    signal?: AbortSignal,
  ): Promise<Guess[]> {
    const { heads, vocabulary } = this.size;
    const size = Math.min(
      batchSizeFor(patient.codes.length, usualBounds(heads)),
      Math.max(1, Math.floor(probabilityBudget / vocabulary)),
    );
    const guesses: Guess[] = [];
    for (let first = 0; first < places.length; first += size) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The explanation');
      const batch = places.slice(first, first + size);
      const probabilities = await this.batch(patient, batch);
      batch.forEach((place, b) => {
        const row = probabilities.subarray(b * vocabulary, (b + 1) * vocabulary);
        guesses.push(guessOf(row, patient.codes[place]!, count));
      });
    }
    return guesses;
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    if (opened) await (await opened).session.close();
  }

  /** Probabilities of the vocabulary at each of the places, [B, V]. */
  private async batch(patient: CodeSequence<number>, places: readonly number[]): Promise<Float32Array> {
    const { session, probabilities } = await (this.opened ??= this.open());
    const [B, T] = [places.length, patient.codes.length];
    const { maxLength } = this.size;
    const pick = new Float32Array(B * B * T);
    places.forEach((place, b) => (pick[b * B * T + b * T + place] = 1));
    const rows = (of: (b: number) => readonly number[], most = Infinity): Int32Array =>
      Int32Array.from({ length: B * T }, (_, n) => Math.min(of(Math.floor(n / T))[n % T]!, most));
    const hidden = places.map((place) => replaceCode(patient, place, MASK).codes);
    const feeds = new Map<string, Float32Array | Int32Array>([
      ...this.parameters,
      ['codes', rows((b) => hidden[b]!)],
      ['ranks', rows(() => patient.ranks, maxLength)],
      ['visits', rows(() => patient.visits, maxLength)],
      ['keyBias0', new Float32Array(B * T)],
      ['pick', pick],
    ]);
    const results = await session.run(feeds, { B, B0: B, T0: T, N: B * T });
    return results.get(probabilities.name)!;
  }

  private async open(): Promise<{ session: Session; probabilities: Value }> {
    const graph = new Graph();
    const encoder = buildEncoder(graph, encoderInputs(graph, 1), this.size, 0);
    declareParameters(graph, pretrainingHeadParameters(this.size));
    const masked = matmul(graph.input('pick', 'float32', ['B', encoder.rows]), encoder.tokens); // [B, D]
    const decoder = encoder.parameter('embeddings.code.weight');
    const probabilities = softmax(linear(masked, decoder, encoder.parameter('mlm.bias'))); // [B, V]
    return { session: await this.runtime.open(graph, [probabilities]), probabilities };
  }
}

/** The likeliest codes of one softmax [V], and where the true one stands among all codes. */
export function guessOf(probabilities: Float32Array, truth: number, count: number): Guess {
  const top: { id: number; probability: number }[] = [];
  const probability = probabilities[truth]!;
  let place = 1;
  for (let id = firstCode; id < probabilities.length; id++) {
    const p = probabilities[id]!;
    if (p > probability) place++;
    if (top.length === count && p <= (top.at(-1)?.probability ?? Infinity)) continue;
    top.splice(top.findLastIndex((other) => other.probability >= p) + 1, 0, { id, probability: p });
    if (top.length > count) top.pop();
  }
  return { top, probability, place };
}
