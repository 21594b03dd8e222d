import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('those of one name are one after another, in their order, whatever becomes of the one before', async () => {
  const inTurn = createTurns();
  const said: string[] = [];
  const work = (what: string, end: Promise<void>) => async () => {
    said.push(`${what} begins`);
    await end;
    said.push(`${what} ends`);
    return what;
  };
  const first = Promise.withResolvers<void>();
  const all = [
    inTurn('till', work('first', first.promise)),
    inTurn('till', work('second', Promise.resolve())),
    inTurn('other', work('beside', Promise.resolve())),
  ];
  await all[2];
  expect(said).toEqual(['first begins', 'beside begins', 'beside ends']);
  first.reject(new Error('no'));
  await expect(all[0]).rejects.toThrow('no');
  expect(await all[1]).toBe('second');
  expect(said.slice(3)).toEqual(['second begins', 'second ends']);
  expect(await inTurn('till', work('third', Promise.resolve()))).toBe('third');
});
