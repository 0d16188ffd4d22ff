import { createHash } from 'node:crypto';
import { openRuntime } from '../engine/runtimes/open-runtime';
import type { Vocabulary } from '../ehr/vocabulary';
import type { CodeSequence } from '../explain/code-sequence';
import { maskName } from '../explain/edits';
import { ExplainedModel } from '../explain/explained-model';
import { MaskedCodeModel } from '../explain/masked-codes';
import { CodeSpace } from '../explain/nearest-codes';
import { PathGradientModel } from '../explain/path-gradient';
import { matchingParameters } from '../model/checkpoint';
import { finetuningParameters } from '../model/finetuning';
import type { ModelSize } from '../model/parameters';
import { pretrainingParameters } from '../model/pretraining';
import { UserError } from '../protocol/errors';
import { firstCode, MASK } from '../protocol/vocabulary';
import type { RunView } from '../runs/store';
import { bestParameters } from './checkpointed-training';
import { modelSizeOf, readVocabulary } from './model-size';

/** The model of a run with its vocabulary, opened once: sessions are made when they are first needed, and kept. */
export class RunModel {
  private constructor(
    readonly run: RunView,
    readonly step: number,
    readonly size: ModelSize,
    readonly vocabulary: Vocabulary,
    /** Every tensor by name, of the best checkpoint. */
    readonly parameters: ReadonlyMap<string, Float32Array>,
    /** Prediction (of a fine-tuned run) and attention. */
    readonly model: ExplainedModel,
    /** Null for a pretraining run. */
    readonly path: PathGradientModel | null,
    /** Null for a fine-tuned run. */
    readonly masked: MaskedCodeModel | null,
  ) {}

  /** Opens the best checkpoint. @throws UserError when checkpoint or vocabulary are missing, damaged or of another run */
  static open(run: RunView): RunModel {
    const { manifest, folder } = run;
    const vocabulary = readVocabulary(folder, manifest);
    const best = bestParameters(folder);
    const size = modelSizeOf(manifest);
    const { threads } = manifest.config;
    const runtime = openRuntime(manifest.device, { threads });
    if (manifest.kind === 'pretrain') {
      const parameters = matchingParameters(best.parameters, pretrainingParameters(size));
      const model = new ExplainedModel(size, 'encoder', parameters, threads);
      const masked = new MaskedCodeModel(runtime, size, parameters);
      return new RunModel(run, best.step, size, vocabulary, parameters, model, null, masked);
    }
    const { head } = manifest.config;
    const parameters = matchingParameters(best.parameters, finetuningParameters(size, head));
    const model = new ExplainedModel(size, head, parameters, threads);
    const path = new PathGradientModel(runtime, size, head, parameters);
    return new RunModel(run, best.step, size, vocabulary, parameters, model, path, null);
  }

  /**
   * Vocabulary ids in the place of names; [UNK] where the vocabulary has none.
   * @throws UserError when it has none of them
   */
  tokens(patient: CodeSequence<string>): CodeSequence<number> {
    const tokens = this.tokensOrNull(patient);
    if (tokens !== null) return tokens;
    throw new UserError('The run’s vocabulary has none of the patient’s codes.', {
      advice:
        'Its prediction would be that of unknown codes alone. Choose a run that was trained on such records.',
    });
  }

  /** The same; null when the vocabulary has none of the codes. */
  tokensOrNull(patient: CodeSequence<string>): CodeSequence<number> | null {
    const codes = patient.codes.map((name) => (name === maskName ? MASK : this.vocabulary.id(name)));
    return codes.some((id) => id >= firstCode) ? { ...patient, codes } : null;
  }

  /** SHA-256 over tensors and vocabulary: the same hash gives the same predictions. */
  hash(): string {
    return (this.hashed ??= this.computeHash());
  }
  private hashed: string | undefined;

  /** Where codes lie near one another. */
  get space(): CodeSpace {
    return (this.codeSpace ??= new CodeSpace(
      this.parameters.get('embeddings.code.weight')!,
      this.size.hidden,
    ));
  }
  private codeSpace: CodeSpace | undefined;

  async close(): Promise<void> {
    await this.model.close();
    await this.path?.close();
    await this.masked?.close();
  }

  private computeHash(): string {
    const hash = createHash('sha256').update(this.vocabulary.hash());
    for (const [name, values] of this.parameters) {
      hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return hash.digest('hex');
  }
}

/** @throws UserError when a model computes no number: its tensors are damaged in a way that files do not show */
export function checkFinite(logit: number): number {
  if (Number.isFinite(logit)) return logit;
  throw new UserError(
    'The model gives no finite number: its checkpoint is damaged or training has diverged.',
    {
      advice: 'Take the checkpoint from a copy, or train the run again with a lower learningRate.',
    },
  );
}
