import { describe, expect, test } from 'vitest';
import {
  attentionColor,
  contrast,
  divergingChip,
  mix,
  palettes,
  seriesColor,
  seriesDash,
  type ThemeKind,
} from '../../../webview/palette';

const kinds = Object.keys(palettes) as ThemeKind[];
/** Backgrounds of editors in the themes that VS Code brings along. */
const backgrounds: Record<ThemeKind, string> = {
  dark: '#1F1F1F',
  light: '#FFFFFF',
  'hc-dark': '#000000',
  'hc-light': '#FFFFFF',
};

describe('contrast', () => {
  test('black on white is 21:1, a colour on itself 1:1', () => {
    expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 6);
    expect(contrast('#4DA3E8', '#4DA3E8')).toBe(1);
  });

  test('agrees with the published ratio of #767676 on white', () => {
    // WebAIM's contrast checker: 4.54:1.
    expect(contrast('#767676', '#FFFFFF')).toBeCloseTo(4.54, 2);
  });
});

describe.each(kinds)('the palette of %s', (kind) => {
  test('lines and marks stand out from the background by 3:1', () => {
    const { series, attention } = palettes[kind];
    for (const color of [...series, attention]) {
      expect(contrast(color, backgrounds[kind]), color).toBeGreaterThanOrEqual(3);
    }
  });

  test('the six series differ', () => {
    expect(new Set(palettes[kind].series).size).toBe(6);
  });

  test('text on a chip is readable at 4.5:1 whatever its value', () => {
    for (let value = -1.2; value <= 1.2; value += 0.01) {
      const { fill, text } = divergingChip(value, 1, kind);
      expect(contrast(fill, text), `${value}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('weak values stay neutral, and strong ones have six steps on either side', () => {
    expect(divergingChip(0.159, 1, kind).fill.toUpperCase()).toBe(palettes[kind].neutral);
    const values = Array.from({ length: 121 }, (_, index) => index / 100);
    for (const sign of [1, -1]) {
      expect(new Set(values.map((value) => divergingChip(sign * value, 1, kind).fill)).size).toBe(6);
    }
  });

  test('attention runs from one end of its ramp to the other and stays there', () => {
    const [zero, one] = palettes[kind].attentionRamp;
    expect(attentionColor(0, kind).toUpperCase()).toBe(zero);
    expect(attentionColor(1, kind).toUpperCase()).toBe(one);
    expect(attentionColor(7, kind).toUpperCase()).toBe(one);
  });
});

test('a scale of zero colours nothing', () => {
  expect(divergingChip(0.5, 0, 'dark').fill.toUpperCase()).toBe(palettes.dark.neutral);
});

test('half way between black and white is grey', () => {
  expect(mix('#000000', '#FFFFFF', 0.5)).toBe('#808080');
});

test('a seventh series has the colour of the first and another dash', () => {
  expect(seriesColor(palettes.dark, 6)).toBe(seriesColor(palettes.dark, 0));
  expect(seriesDash(6)).not.toEqual(seriesDash(0));
});
