import { describe, expect, it } from 'vitest';
import { changedRows } from '../../../src/host/experiments/changes';
import { type ExperimentSources, arrangeExperiments } from '../../../src/host/experiments/experiments';
import { noFilter, parseFilter } from '../../../src/host/experiments/filter';
import { type Experiments } from '../../../src/host/experiments/node';
import { parseOrder } from '../../../src/host/experiments/order';
import type { RunState } from '../../../src/protocol/run';
import type { ListedRun, RunFacts } from '../../../src/runs/run-facts';
import { dataset, english, facts, finetuning, minutes, noon, pretraining } from './run-facts';

function arrange(runs: readonly ListedRun[], change: Partial<ExperimentSources> = {}): Experiments {
  return arrangeExperiments({
    study: 'Heart failure',
    datasets: [dataset('claims')],
    runs,
    filter: noFilter,
    order: 'newest',
    minimumCellCount: 10,
    inlineRun: null,
    now: noon,
    l10n: english,
    ...change,
  });
}

/** The tree as an outline, one row a line. */
function outline({ roots, nodes }: Experiments): string[] {
  const below = (id: string, depth: number): string[] => {
    const node = nodes.get(id)!;
    const line = `${'  '.repeat(depth)}${node.label}${node.description === '' ? '' : ` | ${node.description}`}`;
    return [line, ...node.children.flatMap((child) => below(child, depth + 1))];
  };
  return roots.flatMap((root) => below(root, 0));
}
const labels = (tree: Experiments): string[] => outline(tree).map((line) => line.split(' | ')[0]!);

const at = (minute: number): string => new Date(noon + minute * minutes).toISOString();
const trained = facts(pretraining('p1', { createdAt: at(1) }), 'finished', {
  step: 90_000,
  steps: 90_000,
  validLoss: 4.36,
  bestStep: 60_000,
  checkpoints: [
    { step: 60_000, best: true, folder: 'a' },
    { step: 90_000, best: false, folder: 'b' },
  ],
});
const tuned = facts(finetuning('f1', { createdAt: at(2), from: 'p1', fromStep: 60_000 }), 'finished', {
  testAuroc: 0.854,
  testAurocCi95: [0.81, 0.89],
});
const untrained = facts(finetuning('f2', { createdAt: at(3) }), 'queued');

