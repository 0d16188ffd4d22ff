import type { CodeSequence } from './code-sequence';
import { gaussLegendre } from './gauss-legendre';
import type { PathGradient } from './path-gradient';

/** What each code adds to the logit, in log-odds. */
export interface IntegratedGradients {
  /** [T] */
  readonly attributions: Float64Array;
  /** F(x) */
  readonly logit: number;
  /** F(x′), the logit of the baseline. */
  readonly baselineLogit: number;
  /** Places on the path at which the gradient was taken. */
  readonly steps: number;
  /** |Σ attributions − (F(x) − F(x′))| / max(|F(x) − F(x′)|, {@link smallestDifference}). */
  readonly completenessError: number;
}

/** Log-odds below which a difference counts as this: 0.05 is at most 1.25 points of risk. */
export const smallestDifference = 0.05;

export interface IntegratedGradientsOptions {
  /** Completeness error at which no more steps are taken. */
  readonly tolerance?: number;
  readonly firstSteps?: number;
  readonly mostSteps?: number;
  readonly signal?: AbortSignal;
}

/**
 * Integrated gradients (Sundararajan et al. 2017) of the logit on the summed input embeddings:
 * a_t = ∫₀¹ Σ_d (x − x′)_td · ∂F/∂x_td (x′ + α·(x − x′)) dα.
 *
 * The integral is taken by Gauss–Legendre quadrature: the integrand is smooth in α, so that places in the right
 * positions are worth many equidistant ones. Steps are doubled until the attributions add up to what they must.
 *
 * @param baseline ids of x′; its visits and ranks are the patient's, so what is attributed is which code stands there
 */
export async function integratedGradients(
  patient: CodeSequence<number>,
  baseline: readonly number[],
  along: PathGradient,
  options: IntegratedGradientsOptions = {},
): Promise<IntegratedGradients> {
  const { tolerance = 2e-3, firstSteps = 16, mostSteps = 256, signal } = options;
  const { logits } = await along(patient, baseline, [0, 1], signal);
  const [baselineLogit, logit] = [logits[0]!, logits[1]!];
  const difference = logit - baselineLogit;
  for (let steps = firstSteps; ; steps *= 2) {
    const attributions = await integrate(patient, baseline, along, steps, signal);
    const total = attributions.reduce((sum, a) => sum + a, 0);
    const completenessError =
      Math.abs(total - difference) / Math.max(Math.abs(difference), smallestDifference);
    if (completenessError <= tolerance || steps * 2 > mostSteps) {
      return { attributions, logit, baselineLogit, steps, completenessError };
    }
  }
}

async function integrate(
  patient: CodeSequence<number>,
  baseline: readonly number[],
  along: PathGradient,
  steps: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const T = patient.codes.length;
  const { places, weights } = gaussLegendre(steps);
  const { slopes } = await along(patient, baseline, places, signal);
  const attributions = new Float64Array(T);
  weights.forEach((weight, i) => {
    for (let t = 0; t < T; t++) attributions[t]! += weight * slopes[i * T + t]!;
  });
  return attributions;
}
