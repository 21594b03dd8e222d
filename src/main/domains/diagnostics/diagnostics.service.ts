/**
 * Scans of cars as jobs: begun by a screen, watched by it, ended by it or by their time. One at a time: there is one
 * adapter. What was read is on the disk before the screen hears of it.
 *
 * Composition: `createDiagnostics(core, deps)`; `recover()` before the first screen; `stop()` with the device.
 */
import type { Core } from '#main/core.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import type { Scan, ScanState } from '#shared/diagnostics/diagnostics.schema.ts';
import { describeCode } from '#shared/diagnostics/dtc.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import { registerDiagnosticsMetrics } from './diagnostics.metrics.ts';
import { addScan, findScan, findVisitScan, forgetVisit, listRunningScans, setScanState } from './diagnostics.repo.ts';
import { type ScanLimits, scanCar } from './elm/scan.ts';
import { ScanFailed } from './elm/scan-failed.ts';
import type { OpenTextLink } from './links/text.link.ts';
import { isErased, isOpenVisit, requireOpenVisit } from './open-visit.ts';

export interface DiagnosticsDeps {
  readonly visits: Pick<VisitService, 'get'>;
  readonly isPaid: (visitId: string) => boolean;
  /** Absent: no adapter is set up on this device. */
  readonly open: OpenTextLink | undefined;
  readonly limits: ScanLimits;
  /** A scan has ended, and how. */
  readonly onEnd?: (state: ScanState) => void;
}

export interface Diagnostics {
  isAvailable(): boolean;
  /** Throws `diagnostics.not_configured`, `diagnostics.busy`, and what `visits.get` throws. */
  start(visitId: string): ScanView;
  /** Asks a running scan to end. Throws `diagnostics.not_started`. */
  cancel(visitId: string): Promise<ScanView>;
  /** The last scan of a visit, its findings taken out while it is not paid for. */
  view(visitId: string): ScanView | undefined;
  /** For the report: whole, and only of a paid visit. Throws `diagnostics.not_paid`, `diagnostics.not_started`. */
  requireFinished(visitId: string): Scan;
  /** Removes everything that was read for a visit. */
  forget(visitId: string): void;
  /** Scans that a power cut ended are told so; returns how many. */
  recover(): number;
  stop(): Promise<void>;
}

interface Job {
  readonly visitId: string;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export function createDiagnostics(core: Core, { visits, isPaid, open, limits, onEnd }: DiagnosticsDeps): Diagnostics {
  const { db, now } = core;
  const log = core.log.child({ domain: 'diagnostics' });
  const metrics = registerDiagnosticsMetrics(core.metrics);
  let job: Job | undefined;

  const save = (id: string, state: ScanState) => {
    db.transaction((tx) => setScanState(tx, id, state), { behavior: 'immediate' });
    core.changes.emit({ collection: 'diagnostics', ids: [id] });
  };

  async function run(id: string, opener: OpenTextLink, signal: AbortSignal, make: string | undefined): Promise<void> {
    const startedAt = now();
    let state: ScanState;
    try {
      const reading = await scanCar({
        open: opener,
        limits,
        signal,
        onStep: (step) => save(id, { state: 'running', step }),
      });
      state = { state: 'done', finishedAt: now(), reading };
    } catch (error) {
      if (signal.aborted) state = { state: 'cancelled', finishedAt: now() };
      else if (error instanceof ScanFailed) state = { state: 'failed', finishedAt: now(), fault: error.fault };
      else {
        log.error('a scan broke', { scanId: id, error });
        state = { state: 'failed', finishedAt: now(), fault: 'interrupted' };
      }
      log.info('a scan gave nothing', { scanId: id, state: state.state, reason: String(error) });
    }
    job = undefined;
    save(id, state);
    onEnd?.(state);
    metrics.finished(make, (now() - startedAt) / 1000, state.state === 'done' ? state.reading : undefined);
  }

  const forget = (visitId: string) => {
    db.transaction((tx) => forgetVisit(tx, visitId), { behavior: 'immediate' });
  };
  // A guest who went away leaves no scan running behind, and one who asked to be forgotten leaves nothing.
  core.changes.subscribe(({ collection, ids }) => {
    if (collection !== 'visits') return;
    if (job && ids.includes(job.visitId) && !isOpenVisit(visits, job.visitId)) {
      job.controller.abort(new Error('the visit ended'));
    }
    for (const id of ids) if (isErased(visits, id)) forget(id);
  });

  const toView = (scan: Scan): ScanView => {
    const found = { now: 0, soon: 0, watch: 0 };
    if (scan.state !== 'done') return { scan, locked: false, found };
    for (const { code } of scan.reading.findings) {
      found[(['now', 'soon', 'watch'] as const)[describeCode(code, 'en').urgency - 1] ?? 'soon'] += 1;
    }
    const locked = !isPaid(scan.visitId);
    return { scan: locked ? { ...scan, reading: { ...scan.reading, findings: [] } } : scan, locked, found };
  };
  const view = (visitId: string): ScanView | undefined => {
    const scan = findVisitScan(db, visitId);
    return scan && toView(scan);
  };
  const requireView = (visitId: string): ScanView => {
    const found = view(visitId);
    if (found) return found;
    throw new AppError('diagnostics.not_started', `no scan of ${visitId}`);
  };

  return {
    isAvailable: () => open !== undefined,
    view,
    start: (visitId) => {
      const visit = requireOpenVisit(visits, visitId);
      if (open === undefined) throw new AppError('diagnostics.not_configured', 'no adapter is set up');
      if (job?.visitId === visitId) return requireView(visitId);
      if (job) throw new AppError('diagnostics.busy', 'the adapter is at another car');
      const scan = { id: core.newId(), visitId, startedAt: now() };
      db.transaction((tx) => addScan(tx, scan, { state: 'running', step: 'adapter' }), { behavior: 'immediate' });
      const controller = new AbortController();
      const ended = run(scan.id, open, controller.signal, visit.metadata['vehicleMake']);
      job = { visitId, controller, ended };
      core.changes.emit({ collection: 'diagnostics', ids: [scan.id] });
      return requireView(visitId);
    },
    cancel: async (visitId) => {
      if (job?.visitId === visitId) {
        const { controller, ended } = job;
        controller.abort(new Error('cancelled'));
        await ended;
      }
      return requireView(visitId);
    },
    requireFinished: (visitId) => {
      const scan = findVisitScan(db, visitId);
      if (scan?.state !== 'done') throw new AppError('diagnostics.not_started', `no finished scan of ${visitId}`);
      if (!isPaid(visitId)) throw new AppError('diagnostics.not_paid', `${visitId} is not paid for`);
      return findScan(db, scan.id) ?? scan;
    },
    forget,
    recover: () => {
      const left = listRunningScans(db);
      for (const { id } of left) save(id, { state: 'failed', finishedAt: now(), fault: 'interrupted' });
      return left.length;
    },
    stop: async () => {
      job?.controller.abort(new Error('the device stops'));
      await job?.ended;
    },
  };
}
