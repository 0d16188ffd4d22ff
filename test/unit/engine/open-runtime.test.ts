import { describe, expect, it } from 'vitest';
import { openRuntime } from '../../../src/engine/runtimes/open-runtime';
import { UserError } from '../../../src/protocol/errors';

describe('openRuntime', () => {
  it('gives the runtime that a run.json names', () => {
    expect(openRuntime('onnxruntime-cpu', { threads: 1 }).name).toBe('onnxruntime-cpu');
  });

  it.each(['abacus', '', 'toString', '__proto__'])(
    'tells the person that there is no device %o',
    (device) => {
      expect(() => openRuntime(device, { threads: 1 })).toThrow(UserError);
      expect(() => openRuntime(device, { threads: 1 })).toThrow('knows no device');
    },
  );
});
