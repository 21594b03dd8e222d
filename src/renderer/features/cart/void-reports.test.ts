import { expect, it } from 'vitest';
import type { VoidReport } from './cart.store.ts';
import { tellAll } from './void-reports.ts';

const said = (id: string): VoidReport => ({ act: 'restore', id, receiptId: 'r1', by: 'Анна', at: 5 });

/** A till whose core hears of everything but what `isDeaf` names. */
function till(ids: readonly string[], isDeaf: (id: string) => boolean) {
  let queue = ids.map(said);
  const heard: string[] = [];
  return {
    heard,
    left: () => queue.map(({ id }) => id),
    report: (id: string) => {
      queue = [...queue, said(id)];
    },
    queue: () => queue,
    tell: (report: VoidReport) => {
      if (isDeaf(report.id)) return Promise.reject(new Error('the core is away'));
      heard.push(report.id);
      return Promise.resolve();
    },
    forget: (report: VoidReport) => {
      queue = queue.filter((one) => one !== report);
    },
  };
}

it('tells everything in order, what comes meanwhile too', async () => {
  const world = till(['a', 'b'], () => false);
  const told = tellAll(world);
  world.report('c');
  expect(await told).toBe(true);
  expect([world.heard, world.left()]).toEqual([['a', 'b', 'c'], []]);
});

it('keeps what was not taken for the next time, once each, and holds nothing up by it', async () => {
  let isAway = true;
  const world = till(['a', 'b', 'c'], (id) => isAway && id !== 'c');
  expect(await tellAll(world)).toBe(false);
  expect([world.heard, world.left()]).toEqual([['c'], ['a', 'b']]);
  isAway = false;
  expect(await tellAll(world)).toBe(true);
  expect(world.heard).toEqual(['c', 'a', 'b']);
});
