import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/engine/graph';
import { CpuLearner } from '../../../src/engine/cpu-learner';
import { type AdamW, defaultAdamW, type LearnerBatch, type ParameterSpec } from '../../../src/engine/learner';
import { add, affine, multiply } from '../../../src/engine/operators/elementwise';
import { sum } from '../../../src/engine/operators/reduction';
import { halfAt, keyPair, RandomStream } from '../../../src/engine/random';
import { runtime } from './finite-differences';

const specs: readonly ParameterSpec[] = [
  { name: 'weight', shape: [3, 7], decay: true },
  { name: 'bias', shape: [5], decay: false },
];
const length = { weight: 21, bias: 5 } as const;
type Name = keyof typeof length;
const names = Object.keys(length) as Name[];

/** L = Σ c∘p: the gradient of each parameter is what is fed as c, so the optimizer can be tested alone. */
function linearLoss() {
  const graph = new Graph();
  const [weight, bias] = specs.map(({ name, shape }) => graph.parameter(name, shape));
  const cWeight = graph.input('c.weight', 'float32', [3, 7]);
  const cBias = graph.input('c.bias', 'float32', [5]);
  const loss = add(sum(multiply(weight!, cWeight), [0, 1], false), sum(multiply(bias!, cBias), [0], false));
  return { graph, loss, monitors: { loss } };
}

const learnerOf = (adamw: AdamW): CpuLearner => new CpuLearner(runtime, specs, linearLoss, adamw, 1);

function normals(n: number, ...key: number[]): Float32Array {
  const stream = new RandomStream(...key);
  return Float32Array.from({ length: n }, () => stream.normal());
}
const start = new Map(names.map((name, k) => [name as string, normals(length[name], 100, k)]));

/** Gradients of step t, as a batch. */
function batchOf(t: number, size = 1): LearnerBatch {
  const feeds = new Map(
    names.map((name, k) => [`c.${name}`, normals(length[name], t, k).map((x) => x * size)]),
  );
  return { groups: 1, feeds, sizes: {} };
}

/** AdamW as in Loshchilov & Hutter 2019 (algorithm 2) with global-norm clipping, in float64. */
class Reference {
  readonly p = new Map([...start].map(([name, values]) => [name, Float64Array.from(values)]));
  private readonly m = new Map(names.map((name) => [name, new Float64Array(length[name])]));
  private readonly v = new Map(names.map((name) => [name, new Float64Array(length[name])]));
  private t = 0;

  constructor(private readonly adamw: AdamW) {}

  /** @returns the norm before clipping */
  learn(batch: LearnerBatch, rate: number): number {
    const { beta1, beta2, epsilon, weightDecay, clip } = this.adamw;
    const t = ++this.t;
    let squares = 0;
    for (const name of names) for (const x of batch.feeds.get(`c.${name}`)!) squares += x * x;
    const norm = Math.sqrt(squares);
    const scale = clip > 0 && norm > clip ? clip / norm : 1;
    for (const name of names) {
      const [p, m, v] = [this.p.get(name)!, this.m.get(name)!, this.v.get(name)!];
      batch.feeds.get(`c.${name}`)!.forEach((raw, i) => {
        const g = raw * scale;
        if (name === 'weight') p[i]! -= rate * weightDecay * p[i]!;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        p[i]! -= (rate * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon);
      });
    }
    return norm;
  }
}

