import tseslint from 'typescript-eslint';

/** Which rooms each room may import (ARCHITECTURE.md draws the same picture). */
const rooms = {
  protocol: [],
  files: ['protocol'],
  metrics: ['protocol'],
  ehr: ['protocol', 'files'],
  engine: ['protocol'],
  runs: ['protocol', 'files'],
  model: ['protocol', 'files', 'engine'],
  training: ['protocol', 'files', 'engine', 'model', 'ehr', 'metrics'],
  explain: ['protocol', 'engine', 'model', 'metrics'],
  tasks: ['protocol', 'files', 'engine', 'model', 'ehr', 'metrics', 'training', 'explain', 'runs'],
  cli: ['protocol', 'files', 'ehr', 'metrics', 'runs', 'tasks'],
  query: ['protocol', 'files', 'ehr', 'metrics', 'runs', 'tasks'],
  host: ['protocol', 'files', 'runs'],
};
/** Files of src/ itself: the doors. They see tasks and what a terminal needs. */
const doors = ['cli.ts', 'worker.ts', 'query.ts'];
const nativePackages = {
  'onnxruntime-node': 'engine',
  '@duckdb/node-api': 'ehr',
  vscode: 'host',
};

const arrows = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: Object.entries(nativePackages)
          .filter(([, owner]) => owner !== room)
          .map(([name, owner]) => ({ name, message: `Only src/${owner} may import ${name}.` })),
        patterns: [
          ...Object.keys(rooms)
            .filter((other) => other !== room && !allowed.includes(other))
            .map((other) => ({
              regex: `^(\\.\\./)+${other}(/|$)`,
              message: `src/${room} may not import src/${other}: see the picture in ARCHITECTURE.md.`,
            })),
          {
            regex: '^(\\.\\./)+(cli|worker|query|extension)$',
            message: 'Nothing imports a door of the program.',
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'test/workbench/node_modules/**',
      'test-results/**',
      'node_modules/**',
      'src/engine/kernels/**',
      '**/*.mjs',
      '**/*.d.mts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['warn', { max: 400, skipBlankLines: true }],
    },
  },
  ...arrows,
  {
    files: doors.map((door) => `src/${door}`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: Object.keys(nativePackages),
          patterns: [{ regex: '^\\./(engine|model|training|explain|ehr|host)(/|$)' }],
        },
      ],
    },
  },
  {
    // The extension host loads no native library, not even through a room that does.
    files: ['src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['onnxruntime-node', '@duckdb/node-api'],
          patterns: [{ regex: '^\\./(engine|model|training|explain|ehr|metrics|tasks|cli|query)(/|$)' }],
        },
      ],
    },
  },
  {
    // Pages of panels are browser programs: they share nothing with the host but the shape of messages.
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: Object.keys(nativePackages),
          patterns: [
            { regex: '^(\\.\\./)+src/(?!protocol/)', message: 'A page knows src/protocol only.' },
            { regex: '^node:', message: 'A page runs in a browser.' },
          ],
        },
      ],
    },
  },
  {
    files: ['webview/**/*.ts'],
    ignores: ['webview/kit.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@vscode/webview-ui-toolkit', message: 'Only webview/kit.ts imports the toolkit.' },
          ],
        },
      ],
    },
  },
);