describe('the tree of experiments', () => {
  it('marks the run that explains patients in editors', () => {
    const runs = [facts(pretraining('p1'), 'finished', { validLoss: 4.36 })];
    const row = arrange(runs, { inlineRun: 'p1' }).nodes.get('run:p1');
    expect(row?.description).toBe('4.36 valid loss · explains inline');
  });

  it('hangs runs from what they were made of', () => {
    expect(outline(arrange([untrained, tuned, trained]))).toEqual([
      'Heart failure | 3 runs',
      '  claims | 48,210 patients',
      '    p1 | 4.36 valid loss',
      '      f1 | 0.854 (0.81–0.89) test AUROC',
      '      step 60,000 | best · 4.36 valid loss',
      '      step 90,000 | latest',
      '    f2 | queued',
    ]);
  });

  it('has no rows at all without datasets and runs, so that the view can welcome', () => {
    expect(arrange([], { datasets: [] }).roots).toEqual([]);
    expect(labels(arrange([]))).toEqual(['Heart failure', '  claims']);
  });

  it('keeps runs whose parent or dataset is gone', () => {
    const orphan = facts(finetuning('f3', { from: 'p9' }), 'finished');
    const elsewhere = facts(pretraining('p3', { dataset: { name: 'old', contentHash: 'x' } }), 'stopped');
    const tree = arrange([orphan, elsewhere]);
    expect(outline(tree)).toEqual([
      'Heart failure | 2 runs',
      '  claims | 48,210 patients',
      '    f3 | finished',
      '  old | (missing)',
      '    p3 | stopped',
    ]);
    expect(tree.nodes.get('dataset:old')!.context).toBe('dataset.missing');
  });

  it('shows a dataset whose description cannot be read', () => {
    const tree = arrange([], { datasets: [{ name: 'broken', description: undefined }] });
    expect(outline(tree)[1]).toBe('  broken | cannot be read');
    expect(tree.nodes.get('dataset:broken')!.icon.codicon).toBe('warning');
  });

  it('shows damaged runs with their problem, after everything else', () => {
    const damaged: ListedRun = {
      damaged: true,
      id: 'p7',
      folder: '/h/runs/p7',
      problem: '/h/runs/p7/run.json: This is not a run description.\nRestore the file from a copy.',
    };
    const tree = arrange([damaged, trained]);
    expect(outline(tree).at(-1)).toBe('  p7 | damaged: This is not a run description.');
    expect(tree.nodes.get('run:p7')).toMatchObject({
      context: 'run.damaged',
      icon: { codicon: 'circle-slash' },
    });
    expect(tree).toMatchObject({ shown: 2, total: 2 });
  });

  it('tells the runs at work, and says so of the study', () => {
    const running = facts(pretraining('p2'), 'running', { step: 1, steps: 4 });
    const tree = arrange([running, trained]);
    expect(tree.running).toEqual(['p2']);
    expect(outline(tree)[0]).toBe('Heart failure | 2 runs · 1 running');
  });

  it('tells siblings apart by the settings in which they differ, pretraining and fine-tuning each for itself', () => {
    const one = facts(finetuning('f1', { createdAt: at(1) }, { trainSize: 500, seed: 1 }), 'stopped');
    const two = facts(finetuning('f2', { createdAt: at(2) }, { seed: 2 }), 'stopped');
    const like = facts(finetuning('f3', { from: 'p1' }), 'stopped');
    expect(outline(arrange([one, two, like, trained])).slice(2)).toEqual([
      '    p1 | 4.36 valid loss',
      '      f3 | stopped',
      '      step 60,000 | best · 4.36 valid loss',
      '      step 90,000 | latest',
      '    f2 | stopped · trainSize all · seed 2',
      '    f1 | stopped · trainSize 500 · seed 1',
    ]);
  });

  it('says nothing of a sibling that is set up like most', () => {
    const usual = ['f1', 'f2'].map((id) => facts(finetuning(id), 'stopped'));
    const other = facts(finetuning('f0', {}, { learningRate: 2e-4, seed: 9, clip: 0 }), 'stopped');
    expect(outline(arrange([...usual, other])).slice(2)).toEqual([
      '    f2 | stopped',
      '    f1 | stopped',
      '    f0 | stopped · learningRate 2e-4 · seed 9',
    ]);
  });

  it('speaks of the state, which the icon alone would show', () => {
    expect(arrange([tuned]).nodes.get('run:f1')!.spoken).toBe(
      'fine-tuning run f1, finished, 0.854 (0.81–0.89) test AUROC',
    );
    const failed = facts(pretraining('p4'), 'failed', { step: 4210 });
    expect(arrange([failed]).nodes.get('run:p4')!.spoken).toBe('pretraining run p4, failed, step 4,210');
  });
});

describe('filter', () => {
  const wide = facts(pretraining('p2', { createdAt: at(4) }, { layers: 2 }), 'failed');
  const deep = facts(pretraining('p3', { createdAt: at(5) }, { layers: 24 }), 'stopped');
  const runs = [trained, tuned, untrained, wide, deep];
  const found = (text: string, states: RunState[] = []): string[] =>
    labels(arrange(runs, { filter: { text, states } })).map((line) => line.trim());

  it('compares a setting as a whole', () => {
    expect(found('layers=2')).toEqual(['Heart failure', 'claims', 'p2']);
  });

  it('brings along the parent of what it finds, without the rest that hangs from it', () => {
    expect(found('f1')).toEqual(['Heart failure', 'claims', 'p1', 'f1', 'step 60,000', 'step 90,000']);
    const tree = arrange(runs, { filter: { text: 'f1', states: [] } });
    expect(tree).toMatchObject({ shown: 1, total: 5 });
  });

  it('wants every word, one of several alternatives, and one of the ticked states', () => {
    expect(found('PRETRAINING failed')).toEqual(['Heart failure', 'claims', 'p2']);
    expect(found('failed|stopped')).toEqual(['Heart failure', 'claims', 'p3', 'p2']);
    expect(found('', ['queued', 'failed'])).toEqual(['Heart failure', 'claims', 'p2', 'f2']);
    expect(found('ffl', ['failed'])).toEqual(['Heart failure']);
    expect(found('head=ffl from=untrained')).toEqual(['Heart failure', 'claims', 'f2']);
  });

  it('finds damaged runs by name only', () => {
    const damaged: ListedRun = { damaged: true, id: 'p7', folder: '', problem: '' };
    const tree = (text: string, states: RunState[]): string[] =>
      labels(arrange([damaged], { filter: { text, states } }));
    expect(tree('p7', [])).toContain('  p7');
    expect(tree('damaged', [])).toContain('  p7');
    expect(tree('', ['failed'])).not.toContain('  p7');
  });

  it('is read back from memory, whatever was kept there', () => {
    expect(parseFilter({ text: 'x', states: ['failed', 'nonsense'] })).toEqual({
      text: 'x',
      states: ['failed'],
    });
    expect([undefined, null, 3, 'x', { text: 3 }].map(parseFilter)).toEqual(Array(5).fill(noFilter));
    expect([parseOrder('best'), parseOrder('worst'), parseOrder(undefined)]).toEqual([
      'best',
      'newest',
      'newest',
    ]);
  });
});

