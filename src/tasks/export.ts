import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { discard, partialPath, publishFolder, writeFileAtomic } from '../files/atomic';
import { explainFileError } from '../files/explain';
import { exportOnnx } from '../model/export-onnx';
import { readRun } from '../runs/store';
import { bestCheckpoint, bestParameters } from './checkpointed-training';
import { modelSizeOf } from './model-size';
import { UserError } from '../protocol/errors';

export interface ExportRequest {
  readonly home: string;
  readonly run: string;
  readonly format: 'onnx' | 'safetensors';
  /** Where to: a file (onnx) or a folder (safetensors); null = into the run folder. */
  readonly out: string | null;
  readonly attentions: boolean;
}

/**
 * Writes the run's best checkpoint for use elsewhere.
 * @returns the files written
 */
export function exportRun({ home, run: given, format, out, attentions }: ExportRequest): {
  run: string;
  step: number;
  files: string[];
} {
  const { id, folder, manifest } = readRun(home, given);
  const { step, parameters } = bestParameters(folder);
  if (format === 'onnx') {
    const file = out ?? join(folder, 'model.onnx');
    const bytes = exportOnnx({
      size: modelSizeOf(manifest),
      task: manifest.kind === 'pretrain' ? 'pretrain' : manifest.config.head,
      attentions,
      parameters,
      metadata: {
        run: id,
        step: String(step),
        maxLength: String(manifest.config.maxLength),
        dataset: manifest.dataset.contentHash,
        code: manifest.codeVersion,
      },
    });
    writeFileAtomic(file, bytes);
    return { run: id, step, files: [file] };
  }
  const target = out ?? join(folder, 'export');
  const partial = partialPath(target);
  const names = ['model.safetensors', 'config.json', 'vocabulary.tsv'];
  try {
    mkdirSync(partial, { recursive: true });
    const checkpoint = bestCheckpoint(folder)!.folder;
    for (const name of names) {
      copyFileSync(join(name === 'model.safetensors' ? checkpoint : folder, name), join(partial, name));
    }
    publishFolder(partial, target, { replace: out === null });
  } catch (error) {
    discard(partial);
    const taken = (error as NodeJS.ErrnoException).code === 'ENOTEMPTY';
    throw taken
      ? new UserError('This folder holds other files.', {
          file: target,
          advice: 'Name a folder that does not exist yet.',
        })
      : explainFileError(error, target);
  }
  return { run: id, step, files: names.map((name) => join(target, name)) };
}
