import protobuf from 'protobufjs';

/** The messages of the ONNX format that we write and read back, with their published field numbers. */
const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        producerVersion: { type: 'string', id: 3 },
        docString: { type: 'string', id: 6 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
        metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        floats: { rule: 'repeated', type: 'float', id: 7, options: { packed: true } },
        ints: { rule: 'repeated', type: 'int64', id: 8, options: { packed: true } },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1, options: { packed: true } },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: {
      fields: {
        name: { type: 'string', id: 1 },
        type: { type: 'TypeProto', id: 2 },
        docString: { type: 'string', id: 3 },
      },
    },
    TypeProto: {
      fields: {
        tensorType: { type: 'TensorTypeProto', id: 1 },
        sequenceType: { type: 'SequenceTypeProto', id: 4 },
      },
    },
    SequenceTypeProto: { fields: { elemType: { type: 'TypeProto', id: 1 } } },
    TensorTypeProto: {
      fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
    },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
  },
});
const modelType = root.lookupType('ModelProto');

export type AttributeValue = number | { readonly float: number } | readonly number[];

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** '' for the standard operators, 'com.microsoft' for onnxruntime's own. */
  readonly domain: string;
}
export type OnnxType = 'float32' | 'int32' | 'int64';
export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly (number | string)[];
  readonly description?: string;
}
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Name of an empty sequence to give as the first output (see runtimes/in-place-results.ts). */
  readonly emptySequence?: string;
}

/** TensorProto.DataType */
const dataTypes = { float32: 1, int32: 6, int64: 7 } as const;
/** AttributeProto.AttributeType */
const FLOAT = 1;
const INT = 2;
const INTS = 7;

/** The oldest operator set that has every operator used here (LayerNormalization came with 17). */
const opset = 17;

/** Serialises a model in ONNX format. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return modelType
    .encode(
      modelType.create({
        irVersion: 8,
        producerName: 'Med-BERT Explorer',
        docString: model.description ?? '',
        opsetImport: [
          { domain: '', version: opset },
          { domain: 'com.microsoft', version: 1 },
        ].filter(({ domain }) => domain === '' || model.nodes.some((node) => node.domain === domain)),
        metadataProps: Object.entries(model.metadata ?? {}).map(([key, value]) => ({ key, value })),
        graph: {
          name: model.name,
          node: [...model.nodes, ...sequenceNode(model.emptySequence)].map(encodeNode),
          initializer: model.initializers.map(({ name, type, dims, data }) => ({
            name,
            dataType: dataTypes[type],
            dims,
            rawData: data,
          })),
          input: model.inputs.map(encodeValue),
          output: [
            ...(model.emptySequence === undefined ? [] : [encodeSequence(model.emptySequence)]),
            ...model.outputs.map(encodeValue),
          ],
        },
      }),
    )
    .finish();
}

function encodeNode(node: OnnxNode, index: number): object {
  return {
    input: node.inputs,
    output: node.outputs,
    name: `${node.opType}_${index}`,
    opType: node.opType,
    domain: node.domain,
    attribute: Object.entries(node.attributes).map(([name, value]) =>
      typeof value === 'number'
        ? { name, i: value, type: INT }
        : 'float' in value
          ? { name, f: value.float, type: FLOAT }
          : { name, ints: value, type: INTS },
    ),
  };
}

function sequenceNode(name: string | undefined): OnnxNode[] {
  if (name === undefined) return [];
  return [{ opType: 'SequenceEmpty', inputs: [], outputs: [name], attributes: {}, domain: '' }];
}

function encodeSequence(name: string): object {
  const elemType = { tensorType: { elemType: dataTypes.float32 } };
  return { name, type: { sequenceType: { elemType } } };
}

function encodeValue({ name, type, dims, description }: OnnxValue): object {
  const dim = dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return {
    name,
    docString: description ?? '',
    type: { tensorType: { elemType: dataTypes[type], shape: { dim } } },
  };
}
