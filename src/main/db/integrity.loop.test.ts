import { expect, test } from 'vitest';
import { quietLog } from '#test/doubles/core-double.ts';
import { createIntegrityLoop } from './integrity.loop.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function createWorld(isChecked: boolean) {
  const world = { now: 0, checks: 0, restarts: 0, answer: 'ok' as string | Error, isBusy: false };
  const { loop, found } = createIntegrityLoop({
    check: () => {
      world.checks += 1;
      return world.answer instanceof Error ? Promise.reject(world.answer) : Promise.resolve(world.answer);
    },
    isChecked,
    isBusy: () => world.isBusy,
    restart: () => void (world.restarts += 1),
    log: quietLog,
    uptimeMs: () => world.now,
  });
  return { world, loop, found };
}

test('a start that read the file through does it again after a day, one that did not after a minute', async () => {
  for (const [isChecked, first] of [
    [true, DAY],
    [false, MINUTE],
  ] as const) {
    const { world, loop } = createWorld(isChecked);
    for (const [now, checks] of [
      [0, 0],
      [first - 1, 0],
      [first, 1],
      [first + DAY - 1, 1],
      [first + DAY, 2],
    ] as const) {
      world.now = now;
      await loop.tick();
      expect([now, world.checks]).toEqual([now, checks]);
    }
    expect(world.restarts).toBe(0);
  }
});

test('damage begins another run, but not while somebody is served', async () => {
  const { world, loop, found } = createWorld(false);
  expect(found()).toBe('ok');
  Object.assign(world, { now: MINUTE, answer: 'page 3 is noise', isBusy: true });
  await loop.tick();
  await loop.tick();
  expect([world.checks, world.restarts, found()]).toEqual([1, 0, 'page 3 is noise']);
  world.isBusy = false;
  await loop.tick();
  await loop.tick();
  expect([world.checks, world.restarts]).toEqual([1, 1]);
});

test('a file that could not be read through now is no damaged one: it is tried again', async () => {
  const { world, loop, found } = createWorld(false);
  Object.assign(world, { now: MINUTE, answer: new Error('too many open files') });
  await expect(loop.tick()).rejects.toThrow('too many open files');
  expect([world.restarts, found()]).toEqual([0, 'ok']);
  world.answer = 'ok';
  await loop.tick();
  expect([world.checks, world.restarts]).toEqual([2, 0]);
});
