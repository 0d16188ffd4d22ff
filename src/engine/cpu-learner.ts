import { differentiate, type ParameterGradient } from './differentiate';
import type { Value } from './graph';
import { Kernels, paddedLength } from './kernels/kernels';
import type {
  AdamW,
  Learner,
  LearnerBatch,
  LearnerState,
  ParameterSpec,
  RestoredState,
  StepReport,
  TrainingProgram,
} from './learner';
import { keyPair } from './random';
import type { Runtime, Session } from './runtimes/runtime';
import { concreteShape, countElements } from './shape';

interface Compiled {
  readonly program: TrainingProgram;
  readonly gradients: readonly ParameterGradient[];
  readonly session: Session;
}

/**
 * Trains parameters on the CPU: forward and backward in the runtime, AdamW in a SIMD kernel, parameters,
 * gradients and moments side by side in one memory that both use without copying.
 */
export class CpuLearner implements Learner {
  readonly kernels = new Kernels();
  /** Milliseconds spent so far, for the bench: drawing masks, in the runtime, in AdamW and row gradients. */
  readonly timings = { masks: 0, runtime: 0, optimizer: 0 };
  private readonly placement = new Map<string, { spec: ParameterSpec; offset: number; length: number }>();
  private readonly total: number;
  private readonly regions: { parameters: number; gradients: number; m: number; v: number };
  private accumulated: number | undefined;
  private readonly compiled = new Map<number, Promise<Compiled>>();
  private steps = 0;

  /**
   * @param build makes the program for a number of length groups; its parameters must be among `specs`
   * @param seed of the dropout masks
   */
  constructor(
    private readonly runtime: Runtime,
    specs: readonly ParameterSpec[],
    private readonly build: (groups: number) => TrainingProgram,
    private readonly adamw: AdamW,
    private readonly seed: number,
  ) {
    let offset = 0;
    for (const spec of specs) {
      const length = countElements(spec.shape);
      this.placement.set(spec.name, { spec, offset, length });
      offset += paddedLength(length);
    }
    this.total = offset;
    const region = (): number => this.kernels.reserve(offset);
    this.regions = { parameters: region(), gradients: region(), m: region(), v: region() };
  }

  get step(): number {
    return this.steps;
  }

  /** Live view of a parameter; valid until the next step. */
  parameter(name: string): Float32Array {
    return this.view('parameters', name);
  }

  /** Live view of the gradient of the last step (before clipping); valid until the next step. */
  gradient(name: string): Float32Array {
    return this.view('gradients', name);
  }

  get names(): readonly string[] {
    return [...this.placement.keys()];
  }

  /** The arrays are live views. */
  state(): Promise<LearnerState> {
    const views = (region: 'parameters' | 'm' | 'v'): Map<string, Float32Array> =>
      new Map(this.names.map((name) => [name, this.view(region, name)]));
    return Promise.resolve({
      parameters: views('parameters'),
      firstMoments: views('m'),
      secondMoments: views('v'),
      step: this.steps,
    });
  }

  restore(state: RestoredState): void {
    const copy = (
      region: 'parameters' | 'm' | 'v',
      from: ReadonlyMap<string, Float32Array> | undefined,
    ): void => {
      this.kernels.floats(this.regions[region], this.total).fill(0);
      for (const [name, values] of from ?? []) this.view(region, name).set(values);
    };
    copy('parameters', state.parameters);
    copy('m', state.firstMoments);
    copy('v', state.secondMoments);
    this.steps = state.step ?? 0;
  }

  async learn(batches: readonly LearnerBatch[], learningRate: number): Promise<StepReport> {
    const monitors: ReadonlyMap<string, Float32Array>[] = [];
    for (const [index, batch] of batches.entries()) {
      monitors.push(await this.backward(batch, index));
      if (batches.length > 1) this.accumulate(index, batches.length);
    }
    const gradientNorm = this.update(learningRate);
    return { monitors, gradientNorm };
  }

