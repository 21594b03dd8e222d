/** Reports of the fake device: made at once, sent and printed in steps that can be watched. */
import { implement } from '@orpc/server';
import { AppError } from '#shared/kernel/errors.ts';
import { maskEmail, maskPhone } from '#shared/kernel/phone.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { DeliveryView, ReportView } from '#shared/rpc/reports.contract.ts';
import type { Ports } from './fake-tasks.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Doors = ReturnType<typeof withNothing>;

const STEP_MS = 1500;

export function createFakeReports({ now, newId, state, changed }: Ports) {
  const reports = new Map<string, ReportView>();
  const byVisit = new Map<string, string>();

  const find = (id: string): ReportView => {
    const report = reports.get(id);
    if (report === undefined) throw new AppError('reports.not_found', id);
    return report;
  };
  const put = (report: ReportView): ReportView => {
    reports.set(report.id, report);
    changed('reports', report.id);
    return report;
  };
  const setDelivery = (reportId: string, id: string, patch: Partial<DeliveryView>) => {
    const report = find(reportId);
    const deliveries = report.deliveries.map((one) => (one.id === id ? { ...one, ...patch } : one));
    put({ ...report, deliveries });
  };
  const later = (steps: readonly (() => void)[]) => {
    for (const [index, step] of steps.entries()) setTimeout(step, (index + 1) * STEP_MS);
  };

  return (door: Doors['reports']) => ({
    get: door.get.handler(({ input }) => {
      const id = byVisit.get(input.visitId);
      return id === undefined ? null : find(id);
    }),
    make: door.make.handler(({ input: { visitId } }) => {
      const known = byVisit.get(visitId);
      if (known !== undefined) return find(known);
      const kind = visitId.startsWith('THK') ? 'thickness' : 'diagnostics';
      const id = `RPT-${kind === 'thickness' ? 'THK' : 'DIAG'}-FAKE-${newId().replaceAll('-', '').slice(-8).toUpperCase()}`;
      byVisit.set(visitId, id);
      return put({
        id,
        kind,
        createdAt: now(),
        fileId: 'f'.repeat(64),
        summary: { now: 2, soon: 2, watch: 1, incomplete: false },
        deliveries: [],
        canPrint: state().report.printer,
        canSend: true,
      });
    }),
    send: door.send.handler(({ input: { reportId, to } }) => {
      const report = find(reportId);
      const id = newId();
      const masked = to.channel === 'email' ? maskEmail(to.address) : maskPhone(to.address);
      put({ ...report, deliveries: [{ id, channel: to.channel, to: masked, state: 'queued' }, ...report.deliveries] });
      const { sends } = state().report;
      later([
        () => setDelivery(reportId, id, { state: 'sending' }),
        () =>
          setDelivery(
            reportId,
            id,
            sends === 'sent'
              ? { state: 'sent' }
              : { state: sends, fault: sends === 'failed' ? 'address_refused' : 'no_answer' },
          ),
      ]);
      return find(reportId);
    }),
    print: door.print.handler(({ input: { reportId } }) => {
      put({ ...find(reportId), print: { state: 'queued' } });
      const become = (print: 'spooled' | 'printed') => () => put({ ...find(reportId), print: { state: print } });
      later([become('spooled'), () => undefined, become('printed')]);
      return find(reportId);
    }),
  });
}
