import { defineConfig } from 'vitest/config';

/** The suite in the workbench opens a real VS Code in a real browser, one at a time; figures are no tests. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts'],
          testTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'figures',
          include: ['test/workbench/*.figures.ts'],
          globalSetup: ['test/workbench/global-setup.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'workbench',
          include: ['test/workbench/*.test.ts'],
          globalSetup: ['test/workbench/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // What a window shows may be three seconds old by design: it looks at the runs every second, and draws the
          // progress of one at most every two. Vitest would give up after one.
          expect: { poll: { timeout: 10_000 } },
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
