/** A person says how a receipt of unknown outcome ended; the register's own word is worth more. */
import type { Core } from '#main/core.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { type FiscalTaskRow, patchTask } from './fiscal.repo.ts';
import type { FiscalService } from './fiscal.service.ts';
import { createTaskSteps } from './fiscal.steps.ts';
import { toTaskView } from './fiscal.view.ts';

export type SettleVerdict =
  | { readonly verdict: 'printed'; readonly id: string; readonly fiscalDocumentNumber?: number | undefined }
  | { readonly verdict: 'not_printed'; readonly id: string };

export interface Verdicts {
  /**
   * @param by who answers for it.
   * @throws AppError `fiscal.task_not_found`; `fiscal.illegal_transition` when the outcome is known; for `printed`,
   * `fiscal.data_conflict` when the document named is not this receipt, and as `RegisterRuntime.ask`.
   */
  settle(verdict: SettleVerdict, by: Operator): Promise<FiscalTaskView>;
}

export function createVerdicts(
  core: Pick<Core, 'db' | 'now' | 'log' | 'changes'>,
  sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>,
  fiscal: FiscalService,
): Verdicts {
  const { db, now, log } = core;
  const steps = createTaskSteps(core, sync);

  /** The document a person names must be in the fiscal memory and fit the task; then it is ours. */
  async function settlePrinted(row: FiscalTaskRow, number: number): Promise<FiscalTaskRow> {
    const runtime = fiscal.register(row.registerId);
    const document = await runtime.askKnown(async (register) => {
      const found = await register.findDocument(number);
      const fits =
        found !== undefined &&
        number > (row.baseline?.lastDocumentNumber ?? 0) &&
        found.totalMinor === (row.task.receipt?.totalMinor ?? 0);
      if (!fits || (found.taskId !== undefined && found.taskId !== row.id)) {
        throw new AppError('fiscal.data_conflict', `document ${number} of the register is not this receipt`);
      }
      return register.readDocument(found);
    });
    const closed = steps.closed(row, { ...document, printed: true });
    runtime.hurry();
    return closed;
  }

  /** Cash leaves no document: a person's word is all there is once the counter cannot tell. */
  function settleMoved(row: FiscalTaskRow): FiscalTaskRow {
    const moved = steps.moved(row, row.baseline?.shiftNumber ?? 0);
    fiscal.register(row.registerId).hurry();
    return moved;
  }

  return {
    async settle(verdict, by) {
      const row = fiscal.row(verdict.id);
      if (row.state !== 'unknown') {
        throw new AppError('fiscal.illegal_transition', `the outcome is not unknown: ${row.state}`);
      }
      log.warn('a person settles an unknown receipt', {
        event: 'FISCAL_RESOLVED_BY_HAND',
        taskId: row.id,
        verdict: verdict.verdict,
      });
      db.transaction(
        (tx) => {
          recordStep(tx, {
            kind: 'audit',
            subject: row.id,
            step: 'FISCAL_RESOLVED_BY_HAND',
            details: { ...verdict, by: by.name },
            at: now(),
          });
          if (verdict.verdict === 'not_printed') patchTask(tx, row.id, now(), { saidNotPrintedBy: by.name });
        },
        { behavior: 'immediate' },
      );
      // It is asked once more before anything is decided.
      const runtime = fiscal.register(row.registerId);
      runtime.hurry();
      await runtime.loop.tick();
      const asked = fiscal.row(verdict.id);
      if (asked.state !== 'unknown' || verdict.verdict === 'not_printed') return toTaskView(asked);
      if (asked.task.cash !== undefined) return toTaskView(settleMoved(asked));
      const { fiscalDocumentNumber } = verdict;
      if (fiscalDocumentNumber === undefined) {
        throw new AppError('app.bad_input', 'some fields are wrong', {
          details: { issues: [{ path: 'fiscalDocumentNumber', message: 'is required for a receipt' }] },
        });
      }
      return toTaskView(await settlePrinted(asked, fiscalDocumentNumber));
    },
  };
}
