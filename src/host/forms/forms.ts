/**
 * Every form, and the run configuration files that forms are saved as. Imported when the first is asked: a window opens
 * without their schemas.
 */
export { readRunFile } from '../run-files/read-run-file';
export { saveRunFile } from '../run-files/save-run-file';
export { askEvaluate } from './evaluate-form';
export { askExport } from './export-form';
export { askFinetune } from './finetune-form';
export { askImport, freeDatasetName } from './import-form';
export { askPretrain } from './pretrain-form';
export { askSample } from './sample-form';
