import { describe, expect, it } from 'vitest';
import { refined } from './filter.ts';

interface Filter {
  readonly q?: string;
  readonly status?: string;
}

describe('refined', () => {
  it('sets one field and keeps the others', () => {
    expect(refined<Filter>({ q: 'tea' }, 'status', 'paid')).toEqual({ q: 'tea', status: 'paid' });
    expect(refined<Filter>({ q: 'tea' }, 'q', 'milk')).toEqual({ q: 'milk' });
  });

  it.each([null, undefined])('leaves no field for %s', (nothing) => {
    const filter = refined<Filter>({ q: 'tea', status: 'paid' }, 'status', nothing);
    expect(Object.keys(filter)).toEqual(['q']);
  });
});
