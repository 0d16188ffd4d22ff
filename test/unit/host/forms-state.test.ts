import { describe, expect, it } from 'vitest';
import { FormState, type StepLogic } from '../../../src/host/forms/form-state';

interface Trip {
  country: string;
  city: string;
  nights: number;
  breakfast: boolean;
  pets: number;
}

/** The city rests on the country; breakfast is asked only for more than one night; pets stand in the summary only. */
const steps: StepLogic<Trip>[] = [
  { key: 'country' },
  { key: 'city', ground: ({ country }) => country },
  { key: 'nights', otherwise: () => 2 },
  { key: 'breakfast', relevant: ({ nights }) => nights! > 1 },
  { key: 'pets', onlyInSummary: true, ground: ({ city }) => city, otherwise: () => 0 },
];

function answered(...answers: unknown[]): FormState<Trip> {
  const state = new FormState<Trip>(steps);
  for (const answer of answers) state.answer(answer);
  return state;
}

describe('the way to the summary', () => {
  it('asks the steps in order, leaves out what does not matter, and ends at the summary', () => {
    const state = answered('Wales', 'Cardiff', 1);
    expect(state.current).toBeUndefined();
    expect(state.answers()).toEqual({ country: 'Wales', city: 'Cardiff', nights: 1, pets: 0 });
  });

  it('counts the steps that matter and the summary', () => {
    expect(answered().place).toEqual({ step: 1, of: 5 });
    expect(answered('Wales', 'Cardiff', 1).place).toEqual({ step: 4, of: 4 });
  });

  it('proposes what an untouched step has by itself', () => {
    const state = answered('Wales', 'Cardiff');
    expect(state.value(state.current!)).toBe(2);
  });
});

describe('going back', () => {
  it('keeps every answer as a proposal', () => {
    const state = answered('Wales', 'Cardiff', 3);
    state.back();
    state.back();
    expect(state.current!.key).toBe('city');
    expect(state.value(state.current!)).toBe('Cardiff');
    state.answer('Newport');
    expect(state.current!.key).toBe('nights');
    expect(state.value(state.current!)).toBe(3);
  });

  it('is not possible at the first step, and leads from the summary to the last step', () => {
    expect(answered().canGoBack).toBe(false);
    const state = answered('Wales', 'Cardiff', 1);
    state.back();
    expect(state.current!.key).toBe('nights');
  });

  it('drops the answer of a step whose ground has changed', () => {
    const state = answered('Wales', 'Cardiff');
    state.back();
    state.back();
    state.answer('Norway');
    expect(state.current!.key).toBe('city');
    expect(state.value(state.current!)).toBeUndefined();
  });
});

describe('changing an answer from the summary', () => {
  const full = (): FormState<Trip> => answered('Wales', 'Cardiff', 3, true);

  it('asks that step alone when nothing rests on it', () => {
    const state = full();
    state.edit(steps[2]!);
    state.answer(5);
    expect(state.current).toBeUndefined();
    expect(state.answers().nights).toBe(5);
  });

  it('asks again what rested on it', () => {
    const state = full();
    state.edit(steps[0]!);
    state.answer('Norway');
    expect(state.current!.key).toBe('city');
    state.answer('Bergen');
    expect(state.current).toBeUndefined();
    expect(state.answers()).toMatchObject({ country: 'Norway', city: 'Bergen', nights: 3, breakfast: true });
  });

  it('asks nothing more when the answer stays the same', () => {
    const state = full();
    state.edit(steps[0]!);
    state.answer('Wales');
    expect(state.current).toBeUndefined();
    expect(state.answers().city).toBe('Cardiff');
  });

  it('asks a step that matters only now', () => {
    const state = answered('Wales', 'Cardiff', 1);
    state.edit(steps[2]!);
    state.answer(2);
    expect(state.current!.key).toBe('breakfast');
  });

  it('given up half-way brings back all the old answers', () => {
    const state = full();
    state.edit(steps[0]!);
    state.answer('Norway');
    state.back();
    expect(state.current!.key).toBe('country');
    state.back();
    expect(state.current).toBeUndefined();
    expect(state.answers()).toEqual({
      country: 'Wales',
      city: 'Cardiff',
      nights: 3,
      breakfast: true,
      pets: 0,
    });
  });
});

describe('steps of the summary alone', () => {
  it('have their own answer until they are changed, and again after a reset', () => {
    const state = answered('Wales', 'Cardiff', 1);
    expect(state.isChanged(steps[4]!)).toBe(false);
    state.edit(steps[4]!);
    state.answer(2);
    expect(state.isChanged(steps[4]!)).toBe(true);
    expect(state.answers().pets).toBe(2);
    state.reset();
    expect(state.answers().pets).toBe(0);
  });

  it('fall back to it when their ground changes', () => {
    const state = answered('Wales', 'Cardiff', 1);
    state.edit(steps[4]!);
    state.answer(2);
    state.edit(steps[1]!);
    state.answer('Newport');
    expect(state.current).toBeUndefined();
    expect(state.answers().pets).toBe(0);
  });
});

describe('what is known beforehand', () => {
  it('is not asked, and stands in the summary', () => {
    const state = new FormState<Trip>(steps, {}, { country: 'Wales', nights: 1 });
    expect(state.current!.key).toBe('city');
    state.answer('Cardiff');
    expect(state.current).toBeUndefined();
    expect(state.answers()).toMatchObject({ country: 'Wales', nights: 1 });
  });

  it('is asked once what it rests on was changed', () => {
    const state = new FormState<Trip>(steps, {}, { city: 'Cardiff', nights: 1 });
    state.answer('Wales');
    expect(state.current).toBeUndefined();
    state.back();
    state.answer('Norway');
    expect(state.current!.key).toBe('city');
  });
});

describe('answers of an earlier time', () => {
  it('are proposed, asked again, and kept again', () => {
    const kept = answered('Wales', 'Cardiff', 1).keep();
    const state = new FormState<Trip>(steps, JSON.parse(JSON.stringify(kept)) as typeof kept);
    expect(state.current!.key).toBe('country');
    expect(state.value(state.current!)).toBe('Wales');
    state.answer('Wales');
    expect(state.value(state.current!)).toBe('Cardiff');
  });

  it('are not proposed where they rested on something else', () => {
    const state = new FormState<Trip>(steps, answered('Wales', 'Cardiff', 1).keep());
    state.answer('Norway');
    expect(state.value(state.current!)).toBeUndefined();
  });
});