  /** Forward and backward of one micro-batch: fills the gradients. Exposed for the golden tests. */
  async backward(batch: LearnerBatch, index = 0): Promise<ReadonlyMap<string, Float32Array>> {
    const { program, gradients, session } = await this.compile(batch.groups);
    const { kernels } = this;
    const feeds = new Map(batch.feeds);
    let scratch = kernels.scratch;
    const take = (floats: number): number => {
      const pointer = scratch;
      scratch += paddedLength(floats) * 4;
      return pointer;
    };
    // Every view is taken after the memory has reached its size for this step.
    const masks = program.graph.dropoutMasks.flatMap(({ value, rate }, k) => {
      const length = countElements(concreteShape(value.shape, batch.sizes));
      return feeds.has(value.name) ? [] : [{ name: value.name, rate, k, length, pointer: take(length) }];
    });
    // Tables that are summed (code + rank + visit) share one gradient: it is fetched once.
    const rowValues = new Map<string, number>();
    const rows = gradients.flatMap(({ parameter, rows: parts }) =>
      parts.map(({ ids, values }) => {
        const [count, width] = concreteShape(values.shape, batch.sizes) as [number, number];
        const pointer = rowValues.get(values.name) ?? take(count * width);
        rowValues.set(values.name, pointer);
        return { parameter, ids, values, count, width, pointer, idsAt: take(count) };
      }),
    );
    kernels.ensure(scratch);
    const began = performance.now();
    for (const { name, rate, k, length, pointer } of masks) {
      kernels.drawMask(pointer, length, keyPair(this.seed, this.steps, index, k), rate);
      feeds.set(name, kernels.floats(pointer, length));
    }
    for (const parameter of program.graph.parameters)
      feeds.set(parameter.name, this.view('parameters', parameter.name));

    const targets = new Map<string, Float32Array>();
    for (const { values, count, width, pointer } of rows) {
      targets.set(values.name, kernels.floats(pointer, count * width));
    }
    // Parameters that are added to each other have one and the same gradient: it is fetched once.
    const shared: (readonly [view: Float32Array, dense: string])[] = [];
    for (const { parameter, dense } of gradients) {
      const view = this.view('gradients', parameter.name);
      if (!dense) view.fill(0);
      else if (targets.has(dense.name)) shared.push([view, dense.name]);
      else targets.set(dense.name, view);
    }
    const drawn = performance.now();
    const results = await session.run(feeds, batch.sizes, targets);
    const ran = performance.now();
    this.timings.masks += drawn - began;
    this.timings.runtime += ran - drawn;
    for (const [view, dense] of shared) view.set(targets.get(dense)!);
    for (const { parameter, ids, count, width, pointer, idsAt } of rows) {
      kernels.integers(idsAt, count).set(feeds.get(ids.name) as Int32Array);
      kernels.run.addRows(this.pointer('gradients', parameter.name), idsAt, pointer, count, width);
    }
    this.timings.optimizer += performance.now() - ran;
    return new Map(
      Object.entries(program.monitors).map(([name, value]) => [name, results.get(value.name)!.slice()]),
    );
  }

  async close(): Promise<void> {
    for (const compiled of this.compiled.values()) await (await compiled).session.close();
    this.compiled.clear();
  }

  private compile(groups: number): Promise<Compiled> {
    const known = this.compiled.get(groups);
    if (known) return known;
    const made = this.open(groups);
    this.compiled.set(groups, made);
    return made;
  }

  private async open(groups: number): Promise<Compiled> {
    const program = this.build(groups);
    const gradients = differentiate(program.loss, program.graph.parameters);
    const outputs = new Set<Value>(Object.values(program.monitors));
    for (const { dense, rows } of gradients) {
      if (dense) outputs.add(dense);
      rows.forEach(({ values }) => outputs.add(values));
    }
    return { program, gradients, session: await this.runtime.open(program.graph, [...outputs]) };
  }

  private accumulate(index: number, count: number): void {
    const { run } = this.kernels;
    this.accumulated ??= this.kernels.reserve(this.total);
    if (index === 0) this.kernels.floats(this.accumulated, this.total).fill(0);
    run.add(this.accumulated, this.regions.gradients, this.total);
    if (index === count - 1) {
      this.kernels
        .floats(this.regions.gradients, this.total)
        .set(this.kernels.floats(this.accumulated, this.total));
    }
  }

  private update(learningRate: number): number {
    const { run } = this.kernels;
    const { parameters, gradients, m, v } = this.regions;
    const { beta1, beta2, epsilon, weightDecay, clip } = this.adamw;
    const began = performance.now();
    const t = ++this.steps;
    const norm = Math.sqrt(run.sumOfSquares(gradients, this.total));
    const scale = clip > 0 && norm > clip ? clip / norm : 1;
    // Of the β that the kernel works with: 1 − 0.999 is off by 1.3e-5 in float32, and would not cancel otherwise.
    const stepSize = learningRate / (1 - Math.fround(beta1) ** t);
    const rootScale = 1 / Math.sqrt(1 - Math.fround(beta2) ** t);
    for (const { spec, offset, length } of this.placement.values()) {
      const at = offset * 4;
      const keep = spec.decay ? 1 - learningRate * weightDecay : 1;
      const n = paddedLength(length);
      run.adamw(
        parameters + at,
        gradients + at,
        m + at,
        v + at,
        n,
        scale,
        beta1,
        beta2,
        epsilon,
        keep,
        stepSize,
        rootScale,
      );
    }
    this.timings.optimizer += performance.now() - began;
    return norm;
  }

  private pointer(region: keyof typeof this.regions, name: string): number {
    return this.regions[region] + this.placed(name).offset * 4;
  }

  private view(region: keyof typeof this.regions, name: string): Float32Array {
    return this.kernels.floats(this.pointer(region, name), this.placed(name).length);
  }

  private placed(name: string): { offset: number; length: number; spec: ParameterSpec } {
    const placed = this.placement.get(name);
    if (!placed) throw new Error(`There is no parameter named ${name}.`);
    return placed;
  }
}
