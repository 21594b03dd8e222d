/** Gives a screen its supervisor: acts of any feature below it ask here, one at a time. */
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { type ApprovalAsk, ApprovalContext, type ApprovalDesk } from '../../app/approval.ts';
import { ApprovalDialog } from './approval-dialog.tsx';

interface Open {
  readonly ask: ApprovalAsk;
  readonly answer: (approvalId: string | undefined) => void;
}

export function ApprovalProvider({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<Open>();
  const ask = useCallback(
    (wanted: ApprovalAsk) =>
      new Promise<string | undefined>((resolve) => {
        setOpen((before) => {
          before?.answer(undefined);
          return { ask: wanted, answer: resolve };
        });
      }),
    [],
  );
  const isAsking = open !== undefined;
  const desk = useMemo((): ApprovalDesk => ({ ask, isAsking }), [ask, isAsking]);
  const close = (approvalId?: string) => {
    open?.answer(approvalId);
    setOpen(undefined);
  };
  return (
    <ApprovalContext value={desk}>
      {children}
      {open ? (
        <ApprovalDialog key={open.ask.subject} ask={open.ask} onApproved={close} onClose={() => close()} />
      ) : null}
    </ApprovalContext>
  );
}
