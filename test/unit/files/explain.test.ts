import { describe, expect, it } from 'vitest';
import { explainFileError } from '../../../src/files/atomic';
import { UserError } from '../../../src/protocol/errors';

const refusal = (code: string): Error => Object.assign(new Error(`${code}: raw text`), { code });

describe('explaining a refusal of the operating system', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EMFILE'])(
    'turns %s into a UserError that names the file and says what to do',
    (code) => {
      const cause = refusal(code);
      const explained = explainFileError(cause, 'labels.tsv') as UserError;
      expect(explained).toBeInstanceOf(UserError);
      expect(explained.details.file).toBe('labels.tsv');
      expect(explained.details.advice).toMatch(/^[A-Z].*\.$/);
      expect(explained.message).not.toContain('raw text');
      expect(explained.cause).toBe(cause);
    },
  );

  it('gives every other error back as it is, because that is a bug', () => {
    for (const other of [new Error('bug'), refusal('EBADF'), refusal('toString'), 'text', undefined]) {
      expect(explainFileError(other, 'x')).toBe(other);
    }
    const own = new UserError('told already');
    expect(explainFileError(own, 'x')).toBe(own);
  });
});