describe('the learner’s optimizer', () => {
  it.each([
    ['plain', {}, 1],
    ['with decay of weights, not of biases', { weightDecay: 0.5 }, 1],
    ['with clipping, of some steps only', { clip: 5 }, 1],
    ['with clipping and decay', { clip: 0.1, weightDecay: 0.5 }, 1],
    ['with gradients near epsilon', {}, 1e-7],
  ] as [string, Partial<AdamW>, number][])('50 steps of AdamW %s', async (_title, change, size) => {
    const adamw = { ...defaultAdamW, weightDecay: 0, ...change };
    const [learner, reference] = [learnerOf(adamw), new Reference(adamw)];
    learner.restore({ parameters: start });
    const norms: number[] = [];
    for (let t = 0; t < 50; t++) {
      const rate = 0.02 * Math.min(1, (t + 1) / 10);
      const { gradientNorm } = await learner.learn([batchOf(t, size)], rate);
      norms.push(gradientNorm);
      const norm = reference.learn(batchOf(t, size), rate);
      expect(Math.abs(gradientNorm - norm) / norm).toBeLessThan(1e-6);
    }
    if (change.clip === 5) expect(Math.min(...norms) < 5 && Math.max(...norms) > 5).toBe(true);
    expect(learner.step).toBe(50);
    for (const name of names) {
      learner.parameter(name).forEach((value, i) => {
        const expected = reference.p.get(name)![i]!;
        const moved = Math.abs(expected - start.get(name)![i]!);
        expect(Math.abs(value - expected), `${name}[${i}]`).toBeLessThan(3e-6 + 1e-6 * moved);
      });
    }
    await learner.close();
  });

  it('adds up the gradients of micro-batches, afresh at each step', async () => {
    const learner = learnerOf(defaultAdamW);
    const parts = [1, 2, 3].map((t) => batchOf(t));
    for (let step = 0; step < 2; step++) {
      const { monitors } = await learner.learn(parts, 0);
      expect(monitors.length).toBe(3);
      for (const name of names) {
        learner.gradient(name).forEach((value, i) => {
          const expected = parts.reduce((total, { feeds }) => total + feeds.get(`c.${name}`)![i]!, 0);
          expect(Math.abs(value - expected)).toBeLessThan(1e-6);
        });
      }
    }
    await learner.close();
  });

  it('restores parameters, moments and step: what follows is the same to the byte', async () => {
    const learner = learnerOf({ ...defaultAdamW, clip: 3 });
    learner.restore({ parameters: start });
    const copy = (values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
      new Map([...values].map(([name, array]) => [name, array.slice()]));
    for (let t = 0; t < 5; t++) await learner.learn([batchOf(t)], 0.01);
    const { parameters, firstMoments, secondMoments, step } = await learner.state();
    const state = {
      parameters: copy(parameters),
      firstMoments: copy(firstMoments),
      secondMoments: copy(secondMoments),
      step,
    };
    const other = learnerOf({ ...defaultAdamW, clip: 3 });
    other.restore(state);
    for (let t = 5; t < 8; t++) {
      await learner.learn([batchOf(t)], 0.01);
      await other.learn([batchOf(t)], 0.01);
    }
    expect(await other.state()).toEqual(await learner.state());
    await learner.close();
    await other.close();
  });

  it('knows its parameters by name only', () => {
    expect(learnerOf(defaultAdamW).names).toEqual(['weight', 'bias']);
    expect(() => learnerOf(defaultAdamW).parameter('wieght')).toThrow('no parameter named wieght');
    expect(() =>
      learnerOf(defaultAdamW).restore({ parameters: new Map([['x', new Float32Array(1)]]) }),
    ).toThrow('no parameter named x');
  });
});

describe('the learner’s dropout masks', () => {
  const rate = 0.4;
  const shape = [3, 11];
  const seed = 77;
  const build = () => {
    const graph = new Graph();
    const p = graph.parameter('p', shape);
    const masks = [0, 1].map((k) => graph.dropoutMask(`mask${k}`, shape, rate)!);
    const loss = sum(multiply(p, multiply(masks[0]!, masks[1]!)), [0, 1], false);
    return { graph, loss, monitors: { mask0: affine(masks[0]!, 1, 0), mask1: affine(masks[1]!, 1, 0) } };
  };
  const threshold = Math.round(rate * 2 ** 16);
  const expected = (step: number, micro: number, k: number): number[] =>
    Array.from({ length: 33 }, (_, i) =>
      halfAt(keyPair(seed, step, micro, k), i) >= threshold
        ? Math.fround(2 ** 16 / (2 ** 16 - threshold))
        : 0,
    );

  it('are a function of seed, step, micro-batch and place in the graph', async () => {
    const learner = new CpuLearner(runtime, [{ name: 'p', shape, decay: true }], build, defaultAdamW, seed);
    const batch = { groups: 1, feeds: new Map(), sizes: {} };
    for (let step = 0; step < 2; step++) {
      const { monitors } = await learner.learn([batch, batch], 0);
      monitors.forEach((masks, micro) => {
        for (const k of [0, 1]) expect([...masks.get(`mask${k}`)!]).toEqual(expected(step, micro, k));
      });
    }
    learner.restore({ parameters: new Map(), step: 1 });
    const { monitors } = await learner.learn([batch], 0);
    expect([...monitors[0]!.get('mask0')!]).toEqual(expected(1, 0, 0));
    await learner.close();
  });

  it('leave no trace in a model of rate 0', () => {
    const graph = new Graph();
    expect(graph.dropoutMask('mask', [2], 0)).toBeUndefined();
    expect(graph.inputs).toEqual([]);
  });
});
