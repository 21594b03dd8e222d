/**
 * Acts that need a supervisor, for any feature. The core says that one is needed; whoever composes the screen owns the
 * dialog that asks, and hands it down here.
 */
import { createContext, use, useCallback } from 'react';
import { ApprovalAction } from '#shared/staff/staff.schema.ts';
import { toFault } from './error-text.ts';

/** What a supervisor is asked for. `facts` are what the core said of the act: sums, numbers. */
export interface ApprovalAsk {
  readonly action: ApprovalAction;
  /** The id of the act. */
  readonly subject: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface ApprovalDesk {
  /** Resolves with the approval, or with nothing when nobody gave one. */
  readonly ask: (ask: ApprovalAsk) => Promise<string | undefined>;
  /** The dialog is open: the keys are its own. */
  readonly isAsking: boolean;
}

export const ApprovalContext = createContext<ApprovalDesk>({ ask: () => Promise.resolve(undefined), isAsking: false });

export const useApprovalDesk = (): ApprovalDesk => use(ApprovalContext);

/** What a refusal asks of a supervisor; undefined when it is about something else. */
export function askOf(error: unknown): ApprovalAsk | undefined {
  const { code, params } = toFault(error);
  const { action, subject, ...facts } = params;
  const known = ApprovalAction.safeParse(action);
  if (code !== 'staff.approval_required' || !known.success || typeof subject !== 'string') return undefined;
  return { action: known.data, subject, facts };
}

/**
 * Runs an act. When the core answers that a supervisor has to allow it, one is asked and the act runs again with the
 * approval; when nobody allows it, the refusal is thrown.
 */
export function useApproved(): <T>(run: (approvalId: string | undefined) => Promise<T>) => Promise<T> {
  const { ask } = useApprovalDesk();
  return useCallback(
    async (run) => {
      for (let approvalId: string | undefined; ; ) {
        try {
          return await run(approvalId);
        } catch (error) {
          const wanted = askOf(error);
          const given = wanted && (await ask(wanted));
          if (given === undefined) throw error;
          approvalId = given;
        }
      }
    },
    [ask],
  );
}
