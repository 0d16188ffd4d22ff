// AssemblyScript: compiled by `npm run kernels` to one WebAssembly module with 128-bit SIMD.
// The memory is imported; every pointer is a byte offset into it and every `n` counts float32 elements,
// a multiple of 4 (ParameterMemory and DropoutMasks pad their regions).

/**
 * One step of AdamW (Loshchilov & Hutter 2019) over n consecutive parameters, in place:
 *   m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  p ← p·(1 − lr·wd) − lr · (m/c₁) / (√(v/c₂) + ε)
 * with g = gradientScale · gradient, and c₁ = 1−β₁ᵗ, c₂ = 1−β₂ᵗ folded into `stepSize` = lr/c₁ and `rootScale` = 1/√c₂.
 */
export function adamw(
  parameter: usize, gradient: usize, m: usize, v: usize, n: i32,
  gradientScale: f32, beta1: f32, beta2: f32, epsilon: f32, keep: f32, stepSize: f32, rootScale: f32,
): void {
  const gs = f32x4.splat(gradientScale);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  const eps = f32x4.splat(epsilon);
  const decay = f32x4.splat(keep);
  const step = f32x4.splat(stepSize);
  const root = f32x4.splat(rootScale);
  const end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const g = f32x4.mul(v128.load(gradient + i), gs);
    const mt = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(c1, g));
    const vt = f32x4.add(f32x4.mul(b2, v128.load(v + i)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(m + i, mt);
    v128.store(v + i, vt);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(vt), root), eps);
    const p = f32x4.mul(decay, v128.load(parameter + i));
    v128.store(parameter + i, f32x4.sub(p, f32x4.div(f32x4.mul(step, mt), denominator)));
  }
}

/** Σ x², accumulated in float64 so that a norm over 17 million entries keeps its digits. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const value = v128.load(x + i);
    const a = f64x2.promote_low_f32x4(value);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const total = f64x2.add(low, high);
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** target += source. */
export function add(target: usize, source: usize, n: i32): void {
  const end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(source + i)));
  }
}

/** table[ids[r]] += rows[r] for r in order; rows are `width` floats wide. Repeated ids add up, always in the same order. */
export function addRows(table: usize, ids: usize, rows: usize, count: i32, width: i32): void {
  const stride = <usize>width << 2;
  for (let r = 0; r < count; r++) {
    const target = table + <usize>load<i32>(ids + (<usize>r << 2)) * stride;
    const source = rows + <usize>r * stride;
    let i: usize = 0;
    for (; i + 16 <= stride; i += 16) {
      v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(source + i)));
    }
    for (; i < stride; i += 4) store<f32>(target + i, load<f32>(target + i) + load<f32>(source + i));
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function scramble(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/**
 * Inverted-dropout mask: element i is `scale` when its 16 random bits are ≥ threshold, else 0.
 * Two elements share one draw of 32 bits: draw j = scramble(scramble(j·φ + key0) + key1) serves elements 2j
 * (its low half) and 2j + 1 (its high half). n is a multiple of 8.
 */
export function dropoutMask(out: usize, n: i32, key0: i32, key1: i32, threshold: i32, scale: f32): void {
  const golden: i32 = 0x9e3779b9;
  let counter = i32x4.add(i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(golden)), i32x4.splat(key0));
  const stride = i32x4.splat(4 * golden);
  const second = i32x4.splat(key1);
  const limit = i16x8.splat(<i16>threshold);
  const kept = f32x4.splat(scale);
  const end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 32) {
    const keep = i16x8.ge_u(scramble(i32x4.add(scramble(counter), second)), limit);
    v128.store(out + i, v128.and(i32x4.extend_low_i16x8_s(keep), kept));
    v128.store(out + i, v128.and(i32x4.extend_high_i16x8_s(keep), kept), 16);
    counter = i32x4.add(counter, stride);
  }
}
