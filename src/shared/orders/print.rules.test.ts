import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Order } from './orders.schema.ts';
import { markPrint, type PrintMark } from './print.rules.ts';

type Paper = Pick<Order, 'printStatus' | 'printedAt' | 'printMarkedAt'>;
const NEW: Paper = { printStatus: 'new' };
const printer = (at: number) => ({ by: 'printer', at }) as const;
const person = (at: number) => ({ by: 'person', at }) as const;

describe('AP-05 the paper of an order', () => {
  test('a person marks it out, again without a change, and back', () => {
    const out = markPrint(NEW, 'printed', person(10));
    expect(out).toEqual({ printStatus: 'printed', printedAt: 10, printMarkedAt: 10 });
    expect(markPrint(out ?? NEW, 'printed', person(20))).toBeUndefined();
    expect(markPrint(out ?? NEW, 'not_printed', person(30))).toEqual({ printStatus: 'not_printed', printMarkedAt: 30 });
  });

  test('a printer prints what waits, and what failed before', () => {
    expect(markPrint(NEW, 'printed', printer(10))).toEqual({ printStatus: 'printed', printedAt: 10 });
    const failed = markPrint(NEW, 'not_printed', printer(10));
    expect(failed).toEqual({ printStatus: 'not_printed' });
    expect(markPrint(failed ?? NEW, 'printed', printer(20))).toEqual({ printStatus: 'printed', printedAt: 20 });
  });

  test('an order without a photo, or not paid for, has no paper', () => {
    expect(markPrint({ printStatus: 'none' }, 'printed', person(1))).toBeUndefined();
  });

  test("a printer's old word, that came late, does not take back what a person said since", () => {
    const said: Paper = { printStatus: 'not_printed', printMarkedAt: 50 };
    expect(markPrint(said, 'printed', printer(40))).toBeUndefined();
    expect(markPrint(said, 'printed', printer(60))).toMatchObject({ printStatus: 'printed', printedAt: 60 });
  });
});

test('whatever printers say and in whatever order, paper that is out stays out', () => {
  const words = fc.array(fc.tuple(fc.constantFrom<PrintMark>('printed', 'not_printed'), fc.nat({ max: 9 })));
  fc.assert(
    fc.property(words, (said) => {
      let order = NEW;
      let isOut = false;
      for (const [to, at] of said) {
        order = markPrint(order, to, printer(at)) ?? order;
        isOut ||= to === 'printed';
        expect(order.printStatus === 'printed').toBe(isOut);
        expect(order.printedAt !== undefined).toBe(isOut);
      }
    }),
  );
});
