import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeText } from '../../../src/host/inline/code-hover';
import { lensTitle } from '../../../src/host/inline/lens-title';
import { percentileText } from '../../../src/host/inline/percentile';
import { ofRandom, ordinal, riskFigure } from '../../../src/protocol/risk-words';
import { attributionScale } from '../../../src/protocol/attribution-scale';
import { leastWeight } from '../../../src/protocol/attention-partners';
import { levelAt, levelsOf } from '../../../src/host/inline/shading-level';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { contrast, divergingChip, mix, palettes } from '../../../webview/palette';
import { type ToldCode, encoderExplanation, riskExplanation, riskGlance } from './inline-patients';
import { english } from './run-facts';

const history: ToldCode[] = [
  ['2014-01-05', 'ICD9_428.0'],
  ['2014-01-05', 'ICD9_401.9'],
  ['2015-02-01', 'ICD9_428.0'],
];
const glance = riskGlance('p', history);

describe('a lens', () => {
  const title = (change: Partial<Parameters<typeof lensTitle>[0]> = {}): string =>
    lensTitle(
      { run: 'finetune-1', isKnown: true, glance: { answer: glance }, likeness: 'same', ...change },
      english,
    ).title;

  it('tells the risk and how many test patients lie below', () => {
    expect(title()).toBe('Explain · risk 0.73 (87th percentile)');
    expect(title({ glance: { answer: { ...glance, percentile: null } } })).toBe('Explain · risk 0.73');
    expect(title({ glance: { answer: encoderExplanation(glance) } })).toBe('Explain');
  });

  it('says that the model was trained on the patient', () => {
    expect(title({ glance: { answer: { ...glance, part: 'train' } } })).toBe(
      'Explain · risk 0.73 (87th percentile) · trained on this patient',
    );
  });

  it('has no number while nothing is known, and none of other records', () => {
    expect(title({ glance: undefined, likeness: undefined, isKnown: undefined })).toBe('Explain');
    expect(title({ glance: { error: new CancelledError() }, likeness: undefined })).toBe('Explain');
    for (const likeness of ['differs', 'unconfirmed'] as const) {
      expect(title({ likeness })).toMatch(/^Explain/);
      expect(title({ likeness })).not.toMatch(/\d/);
    }
    expect(title({ likeness: 'differs' })).toContain('differ');
  });

  it('is quiet over a patient whom the run does not list', () => {
    const facts = { run: 'finetune-1', isKnown: false, glance: undefined, likeness: undefined };
    const { tooltip, ...lens } = lensTitle(facts, english);
    expect(lens).toEqual({ title: 'Explain', opens: true });
    expect(tooltip).toContain('Not among the patients of finetune-1');
  });

  it('says why there is no answer', () => {
    // Somebody without a label has been asked for.
    expect(title({ isKnown: false })).toContain('risk');
    expect(title({ glance: { error: new UserError('The dataset\nis gone.') } })).toBe(
      'Explain · The dataset is gone.',
    );
    expect(title({ glance: { error: new TypeError('CANARY') } })).not.toContain('CANARY');
  });
});

it('percentiles are rounded down and never the hundredth', () => {
  const texts = [0, 0.99, 1, 2, 3.9, 11, 12.5, 21, 87.4, 99.99, 100].map((each) =>
    percentileText(each, english),
  );
  expect(texts.map((text) => text.replace(' percentile', ''))).toEqual([
    'lowest',
    'lowest',
    '1st',
    '2nd',
    '3rd',
    '11th',
    '12th',
    '21st',
    '87th',
    '99th',
    '99th',
  ]);
  expect(ordinal(113)).toBe('113th');
  expect([0, 0.0049, 0.005, 0.994, 0.9951, 1].map(riskFigure)).toEqual([
    ...['0.00', '<0.01', '0.01', '0.99', '>0.99', '1.00'],
  ]);
});

it('random orders are counted, ties as halves', () => {
  expect([0, 0.14, 0.145, 0.57, 0.995, 1].map((share) => ofRandom(share, 100))).toEqual([
    ...['0 of 100 random orders', '14 of 100 random orders', '14.5 of 100 random orders'],
    ...['57 of 100 random orders', '99.5 of 100 random orders', 'all 100 random orders'],
  ]);
});

