import { describe, expect, it } from 'vitest';
import { add, clear, EMPTY_CART, park, remove, undoRemove, unpark } from './cart.store.ts';

const item = (id: string) =>
  ({ id, name: id, sku: id, priceMinor: 100, vat: 'vat22', unit: 'piece', paymentObject: 'commodity' }) as const;
const ids = (state: { readonly lines: readonly { readonly item: { readonly id: string } }[] }) =>
  state.lines.map((line) => line.item.id);
const three = ['a', 'b', 'c'].reduce((state, id) => add(state, item(id)), EMPTY_CART);

describe('the receipt on the screen', () => {
  it('selects what was just added', () => {
    expect(three.selectedId).toBe('c');
    expect(add(three, item('a')).selectedId).toBe('a');
  });

  it('takes a removal back, in its place', () => {
    const without = remove(three, 'b');
    expect([ids(without), without.selectedId]).toEqual([['a', 'c'], 'c']);
    const back = undoRemove(without);
    expect([ids(back), back.selectedId, back.removed]).toEqual([['a', 'b', 'c'], 'b', undefined]);
    expect(undoRemove(back)).toBe(back);
  });

  it('does not remove what is not there', () => {
    expect(remove(three, 'x')).toBe(three);
  });
});

describe('receipts put aside', () => {
  it('keeps one and begins anew', () => {
    const parked = park(three, 'p1', 5);
    expect([ids(parked), parked.parked.map((one) => one.id)]).toEqual([[], ['p1']]);
  });

  it('keeps no empty one', () => {
    expect(park(EMPTY_CART, 'p1', 5)).toBe(EMPTY_CART);
  });

  it('swaps places when another is taken back', () => {
    const swapped = unpark(add(park(three, 'p1', 5), item('d')), 'p1', 'p2', 6);
    expect([ids(swapped), swapped.parked.map(ids)]).toEqual([['a', 'b', 'c'], [['d']]]);
  });

  it('outlives a sale', () => {
    expect(clear(add(park(three, 'p1', 5), item('d')))).toEqual({ lines: [], parked: park(three, 'p1', 5).parked });
  });
});
