import { expect, test } from 'vitest';
import { type Upcasters, upcast } from './upcast.ts';

const TABLE: Upcasters = {
  'order.place': {
    1: (args) => ({ name: 'order.place', args: { order: args } }),
    3: (args) => ({ name: 'order.open', args }),
  },
  'order.open': { 4: (args) => ({ name: 'order.open', args: { ...(args as object), channel: 'desk' } }) },
};

test('I21 a mutation is brought up step by step, under the name that each step gives it', () => {
  expect(upcast({ name: 'order.place', args: { id: 1 }, schema: 1 }, TABLE, 5)).toEqual({
    name: 'order.open',
    args: { order: { id: 1 }, channel: 'desk' },
  });
  expect(upcast({ name: 'order.place', args: { order: 1 }, schema: 2 }, TABLE, 3)).toEqual({
    name: 'order.place',
    args: { order: 1 },
  });
});

test('I21 what no step names, and what is newer than this program, stays as it is', () => {
  for (const schema of [1, 5, 9]) {
    expect(upcast({ name: 'toString', args: 7, schema }, TABLE, 5)).toEqual({ name: 'toString', args: 7 });
  }
  expect(upcast({ name: 'order.place', args: 7, schema: 6 }, TABLE, 5)).toEqual({ name: 'order.place', args: 7 });
});
