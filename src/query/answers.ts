import { cachedCohortReport } from '../ehr/cohort-report/cached-report';
import { openDataset } from '../ehr/dataset';
import { importRecords } from '../ehr/import';
import { checkLabels } from '../ehr/label-funnel';
import { readLabels } from '../ehr/labels';
import { generateSample } from '../ehr/sample/generate';
import { finetuneConfig, pretrainConfig } from '../protocol/config';
import type { LongWork } from '../protocol/progress';
import type { Queries } from '../protocol/queries';
import { compareRuns } from '../tasks/compare';
import { checkConfiguration } from '../tasks/configuration';
import { diagnose } from '../tasks/doctor';
import { evaluateRun } from '../tasks/evaluate';
import { readCase, writeCase } from '../tasks/explain-case';
import { ExplainedRuns } from '../tasks/explained-runs';
import { exportRun } from '../tasks/export';
import { createFinetuneRun } from '../tasks/finetune';
import { createPretrainRun } from '../tasks/pretrain';

type Answers = {
  readonly [K in keyof Queries]: (
    params: Queries[K]['params'],
    work: LongWork,
  ) => Promise<Queries[K]['result']> | Queries[K]['result'];
};

const now = (): Date => new Date();

/** Runs that explanations were asked of; a worker that nobody asks for any opens none. */
const explained = new ExplainedRuns();

/** Who answers which question. A new question is one line here and one in {@link Queries}. */
export const answers: Answers = {
  sample: (params, work) => generateSample({ ...params, ...work }),
  import: (params, work) => importRecords({ ...params, ...work, now }),
  labels: async ({ home, dataset, labels }) => {
    const { funnel } = await checkLabels(await readLabels(labels), openDataset(home, dataset));
    return { funnel };
  },
  cohort: ({ home, dataset, labels, ...options }, work) =>
    cachedCohortReport(home, dataset, { labels, ...options, ...work }),
  pretrain: ({ settings, ...params }, work) =>
    createPretrainRun({ ...params, ...work, now, ...checkConfiguration(pretrainConfig, settings) }),
  finetune: ({ settings, ...params }, work) =>
    createFinetuneRun({ ...params, ...work, now, ...checkConfiguration(finetuneConfig, settings) }),
  evaluate: (params, work) => evaluateRun({ ...params, ...work }),
  compare: (params, work) => compareRuns({ ...params, runs: [...params.runs], ...work }),
  export: (params) => exportRun(params),
  diagnose: ({ home }) => diagnose(home),
  patients: (params, work) => explained.ask(params, work, (run) => run.entries()),
  patientsWithCode: (params, work) => explained.ask(params, work, (run) => run.withCode(params.code)),
  glance: (params, work) =>
    explained.ask(params, work, (run) => run.glance(params.patient, { ...params, ...work })),
  attributed: (params, work) =>
    explained.ask(params, work, (run) => run.attributed(params.patient, { ...params, ...work })),
  explain: (params, work) =>
    explained.ask(params, work, (run) =>
      run.explain(params.patient, params.settings, { ...params, ...work }),
    ),
  attention: (params, work) =>
    explained.ask(params, work, (run) => run.attention(params.patient, params.choice)),
  whatIf: (params, work) =>
    explained.ask(params, work, (run) => run.whatIf(params.patient, params.edits, params.withSeeds)),
  saveCase: (params, work) =>
    explained.ask(params, work, async (run) => {
      const made = await run.makeCase(params.patient, params.edits, true, now);
      writeCase(params.file, made);
      return made;
    }),
  replay: ({ home, file }, work) => {
    const given = readCase(file);
    return explained.ask({ home, run: given.run }, work, async (run) => ({
      given,
      replay: await run.replay(given),
    }));
  },
  map: (params, work) =>
    explained.ask(params, work, (run) => run.maps.draw(params.settings, params.minimumCellCount, work)),
};