describe('order', () => {
  const run = (id: string, minute: number, state: RunState, validLoss: number | null): RunFacts =>
    facts(pretraining(id, { createdAt: at(minute) }), state, { validLoss });
  const runs = [
    run('p10', 1, 'finished', 4.2),
    run('p2', 2, 'failed', null),
    run('p1', 3, 'running', 3.9),
    facts(finetuning('a1', { createdAt: at(9) }), 'finished', { testAuroc: 0.7 }),
    facts(finetuning('a2', { createdAt: at(8) }), 'running', { validAuroc: 0.9 }),
  ];
  const ids = (order: ExperimentSources['order']): string[] =>
    labels(arrange(runs, { order }))
      .slice(2)
      .map((line) => line.trim());

  it('is by time, name, result or state, pretraining before fine-tuning', () => {
    expect(ids('newest')).toEqual(['p1', 'p2', 'p10', 'a1', 'a2']);
    expect(ids('name')).toEqual(['p1', 'p2', 'p10', 'a1', 'a2']);
    expect(ids('best')).toEqual(['p1', 'p10', 'p2', 'a2', 'a1']);
    expect(ids('state')).toEqual(['p1', 'p2', 'p10', 'a2', 'a1']);
  });
});

describe('what is drawn anew', () => {
  const running = facts(pretraining('p2', { createdAt: at(5) }), 'running', { step: 1, steps: 4 });
  const runs = [running, trained, tuned];
  const before = arrange(runs);

  it('is nothing when nothing changed', () => {
    expect(changedRows(before, arrange(runs))).toEqual([]);
  });

  it('is the row of a run that went on', () => {
    const later = { ...running, step: 2 };
    expect(changedRows(before, arrange([later, trained, tuned]))).toEqual(['run:p2']);
  });

  it('is the row above one that appeared or vanished', () => {
    const added = facts(finetuning('f9', { from: 'p1', createdAt: at(6) }), 'queued');
    expect(changedRows(before, arrange([...runs, added]))).toEqual(['study']);
    const sameCount = arrange([running, trained, added]);
    expect(changedRows(before, sameCount)).toEqual(['run:p1']);
  });

  it('is everything when rows move, because the editor refuses a row in two places', () => {
    expect(changedRows(before, arrange([running, tuned]))).toBe('everything');
    expect(changedRows(before, arrange([], { datasets: [] }))).toBe('everything');
  });
});

describe('a thousand runs', () => {
  const runs = Array.from({ length: 1000 }, (_, index) => {
    const made = { createdAt: at(index) };
    const known = { step: index, steps: 1000, trainLoss: 4, validLoss: 4 - index / 1000 };
    return index % 5 === 0
      ? facts(pretraining(`pretrain-${index}`, made, { layers: 1 + (index % 3) }), 'finished', known)
      : facts(
          finetuning(`finetune-${index}`, { ...made, from: `pretrain-${index - (index % 5)}` }),
          'stopped',
          known,
        );
  });

  // 5 ms on an idle machine; the bounds leave room for a busy one.
  it('are arranged well within a drawing', () => {
    arrange(runs);
    const times = Array.from({ length: 20 }, () => {
      const began = performance.now();
      const tree = arrange(runs, { order: 'best', filter: { text: 'p', states: [] } });
      const took = performance.now() - began;
      expect(tree.nodes.size).toBe(1002);
      return took;
    });
    const best = Math.min(...times);
    process.stdout.write(`arranging 1,000 runs: ${best.toFixed(1)} ms\n`);
    expect(best).toBeLessThan(100);
  });

  it('are compared with what was drawn as fast', () => {
    const [before, after] = [arrange(runs), arrange(runs.with(7, { ...runs[7]!, step: 999 }))];
    const times = Array.from({ length: 20 }, () => {
      const began = performance.now();
      expect(changedRows(before, after)).toEqual(['run:finetune-7']);
      return performance.now() - began;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('begin folded, so that the editor asks for few rows', () => {
    expect(arrange(runs).nodes.get('run:pretrain-0')!.unfolded).toBe(false);
    expect(arrange(runs.slice(0, 10)).nodes.get('run:pretrain-0')!.unfolded).toBe(true);
  });
});
