import { describe, expect, it, vi } from 'vitest';
import { SharedAnswers, Turn } from '../../../src/host/inline/shared-answers';
import { type Wanted, WantedAnswers } from '../../../src/host/inline/wanted';
import { CancelledError, UserError } from '../../../src/protocol/errors';

/** A question whose answer the test gives. */
function open<T>(): {
  ask: (signal: AbortSignal) => Promise<T>;
  give: (value: T) => void;
  fail: (error: Error) => void;
  signal: () => AbortSignal | undefined;
  times: () => number;
} {
  let give: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let signal: AbortSignal | undefined;
  let times = 0;
  return {
    ask: (given) => {
      times += 1;
      signal = given;
      return new Promise<T>((resolve, reject) => {
        give = resolve;
        fail = reject;
        given.addEventListener('abort', () => reject(new CancelledError()));
      });
    },
    give: (value) => give(value),
    fail: (error) => fail(error),
    signal: () => signal,
    times: () => times,
  };
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const never = new AbortController().signal;

describe('shared answers', () => {
  it('are asked for once, whoever waits, and kept', async () => {
    const answers = new SharedAnswers<number>(10, new Turn());
    const question = open<number>();
    const both = [answers.get('a', question.ask, never), answers.get('a', question.ask, never)];
    await settle();
    question.give(7);
    expect(await Promise.all(both)).toEqual([7, 7]);
    expect(await answers.get('a', question.ask, never)).toBe(7);
    expect(question.times()).toBe(1);
    expect(answers.peek('a')).toEqual({ answer: 7 });
  });

  it('are cancelled when the last who waited has gone, not before', async () => {
    const answers = new SharedAnswers<number>(10, new Turn());
    const question = open<number>();
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [
      answers.get('a', question.ask, one.signal),
      answers.get('a', question.ask, two.signal),
    ].map((each) => each.catch((error: unknown) => error));
    await settle();
    one.abort();
    await settle();
    expect(question.signal()!.aborted).toBe(false);
    two.abort();
    expect(question.signal()!.aborted).toBe(true);
    for (const gone of await Promise.all(waiting)) expect(gone).toBeInstanceOf(CancelledError);
    // Nothing is remembered of it: it can be asked again.
    expect(answers.peek('a')).toBeUndefined();
    const again = answers.get('a', question.ask, never);
    await settle();
    question.give(1);
    expect(await again).toBe(1);
  });

  it('are asked one after another; what is taken back while it waits is never asked', async () => {
    const answers = new SharedAnswers<number>(10, new Turn());
    const [first, second, third] = [open<number>(), open<number>(), open<number>()];
    const leaving = new AbortController();
    const one = answers.get('1', first.ask, never);
    const two = answers.get('2', second.ask, leaving.signal).catch((error: unknown) => error);
    const three = answers.get('3', third.ask, never);
    await settle();
    expect([first.times(), second.times(), third.times()]).toEqual([1, 0, 0]);
    leaving.abort();
    first.give(1);
    await one;
    await settle();
    expect([second.times(), third.times()]).toEqual([0, 1]);
    third.give(3);
    expect(await three).toBe(3);
    expect(await two).toBeInstanceOf(CancelledError);
  });

  it('are forgotten, the least recently used first', async () => {
    const answers = new SharedAnswers<string>(2, new Turn());
    const ask = (text: string) => () => Promise.resolve(text);
    for (const key of ['a', 'b']) await answers.get(key, ask(key), never);
    answers.peek('a');
    await answers.get('c', ask('c'), never);
    expect(['a', 'b', 'c'].map((key) => answers.peek(key) !== undefined)).toEqual([true, false, true]);
  });

  it('may be a mistake, which is remembered for a while only', async () => {
    let now = 0;
    const answers = new SharedAnswers<number>(2, new Turn(), () => now);
    const mistake = new UserError('The dataset is gone.');
    const ask = vi.fn(() => Promise.reject(mistake));
    for (let i = 0; i < 3; i++) await expect(answers.get('a', ask, never)).rejects.toBe(mistake);
    expect(ask).toHaveBeenCalledTimes(1);
    now = 10_001;
    expect(answers.peek('a')).toBeUndefined();
    await expect(answers.get('a', ask, never)).rejects.toBe(mistake);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('that come after everything was forgotten are not kept', async () => {
    const answers = new SharedAnswers<number>(2, new Turn());
    const question = open<number>();
    const waiting = answers.get('a', question.ask, never).catch((error: unknown) => error);
    await settle();
    answers.clear();
    expect(await waiting).toBeInstanceOf(CancelledError);
    expect(answers.peek('a')).toBeUndefined();
  });
});

describe('what is wanted', () => {
  const wanting = (key: string, ask: Wanted['ask'], isAnswered = () => false): Wanted => ({
    key,
    ask,
    isAnswered,
  });

  it('is asked in order, each once, also when there is no answer', async () => {
    const asked: string[] = [];
    const answered = vi.fn();
    const wanted = new WantedAnswers(answered);
    const ask = (key: string): Wanted =>
      wanting(key, () => (asked.push(key), key === 'b' ? Promise.reject(new CancelledError()) : settle()));
    wanted.want(['a', 'b', 'c'].map(ask));
    for (let i = 0; i < 8; i++) await settle();
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(answered).toHaveBeenCalledTimes(3);
  });

  it('goes on when it is still wanted, and is taken back when it is not', async () => {
    const [a, b] = [open<number>(), open<number>()];
    const wanted = new WantedAnswers(() => undefined);
    wanted.want([wanting('a', a.ask), wanting('b', b.ask)]);
    wanted.want([wanting('c', () => settle()), wanting('a', a.ask)]);
    expect(a.signal()!.aborted).toBe(false);
    wanted.want([wanting('b', b.ask)]);
    expect(a.signal()!.aborted).toBe(true);
    await settle();
    expect([a.times(), b.times()]).toEqual([1, 1]);
    wanted.want([]);
    expect(b.signal()!.aborted).toBe(true);
  });

  it('is not asked when it is known by then', async () => {
    const ask = vi.fn(() => settle());
    new WantedAnswers(() => undefined).want([wanting('a', ask, () => true)]);
    await settle();
    expect(ask).not.toHaveBeenCalled();
  });
});
