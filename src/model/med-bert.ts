import type { Graph, Value } from '../engine/graph';
import { type Attention, attention } from '../engine/operators/attention';
import { layerNorm, linear } from '../engine/operators/dense';
import { add, gelu, multiply } from '../engine/operators/elementwise';
import { gatherRows } from '../engine/operators/embedding';
import { concat, split } from '../engine/operators/layout';
import type { Dim } from '../engine/shape';
import { declaredParameter, declareParameters, encoderParameters, type ModelSize } from './parameters';

/**
 * A batch in the graph: patients of like length stand together in groups, each group a block of B_g·T_g rows,
 * and the blocks follow one another as the N rows of one matrix. Dense layers see [N, D]; only attention
 * needs to know the blocks. Padding inside a block (to its longest patient) is masked as attention key and
 * reaches no loss.
 */
export interface EncoderInputs {
  /** N, as the shape checker knows it. */
  readonly rows: Dim;
  /** [N] vocabulary ids */
  readonly codes: Value;
  /** [N] rank of the code inside its visit, from 1 */
  readonly ranks: Value;
  /** [N] number of the visit, from 1 */
  readonly visits: Value;
  readonly groups: readonly {
    readonly batch: Dim;
    readonly time: Dim;
    /** [B_g, 1, 1, T_g] */ readonly keyBias: Value;
  }[];
}

export interface Encoder {
  readonly graph: Graph;
  /** Looks a parameter up by name. */
  readonly parameter: (name: string) => Value;
  readonly rows: Dim;
  /** The blocks that the rows are made of, for heads that read patients in order of time. */
  readonly groups: EncoderInputs['groups'];
  /** x_L: one vector per code, [N, D] */
  readonly tokens: Value;
  /** Attention of each layer and group, [layer][group] */
  readonly attentions: readonly (readonly Attention[])[];
}

/** Declares the inputs of a batch with so many length groups. */
export function encoderInputs(graph: Graph, groups: number): EncoderInputs {
  const rows = groups === 1 ? 'B0*T0' : 'N';
  return {
    rows,
    codes: graph.input('codes', 'int32', [rows]),
    ranks: graph.input('ranks', 'int32', [rows]),
    visits: graph.input('visits', 'int32', [rows]),
    groups: Array.from({ length: groups }, (_, g) => {
      const [batch, time] = [`B${g}`, `T${g}`];
      return { batch, time, keyBias: graph.input(`keyBias${g}`, 'float32', [batch, 1, 1, time]) };
    }),
  };
}

/**
 * Med-BERT (Rasmy et al. 2021, "Methods – Med-BERT structure"): BERT's encoder over diagnosis codes.
 * Declares its tensors, then {@link embed}s and {@link encode}s.
 *
 * @param dropout probability while training, 0 for inference
 */
export function buildEncoder(graph: Graph, inputs: EncoderInputs, size: ModelSize, dropout: number): Encoder {
  declareParameters(graph, encoderParameters(size));
  return encode(embed(graph, inputs, size), inputs, size, dropout);
}

/**
 * The input of a code: code + serialization + visit embedding, [N, D]. There is no [CLS] and no [SEP].
 * The encoder's tensors must have been declared.
 */
export function embed(graph: Graph, inputs: EncoderInputs, size: ModelSize): Value {
  const lookUp = (table: string, ids: Value): Value =>
    gatherRows(declaredParameter(graph, `embeddings.${table}.weight`), ids);
  const code = lookUp('code', inputs.codes);
  const visit = lookUp('visit', inputs.visits);
  return add(size.serialization ? add(code, lookUp('rank', inputs.ranks)) : code, visit);
}

/**
 * Everything behind the sum of embeddings: LayerNorm, dropout and the L layers.
 * The encoder's tensors must have been declared.
 *
 * @param embedded what {@link embed} gives, or anything of its shape that stands in for it (attribution)
 */
export function encode(embedded: Value, inputs: EncoderInputs, size: ModelSize, dropout: number): Encoder {
  const { hidden: D, heads: H, layers: L } = size;
  if (D % H !== 0) throw new Error(`hidden (${D}) must be a multiple of heads (${H}).`);
  const { graph } = embedded;
  const parameter = (name: string): Value => declaredParameter(graph, name);
  const dense = (x: Value, name: string): Value =>
    linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
  const norm = (x: Value, name: string): Value =>
    layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
  const drop = (x: Value, name: string): Value => {
    const mask = graph.dropoutMask(`dropout.${name}`, x.shape, dropout);
    return mask ? multiply(x, mask) : x;
  };

  let x = drop(norm(embedded, 'embeddings.norm'), 'embeddings'); // [N, D]
  const oneBlock = inputs.groups.length === 1;
  const blockRows = inputs.groups.map(({ batch, time }) => `${batch}*${time}`);
  const attentions: Attention[][] = [];
  for (let l = 0; l < L; l++) {
    const at = `encoder.${l}`;
    const qkv = dense(x, `${at}.attention.qkv`); // [N, 3D]
    const blocks = oneBlock ? [qkv] : split(qkv, 0, blockRows);
    const attended = inputs.groups.map(({ batch, time, keyBias }, g) => {
      const mask = graph.dropoutMask(
        `dropout.${at}.attention.probabilities.${g}`,
        [batch, H, time, time],
        dropout,
      );
      return attention(blocks[g]!, keyBias, { batch, time, heads: H }, mask);
    });
    const contexts = attended.map((a) => a.context);
    const context = oneBlock ? contexts[0]! : concat(contexts, 0, inputs.rows); // [N, D]
    const projected = drop(dense(context, `${at}.attention.output`), `${at}.attention.output`);
    x = norm(add(x, projected), `${at}.attention.norm`);
    const inner = gelu(dense(x, `${at}.feedforward.input`)); // [N, F]
    const outer = drop(dense(inner, `${at}.feedforward.output`), `${at}.feedforward.output`);
    x = norm(add(x, outer), `${at}.feedforward.norm`);
    attentions.push(attended);
  }
  return { graph, parameter, rows: inputs.rows, groups: inputs.groups, tokens: x, attentions };
}
