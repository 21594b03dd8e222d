import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGathered } from './gathered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is asked within a breath is asked once, and everybody gets his own answer', async () => {
  const asked: (readonly string[])[] = [];
  const find = createGathered(async (keys) => {
    asked.push(keys);
    return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, `of ${key}`]));
  }, 50);
  const answers = Promise.all(['a', 'b', 'a', 'nobody'].map(find));
  await vi.advanceTimersByTimeAsync(50);
  expect(await answers).toEqual(['of a', 'of b', 'of a', undefined]);
  expect(asked).toEqual([['a', 'b', 'nobody']]);
});

test('who comes while an answer is on its way is asked for again: nobody is told what was true before he came', async () => {
  let truth = 'open';
  const find = createGathered(async (keys) => {
    const found = new Map(keys.map((key) => [key, truth]));
    await new Promise((resolve) => void setTimeout(resolve, 10));
    return found;
  }, 50);
  const early = find('door');
  await vi.advanceTimersByTimeAsync(55);
  truth = 'shut';
  const late = find('door');
  await vi.advanceTimersByTimeAsync(100);
  expect([await early, await late]).toEqual(['open', 'shut']);
});

test('a failure is everybody’s who waited for it, and not of those who come after', async () => {
  const answers = [Promise.reject(new Error('no connection')), Promise.resolve(new Map([['a', 1]]))];
  answers[0]?.catch(() => undefined);
  const find = createGathered(() => answers.shift() ?? Promise.resolve(new Map<string, number>()), 50);
  const failed = Promise.allSettled([find('a'), find('b')]);
  await vi.advanceTimersByTimeAsync(50);
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const after = find('a');
  await vi.advanceTimersByTimeAsync(50);
  expect(await after).toBe(1);
});
