import { type Palette, palettes, type ThemeKind } from './palette';

/** Everything that a canvas needs to look like the page around it. */
export interface Theme {
  readonly kind: ThemeKind;
  readonly palette: Palette;
  readonly background: string;
  /** Text of the page. */
  readonly foreground: string;
  /** Emphasised text. */
  readonly strong: string;
  /** Axes and notes. */
  readonly muted: string;
  /** Borders and axes. */
  readonly hairline: string;
  /** Lines of a grid: weaker than a border under high contrast. */
  readonly grid: string;
  readonly fontFamily: string;
  readonly codeFamily: string;
  /** `--vscode-font-size` in pixels (13 by default); all sizes are relative to it. */
  readonly fontSize: number;
}

/** Reads the theme from the class and the variables that VS Code gives to the page. */
export function readTheme(): Theme {
  const kind = themeKind(document.body.classList);
  const style = getComputedStyle(document.body);
  const color = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const dark = kind === 'dark' || kind === 'hc-dark';
  return {
    kind,
    palette: palettes[kind],
    background: color('--vscode-editor-background', dark ? '#1e1e1e' : '#ffffff'),
    foreground: resolved('--text'),
    strong: resolved('--text-strong'),
    muted: resolved('--text-muted'),
    hairline: resolved('--hairline'),
    grid: resolved('--grid'),
    fontFamily: color('--vscode-font-family', 'sans-serif'),
    codeFamily: color('--vscode-editor-font-family', 'monospace'),
    fontSize: Number.parseFloat(color('--vscode-font-size', '13px')) || 13,
  };
}

/** Which of the four looks a body with these classes has. */
export function themeKind(classes: { contains(name: string): boolean }): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'hc-light';
  if (classes.contains('vscode-high-contrast')) return 'hc-dark';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}

/**
 * Hands the data palette to CSS (`--series-1` … `--series-6`, `--raises`, `--lowers`, `--neutral`, `--attention`),
 * now and whenever the theme changes, and then calls `changed`.
 */
export function followTheme(changed: () => void): void {
  const apply = (): void => {
    const palette = palettes[themeKind(document.body.classList)];
    const { style } = document.body;
    palette.series.forEach((color, index) => style.setProperty(`--series-${index + 1}`, color));
    style.setProperty('--raises', palette.raises);
    style.setProperty('--lowers', palette.lowers);
    style.setProperty('--neutral', palette.neutral);
    style.setProperty('--attention', palette.attention);
  };
  apply();
  const later = (): void => {
    apply();
    changed();
  };
  // VS Code changes the class of the body, and the variables in the style of the root.
  new MutationObserver(later).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  new MutationObserver(later).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['style'],
  });
}

/** A custom property may be a mixture of others, which a canvas cannot read: let CSS work it out. */
function resolved(property: string): string {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
