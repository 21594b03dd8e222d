import { describe, expect, it } from 'vitest';
import {
  add,
  type CartState,
  clear,
  dropHeld,
  EMPTY_CART,
  forgetReports,
  hold,
  remove,
  report,
  takeBack,
  undoRemove,
} from './cart.store.ts';

const item = (id: string) =>
  ({ id, name: id, sku: id, priceMinor: 100, vat: 'vat22', unit: 'piece', paymentObject: 'commodity' }) as const;
const ids = (state: { readonly lines: readonly { readonly item: { readonly id: string } }[] }) =>
  state.lines.map((line) => line.item.id);
const named = (name: string) => () => name;
const three = ['a', 'b', 'c'].reduce((state, id) => add(state, item(id), named('r1')), EMPTY_CART);
const alone = { voidId: 'v1', isAllowed: false, amountMinor: 100 };

describe('the receipt on the screen', () => {
  it('selects what was just added, and is named by its first line', () => {
    expect(three.selectedId).toBe('c');
    expect(add(three, item('a'), named('r2'))).toMatchObject({ id: 'r1', selectedId: 'a' });
  });

  it('takes a removal back, in its place, and what it counted for', () => {
    const without = remove(three, 'b', alone);
    expect([ids(without), without.selectedId, without.voidedMinor]).toEqual([['a', 'c'], 'c', 100]);
    const back = undoRemove(without);
    expect([ids(back), back.selectedId, back.removed, back.voidedMinor]).toEqual([['a', 'b', 'c'], 'b', undefined, 0]);
    expect(undoRemove(back)).toBe(back);
  });

  it('does not count what a supervisor allowed', () => {
    const without = remove(three, 'b', { ...alone, isAllowed: true });
    expect(without.voidedMinor).toBe(0);
    expect(undoRemove(remove(without, 'a', alone)).voidedMinor).toBe(0);
  });

  it('does not remove what is not there', () => {
    expect(remove(three, 'x', alone)).toBe(three);
  });
});

describe('receipts put aside', () => {
  const held = hold({ ...three, discount: { kind: 'percent', basisPoints: 500 } }, { now: 5, by: 'Анна' });

  it('keeps one with who put it aside, and begins anew', () => {
    expect(ids(held)).toEqual([]);
    expect(held.held).toMatchObject([{ id: 'r1', heldAt: 5, heldBy: 'Анна', discount: { basisPoints: 500 } }]);
    expect([held.id, held.discount]).toEqual([undefined, undefined]);
  });

  it('keeps no empty one', () => {
    expect(hold(EMPTY_CART, { now: 5 })).toBe(EMPTY_CART);
  });

  it('swaps places when another is taken back, with its name, discount and what was taken off it', () => {
    const voided = { ...held, held: held.held.map((one) => ({ ...one, voidedMinor: 700 })) };
    const swapped = takeBack(add(voided, item('d'), named('r2')), 'r1', { now: 6, by: 'Олег' });
    expect(swapped).toMatchObject({ id: 'r1', discount: { basisPoints: 500 }, voidedMinor: 700, selectedId: 'c' });
    expect([ids(swapped), swapped.held.map(ids), swapped.held[0]?.heldBy]).toEqual([['a', 'b', 'c'], [['d']], 'Олег']);
  });

  it('outlives a sale, and is deleted alone', () => {
    const sold = clear(add(held, item('d'), named('r2')));
    expect([ids(sold), sold.held]).toEqual([[], held.held]);
    expect(dropHeld(sold, 'r1').held).toEqual([]);
  });
});

it('keeps what the audit has yet to hear of, whatever becomes of the receipt', () => {
  const said = { act: 'restore', id: 'v1', receiptId: 'r1', by: 'Анна', at: 5 } as const;
  const told = report(three, said);
  const after: readonly CartState[] = [
    clear(told),
    hold(told, { now: 6 }),
    takeBack(hold(told, { now: 6 }), 'r1', { now: 7 }),
    remove(told, 'b', alone),
  ];
  for (const state of after) expect(state.unreported).toEqual([said]);
  expect(forgetReports(report(told, { ...said, id: 'v2' }), (one) => one === said).unreported).toMatchObject([
    { id: 'v2' },
  ]);
});
