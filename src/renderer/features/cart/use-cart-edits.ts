/**
 * Changes of the receipt that take something off it. Each is kept for the audit; above the shop's limit a supervisor
 * allows it first. What is below happens at once, whatever the core is doing, and the core is told until it has heard.
 */
import { useQuery } from '@tanstack/react-query';
import { sumMinor } from '#shared/kernel/money.ts';
import { mayApprove } from '#shared/staff/staff.schema.ts';
import { useApproved } from '../../app/approval.ts';
import { useClock } from '../../app/clock.tsx';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { changeQuantity, type Line, partOf, totalMinor } from './cart.rules.ts';
import { type CartState, clear, dropHeld, type HeldCart, remove, undoRemove, useCart } from './cart.store.ts';
import { useVoidReports } from './use-void-reports.ts';

export interface CartEdits {
  /** A whole unit more or less. */
  readonly step: (itemId: string, by: 1 | -1) => void;
  readonly setQuantity: (itemId: string, quantityMilli: number) => void;
  readonly remove: (itemId: string) => void;
  /** Puts the last removed line back. */
  readonly undo: () => void;
  /** Takes everything off. */
  readonly clearAll: () => void;
  readonly dropHeld: (held: HeldCart) => void;
}

interface Voided {
  /** The receipt, and what the cashier took off it before. */
  readonly from: { readonly id?: string | undefined; readonly voidedMinor: number };
  readonly what: 'line' | 'receipt' | 'held';
  readonly lines: readonly Line[];
  readonly apply: (state: CartState, how: Taken) => CartState;
  readonly revert: (state: CartState, how: Taken) => CartState;
}

interface Taken {
  readonly voidId: string;
  readonly isAllowed: boolean;
  readonly amountMinor: number;
}

export function useCartEdits(newId: () => string): CartEdits {
  const api = useApi();
  const client = useDeviceClient();
  const approved = useApproved();
  const changeAndReport = useVoidReports();
  const now = useClock();
  const limitMinor = useQuery(api.staff.policy.queryOptions()).data?.voidLimitMinor ?? 0;
  const member = useQuery(api.staff.current.queryOptions()).data?.member;

  const stamp = () => ({ by: member?.name ?? '', at: now() });

  /** `apply` runs at once when the cashier decides alone, else once it is allowed and kept. */
  const takeOff = ({ from, what, lines, apply, revert }: Voided): void => {
    const { change } = useCart.getState();
    const receiptId = from.id;
    if (receiptId === undefined || lines.length === 0) return;
    const amountMinor = sumMinor(lines.map(totalMinor));
    const isFree = (member && mayApprove(member.role)) || from.voidedMinor + amountMinor <= limitMinor;
    const how = { voidId: newId(), isAllowed: !isFree, amountMinor };
    const voided = {
      id: how.voidId,
      receiptId,
      what,
      lines: lines.map((line) => ({
        itemId: line.item.id,
        name: line.item.name,
        quantityMilli: line.quantityMilli,
        totalMinor: totalMinor(line),
      })),
    };
    if (isFree) {
      changeAndReport(
        (state) => apply(state, how),
        { act: 'void', ...voided, ...stamp() },
        (state) => revert(state, how),
      );
      return;
    }
    approved((approvalId) =>
      client.orders.recordVoid({ ...voided, ...(approvalId === undefined ? {} : { approvalId }) }),
    ).then(
      () => change((state) => apply(state, how)),
      // Not allowed, or not heard: it stays on the receipt.
      () => undefined,
    );
  };

  const setQuantity = (itemId: string, quantityMilli: number): void => {
    const cart = useCart.getState();
    const line = cart.lines.find((one) => one.item.id === itemId);
    if (!line) return;
    if (quantityMilli >= line.quantityMilli) {
      cart.setQuantity(itemId, quantityMilli);
      return;
    }
    const change =
      (by: 1 | -1, milli: number) =>
      (state: CartState, { amountMinor, isAllowed }: Taken) => ({
        ...state,
        lines: state.lines.map((one) => (one.item.id === itemId ? { ...one, quantityMilli: milli } : one)),
        voidedMinor: Math.max(0, state.voidedMinor + (isAllowed ? 0 : by * amountMinor)),
      });
    takeOff({
      from: cart,
      what: 'line',
      lines: [partOf(line, line.quantityMilli - quantityMilli)],
      apply: change(1, quantityMilli),
      revert: change(-1, line.quantityMilli),
    });
  };

  return {
    step: (itemId, by) => {
      const next = changeQuantity(useCart.getState().lines, itemId, by).find((line) => line.item.id === itemId);
      if (next) setQuantity(itemId, next.quantityMilli);
    },
    setQuantity,
    remove: (itemId) => {
      const cart = useCart.getState();
      takeOff({
        from: cart,
        what: 'line',
        lines: cart.lines.filter((line) => line.item.id === itemId),
        apply: (state, how) => remove(state, itemId, how),
        revert: undoRemove,
      });
    },
    undo: () => {
      const { id, removed } = useCart.getState();
      if (!removed || id === undefined) return;
      changeAndReport(undoRemove, { act: 'restore', id: removed.voidId, receiptId: id, ...stamp() });
    },
    clearAll: () => {
      const { id, lines, discount, voidedMinor } = useCart.getState();
      takeOff({
        from: { id, voidedMinor },
        what: 'receipt',
        lines,
        apply: clear,
        revert: (state) => ({ ...state, id, lines, discount, voidedMinor }),
      });
    },
    dropHeld: (held) =>
      takeOff({
        from: held,
        what: 'held',
        lines: held.lines,
        apply: (state) => dropHeld(state, held.id),
        revert: (state) => ({ ...state, held: [...state.held, held] }),
      }),
  };
}