describe('a hover', () => {
  const explanation = riskExplanation(glance, [0.21, -0.304, 0.001]);
  const square = { length: 3, weights: new Float32Array([0.5, 0.3, 0.2, 0.1, 0.88, 0.02, 0.4, 0.4, 0.2]) };
  const about = (at: number[], change: object = {}): string =>
    codeText(
      { at, isCertain: true, glance, attributed: explanation, without, attention: square, ...change },
      english,
    );
  const risks = { before: { risk: 0.73, logit: 1 }, after: { risk: 0.71, logit: 0.9 } };
  const without = [{ codes: [], origins: [], trace: [], seeds: [], ...risks }];

  it('tells attribution with its place, what happens without the code, frequency and attention', () => {
    const text = about([0]);
    expect(text).toContain('**ICD9\\_428.0** · visit 1, priority 1  \nabout ICD9\\_428.0');
    expect(text).toContain('| Attribution | **\\+0.21** raises the risk, 2nd of 3 |');
    expect(text).toContain('| Without it | risk 0.71 instead of 0.73 |');
    expect(text).toContain('| Frequency | 34.1 % of 1,200 cases · 12.0 % of 3,000 controls |');
    expect(text).toContain('| In training | recorded 1,234 times in the patients of the vocabulary |');
    expect(text).toContain('| Attends to | ICD9\\_401.9 0.30 · ICD9\\_428.0 0.20 |');
    expect(text).toContain('| Attended by | ICD9\\_428.0 0.40 · ICD9\\_401.9 0.10 |');
    expect(text).toContain('not causes');
  });

  it('signs what lowers the risk with a true minus, and makes nothing of nothing', () => {
    expect(about([1])).toContain('**−0.30** lowers the risk, 1st of 3');
    expect(about([2])).toContain('**0.00** no effect to speak of, 3rd of 3');
    // Only the other way round: the weaker direction is not worth a name.
    expect(about([1])).toContain('| Attends to | ICD9\\_428.0 0.10 |');
  });

  it('tells of every place when a row does not say which is meant', () => {
    const text = about([0, 2]);
    expect(text).toContain('recorded 2 times, and this row does not tell which visit');
    expect(text).toContain('| Attribution, visit 1 | **\\+0.21**');
    expect(text).toContain('| Attribution, visit 2 | **0.00**');
  });

  it('tells of a row without a date whose figures these are', () => {
    const one = about([1], { isCertain: false });
    expect(one).toContain('does not tell the date of its visit');
    expect(one).toContain('are of the place where');
    expect(one).toContain('| Attribution, visit 1 | **−0.30**');
    expect(one).not.toContain('priority');
    expect(about([0, 2], { isCertain: false })).toContain('of the 2 places where');
  });

  it('names the partners that the panel names: weaker ones among many codes', () => {
    const many = riskGlance(
      'p',
      Array.from({ length: 100 }, (_, at): ToldCode => ['2014-01-05', `ICD9_${100 + at}`]),
    );
    const weights = new Float32Array(100 * 100).fill(0.0099);
    weights[1] = leastWeight(100) + 1e-6;
    const text = about([0], { glance: many, attributed: undefined, attention: { length: 100, weights } });
    expect(text).toContain('| Attends to | ICD9\\_101 0.01 |');
  });

  it('has no number that is not known yet', () => {
    const text = about([0], { attributed: undefined, without: [], attention: undefined });
    expect(text).toContain('being computed');
    expect(text).not.toMatch(/Attribution \||Attends|Without/);
  });

  it('suppresses small counts, and says what the model does not know', () => {
    const changed = (change: object): object => ({
      glance: { ...glance, codes: glance.codes.map((code) => ({ ...code, ...change })) },
    });
    const text = about([0], changed({ count: 'small', shares: null }));
    expect(text).toContain('recorded \\<10 times');
    expect(text).toContain('| Frequency | withheld: too few patients |');
    const unknown = about([0], changed({ count: 0, known: false }));
    expect(unknown).toContain('reads it as unknown');
    expect(unknown).not.toContain('recorded 0');
    const groups = [{ name: 'patients', patients: 'small' }];
    expect(about([0], { glance: { ...glance, groups } })).toContain('34.1 % of \\<10 patients');
  });

  it('warns of attributions that do not add up or start from noise', () => {
    const rough = riskExplanation(glance, [1, 2, 3], { completenessError: 0.12, baselineTrained: false });
    expect(about([0], { attributed: rough })).toContain('miss the prediction by 12 %');
    expect(about([0], { attributed: rough })).toContain('is random');
    expect(about([0])).not.toContain('miss the prediction');
  });

  it('of a pretraining run tells what it expects instead', () => {
    const text = about([0], { attributed: encoderExplanation(glance), without: [] });
    expect(text).toContain('| Expected here | ICD10\\_I10 0.31; this code is 12th of the vocabulary |');
    expect(text).toContain('| Nearest codes | ICD10\\_I11 0.87 |');
    expect(text).not.toContain('Attribution |');
  });

  it('writes descriptions as they are, whatever is in them', () => {
    const codes = glance.codes.map((code) => ({ ...code, description: '[x](command:y) <b> | `' }));
    expect(about([0], { glance: { ...glance, codes } })).toContain('\\[x\\]\\(command:y\\) \\<b\\> \\| \\`');
  });
});

