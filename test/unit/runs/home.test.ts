import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder, resolveHome, runFolder } from '../../../src/runs/home';

describe('the home folder', () => {
  const workspace = resolve('/home/of/somebody');

  it('is the argument, then MEDBERT_HOME, then .medbert in the workspace', () => {
    const environment = { MEDBERT_HOME: '/from/environment' };
    expect(resolveHome({ argument: '/from/argument', environment, workspace })).toBe(
      resolve('/from/argument'),
    );
    expect(resolveHome({ environment, workspace })).toBe(resolve('/from/environment'));
    expect(resolveHome({ workspace, environment: {} })).toBe(join(workspace, '.medbert'));
  });

  it('takes relative paths from the workspace, and an empty text as not told', () => {
    expect(resolveHome({ argument: 'here', workspace })).toBe(join(workspace, 'here'));
    expect(resolveHome({ argument: '', environment: { MEDBERT_HOME: '' }, workspace })).toBe(
      join(workspace, '.medbert'),
    );
  });

  it('refuses names that climb out, hide, or mean a device', () => {
    for (const name of [
      '',
      '.',
      '..',
      '../x',
      'a/b',
      'a\\b',
      '.hidden',
      'nul',
      'CON.txt',
      'a ',
      'x'.repeat(101),
    ]) {
      expect(() => datasetFolder('/home', name), name).toThrow(/cannot be the name of a dataset/);
      expect(() => runFolder('/home', name), name).toThrow(/cannot be the name of a run/);
    }
    expect(datasetFolder('/home', 'Klinik Süd 2.1')).toBe(join('/home', 'datasets', 'Klinik Süd 2.1'));
    expect(runFolder('/home', 'pretrain-20261122-1')).toBe(join('/home', 'runs', 'pretrain-20261122-1'));
  });
});
