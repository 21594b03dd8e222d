/** Keeps telling the core what was taken off receipts at this till. */
import { useCallback, useEffect, useRef } from 'react';
import { askOf, useApproved } from '../../app/approval.ts';
import { useConnectionState, useDeviceClient } from '../../app/rpc.tsx';
import { type CartState, forgetReports, report, useCart, type VoidReport } from './cart.store.ts';
import { retryMs, tellAll } from './void-reports.ts';

type Change = (state: CartState) => CartState;

/**
 * Makes a change of the receipt and keeps for the audit that it was made, in one. The core may count otherwise and want
 * a supervisor: where nobody allows it, `revert` brings back what was taken off.
 */
export type ChangeAndReport = (change: Change, said: VoidReport, revert?: Change) => void;

export function useVoidReports(): ChangeAndReport {
  const client = useDeviceClient();
  const approved = useApproved();
  const isOpen = useConnectionState() === 'open';
  const waiting = useCart((state) => state.unreported.length);
  const reverts = useRef(new Map<string, Change>());
  const turn = useRef(Promise.resolve());

  const tell = useCallback(
    async (said: VoidReport) => {
      const { id, receiptId, by, at } = said;
      if (said.act === 'restore') return client.orders.restoreVoid({ id, receiptId, late: { by, at } });
      const { what } = said;
      const lines = [...said.lines];
      const revert = reverts.current.get(id);
      // Of an earlier page or cashier: nobody can put it back on that receipt any more.
      if (!revert) return client.orders.recordVoid({ id, receiptId, what, lines, late: { by, at } });
      try {
        await approved((approvalId) =>
          client.orders.recordVoid({
            id,
            receiptId,
            what,
            lines,
            ...(approvalId === undefined ? {} : { approvalId }),
          }),
        );
      } catch (error) {
        if (!askOf(error)) throw error;
        // Nothing was taken off, so nothing was put back either.
        useCart.getState().change((state) => forgetReports(revert(state), (one) => one.id === id));
      }
      reverts.current.delete(id);
    },
    [client, approved],
  );

  // `waiting` is asked for anew whenever it changes: what is new is told at once, however long the last round waits.
  useEffect(() => {
    if (!isOpen || waiting === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const forget = (said: VoidReport) =>
      useCart.getState().change((state) => forgetReports(state, (one) => one === said));
    const round = async (rounds: number) => {
      if (isOver) return;
      const isDone = await tellAll({ queue: () => useCart.getState().unreported, tell, forget });
      if (!isDone && !isOver) timer = setTimeout(() => begin(rounds + 1), retryMs(rounds));
    };
    const begin = (rounds: number) => {
      turn.current = turn.current.then(() => round(rounds));
    };
    begin(1);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isOpen, waiting, tell]);

  return (change, said, revert) => {
    if (revert) reverts.current.set(said.id, revert);
    useCart.getState().change((state) => report(change(state), said));
  };
}