describe('shading', () => {
  const glanceOf = (codes: number): typeof glance =>
    riskGlance(
      'p',
      Array.from({ length: codes }, (_, at): ToldCode => ['2014-01-05', `ICD9_${at}`]),
    );

  it('has the levels of the patient panel, against the largest attribution', () => {
    const values = [1, 0.85, 0.84, 0.5, 0.31, 0.17, 0.15, 0, -0.17, -1];
    const own = riskExplanation(glanceOf(values.length), values);
    expect(levelsOf(own)).toEqual([5, 5, 4, 3, 2, 1, 0, 0, -1, -5]);
    const fills = values.map((value) => divergingChip(value, 1, 'dark').fill);
    const levels = levelsOf(own)!;
    for (const [i, a] of levels.entries()) {
      for (const [j, b] of levels.entries()) expect(a === b).toBe(fills[i] === fills[j]);
    }
  });

  it('leaves a patient grey of whom no code says much, and pretraining runs', () => {
    expect(levelsOf(riskExplanation(glance, [0.007, -0.001, 0]))).toEqual([0, 0, 0]);
    // By the scale that the panel's chips have.
    const weak = [0.01, -0.02, 0.03, 0];
    const fills = weak.map(
      (value) => divergingChip(value, attributionScale(weak, glanceOf(4).codes), 'dark').fill,
    );
    expect(levelsOf(riskExplanation(glanceOf(4), weak))).toEqual([1, -2, 3, 0]);
    expect(new Set(fills).size).toBe(4);
    expect(levelsOf(encoderExplanation(glance))).toBeUndefined();
    // What the model does not know it can make nothing of, and it is no measure for the others.
    const codes = glance.codes.map((code, at) => ({ ...code, known: at !== 0 }));
    expect(levelsOf(riskExplanation({ ...glance, codes }, [9, 1, -1]))).toEqual([0, 5, -5]);
  });

  it('does not guess which of several codes is meant', () => {
    expect(levelAt({ kind: 'read', at: [0, 1] }, [3, 3])).toBe(3);
    expect(levelAt({ kind: 'read', at: [0, 1] }, [3, -3])).toBe(0);
    expect(levelAt({ kind: 'absent' }, [3])).toBe(0);
    expect(levelAt({ kind: 'perhaps', at: [0] }, [3])).toBe(0);
  });
});

describe('package.json', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: {
      colors: { id: string; defaults: Record<string, string> }[];
      configuration: { properties: Record<string, { default: unknown; properties?: object }> };
    };
  };
  const colour = (id: string, theme: string): string =>
    contributes.colors.find((each) => each.id === `medbert.attribution.${id}`)!.defaults[theme]!;
  const reaches = [0.2, 0.4, 0.6, 0.8, 1];

  it('has the chip colours of the panel at 82 %, on which text can be read', () => {
    const editors = { dark: '#1e1e1e', light: '#ffffff' } as const;
    for (const kind of ['dark', 'light'] as const) {
      for (const [index, reach] of reaches.entries()) {
        for (const [sign, name] of [
          [1, 'raises'],
          [-1, 'lowers'],
        ] as const) {
          const fill = colour(`${name}${index + 1}`, kind).toLowerCase();
          expect(fill.slice(0, 7)).toBe(divergingChip(sign * reach, 1, kind).fill.toLowerCase());
          expect(parseInt(fill.slice(7), 16) / 255).toBeCloseTo(0.82, 2);
          const seen = mix(editors[kind], fill.slice(0, 7), 0.82);
          expect(contrast(seen, colour('text', kind)), `${name}${index + 1} ${kind}`).toBeGreaterThan(4.5);
        }
      }
    }
  });

  it('has edges of the palette in every theme', () => {
    const themes = { dark: 'dark', light: 'light', highContrast: 'hc', highContrastLight: 'hc-light' };
    const kinds = Object.keys(palettes);
    for (const [theme, kind] of Object.entries(themes)) {
      const palette = palettes[(kinds.includes(kind) ? kind : 'hc-dark') as keyof typeof palettes];
      expect(colour('raisesEdge', theme)).toBe(palette.raises);
      expect(colour('lowersEdge', theme)).toBe(palette.lowers);
    }
  });

  it('has one setting for all of it', () => {
    const names = Object.keys(contributes.configuration.properties).filter((name) => /inline/i.test(name));
    expect(names).toEqual(['medbert.inlineExplanations']);
    expect(contributes.configuration.properties['medbert.inlineExplanations']).toMatchObject({
      default: { records: true, patientDocument: true, shading: false },
    });
  });
});
