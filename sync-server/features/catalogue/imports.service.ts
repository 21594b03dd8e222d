/**
 * Imports of a catalogue: a file is received, read and compared in the background, shown as a list of changes, and only
 * then applied, in one transaction. What a process was at work on when it ended is `interrupted`, and has changed nothing.
 */
import type { Readable } from 'node:stream';
import {
  type HqImport,
  type HqImportChanges,
  type HqImportChangesQuery,
  type HqImportFault,
  type HqImportQuery,
  type HqImports,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ERRORS,
  MAX_IMPORT_ROWS,
} from '#shared/hq/catalogue.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Tenant, UserPrincipal } from '../../auth/principals.ts';
import type { SyncLog } from '../../sync/sync.port.ts';
import { listShops } from '../devices/devices.repo.ts';
import { refreshStatistics } from './catalogue.repo.ts';
import type { CataloguePorts } from './catalogue.service.ts';
import { applyImport, CancelledImport, StaleImport } from './import.apply.ts';
import { checkTable } from './import.check.ts';
import { receiveFile, type UploadedFile } from './import.file.ts';
import {
  beat,
  cancelReady,
  dropSpentChanges,
  findImport,
  type ImportRow,
  insertImport,
  interruptImports,
  listChanges,
  listImports,
  moveImport,
} from './imports.repo.ts';

export interface ImportsPorts extends CataloguePorts {
  readonly log: SyncLog;
}

export type ImportsService = ReturnType<typeof createImportsService>;

const BEAT_MS = 3000;
/** A process that was silent for so long has ended, whatever it was at. */
const SILENCE_MS = 10 * BEAT_MS;
const LISTED = 20;
/** Reading is the first half of checking. */
const HALF = 0.5;

/** What a job of this process knows and the database does not yet. */
interface Job {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  readonly state: { progress: number; rowsRead: number; rowsOk: number; errorsTotal: number };
}

export function createImportsService(ports: ImportsPorts) {
  const { db, now, newId, log, live, sync } = ports;
  const jobs = new Map<string, Job>();

  /**
   * Receives the file and begins to check it.
   *
   * @throws AppError `app.too_large`; `app.bad_input` no such shop; `catalogue.import_running`.
   */
  async function create(by: UserPrincipal, query: HqImportQuery, body: Readable): Promise<HqImport> {
    const shops = await listShops(db, by);
    const shopIds = shops.map(({ id }) => id).filter((id) => query.shopId === undefined || id === query.shopId);
    if (shopIds.length === 0) {
      throw new AppError('app.bad_input', 'there is no such shop', {
        details: { issues: [{ path: 'shopId', message: 'must be a shop of the organisation' }] },
      });
    }
    const file = await receiveFile(body, MAX_IMPORT_BYTES);
    const id = newId();
    try {
      await interrupt();
      await db.transaction(async (tx) => {
        const { fileName, replaceMissing, effectiveFrom } = query;
        await cancelReady(tx, by, now());
        const isFirst = await insertImport(tx, {
          id,
          organizationId: by.organizationId,
          fileName,
          bytes: file.bytes,
          shopIds,
          replaceMissing,
          effectiveFrom: effectiveFrom ?? null,
          createdBy: by.userId,
          createdAt: now(),
          heartbeatAt: now(),
        });
        if (!isFirst) throw new AppError('catalogue.import_running', 'another import is at work');
      });
    } catch (error) {
      await file.remove();
      throw error;
    }
    await dropSpentChanges(db);
    start(by, id, 'checking', (job, signal) => check(by, id, file, job, signal));
    return get(by, id);
  }

  async function check(
    tenant: Tenant,
    id: string,
    file: UploadedFile,
    state: Job['state'],
    signal: AbortSignal,
  ): Promise<void> {
    const errors: HqImportFault[] = [];
    const onFault = (fault: HqImportFault) => {
      state.errorsTotal += 1;
      if (errors.length < MAX_IMPORT_ERRORS) errors.push(fault);
    };
    try {
      const row = await mustFind(tenant, id);
      // The reader of spreadsheets takes 20 MiB, and most servers never import any.
      const { readTable } = await import('./import.reader.ts');
      const table = await readTable(file.path, {
        maxRows: MAX_IMPORT_ROWS,
        onFault,
        onProgress: ({ rowsRead, rowsOk, bytes }) =>
          Object.assign(state, { rowsRead, rowsOk, progress: (HALF * bytes) / Math.max(1, file.bytes) }),
        signal,
      });
      Object.assign(state, { rowsRead: table.rowsRead, rowsOk: table.rows.length, progress: HALF });
      const changes =
        state.errorsTotal > 0
          ? []
          : await checkTable(table, {
              db,
              newId,
              tenant,
              importId: id,
              shopIds: row.shopIds,
              replaceMissing: row.replaceMissing,
              at: now(),
              effectiveFrom: row.effectiveFrom ?? undefined,
              onFault,
              onProgress: (share) => {
                state.progress = HALF + HALF * share;
              },
              signal,
            });
      const { rowsRead, rowsOk, errorsTotal } = state;
      const isWrong = errorsTotal > 0;
      await moveImport(db, tenant, id, ['checking'], {
        status: isWrong ? 'invalid' : 'ready',
        rowsRead,
        rowsOk,
        errorsTotal,
        // Those found against other items come after those of reading.
        errors: errors.toSorted((a, b) => a.line - b.line),
        ignoredColumns: table.ignoredColumns,
        changes: isWrong ? [] : changes,
        ...(isWrong ? { finishedAt: now() } : {}),
      });
    } finally {
      await file.remove();
    }
  }

  /** @throws AppError `app.not_found`; `catalogue.import_state` it is not ready. */
  async function apply(by: UserPrincipal, id: string): Promise<HqImport> {
    const row = await mustFind(by, id);
    const isOurs = await moveImport(db, by, id, ['ready'], { status: 'applying', heartbeatAt: now() });
    if (!isOurs)
      throw new AppError('catalogue.import_state', `an import that is ${row.status} is not ready to be applied`);
    // Read before the transaction begins: an embedded database has one connection, and would answer only after it.
    const begun = await get(by, id);
    start(by, id, 'applying', async (state, signal) => {
      state.rowsRead = row.rowsRead;
      state.rowsOk = row.rowsOk;
      try {
        const heads = await applyImport({
          db,
          tenant: by,
          row,
          userId: by.userId,
          now,
          newId,
          onProgress: (share) => {
            state.progress = share;
          },
          signal,
        });
        sync.announce(heads);
        await refreshStatistics(db);
      } catch (error) {
        if (error instanceof CancelledImport) return;
        if (!(error instanceof StaleImport)) throw error;
        await moveImport(db, by, id, ['applying'], { status: 'stale', finishedAt: now() });
      }
    });
    return begun;
  }

  /** @throws AppError `app.not_found`; `catalogue.import_state` it has ended. */
  async function cancel(by: UserPrincipal, id: string): Promise<HqImport> {
    const row = await mustFind(by, id);
    const isOurs = await moveImport(db, by, id, ['checking', 'ready', 'applying'], {
      status: 'cancelled',
      finishedAt: now(),
    });
    if (!isOurs) throw new AppError('catalogue.import_state', `an import that is ${row.status} cannot be cancelled`);
    const job = jobs.get(id);
    job?.controller.abort(new CancelledImport('cancelled'));
    await job?.ended;
    live.hqChanged(by.organizationId, ['catalogue']);
    return get(by, id);
  }

  async function get(tenant: Tenant, id: string): Promise<HqImport> {
    const [row, names] = [await mustFind(tenant, id), await namesOf(tenant)];
    return toHqImport(row, names, jobs.get(id)?.state);
  }

  async function list(tenant: Tenant): Promise<HqImports> {
    await interrupt();
    const [rows, names] = [await listImports(db, tenant, LISTED), await namesOf(tenant)];
    return { imports: rows.map((row) => ({ ...toHqImport(row, names, jobs.get(row.id)?.state), errors: [] })) };
  }

  async function changes(tenant: Tenant, id: string, query: HqImportChangesQuery): Promise<HqImportChanges> {
    await mustFind(tenant, id);
    const rows = await listChanges(db, id, { after: query.cursor, limit: query.limit + 1, kind: query.kind });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      changes: page.map(({ nth, shopId, kind, before, fields }) => ({
        nth,
        shopId,
        kind,
        ...(before === null ? {} : { before }),
        after: fields,
      })),
      ...(rows.length > query.limit && last ? { next: last.nth } : {}),
    };
  }

  /** At the start: an embedded database had one process, which has ended; of a shared one, whoever is silent has. */
  async function recover(kind: 'embedded' | 'postgres'): Promise<void> {
    const rows = await interruptImports(db, kind === 'embedded' ? Number.MAX_SAFE_INTEGER : now() - SILENCE_MS, now());
    if (rows > 0)
      log.warn({ imports: rows }, 'imports were interrupted by the end of the server; nothing of them was applied');
  }
  const interrupt = () => interruptImports(db, now() - SILENCE_MS, now());

  /** Runs a job beside the request that began it. */
  function start(
    tenant: Tenant,
    id: string,
    phase: 'checking' | 'applying',
    run: (state: Job['state'], signal: AbortSignal) => Promise<void>,
  ): void {
    const controller = new AbortController();
    const state: Job['state'] = { progress: 0, rowsRead: 0, rowsOk: 0, errorsTotal: 0 };
    const timer = setInterval(() => {
      const { rowsRead, rowsOk, errorsTotal } = state;
      beat(db, tenant, id, { heartbeatAt: now(), rowsRead, rowsOk, errorsTotal })
        .then((isAlive) => {
          if (!isAlive) controller.abort(new CancelledImport('cancelled elsewhere'));
          live.hqChanged(tenant.organizationId, ['catalogue']);
        })
        .catch((err: unknown) => log.warn({ err, id }, 'an import could not say that it lives'));
    }, BEAT_MS);
    const ended = run(state, controller.signal)
      .catch(async (err: unknown) => {
        if (err instanceof CancelledImport) return;
        const isShutdown = controller.signal.aborted;
        if (!isShutdown) log.error({ err, id }, 'an import failed');
        const status = isShutdown ? 'interrupted' : 'failed';
        await moveImport(db, tenant, id, [phase], { status, finishedAt: now() });
      })
      .catch((err: unknown) => log.error({ err, id }, 'the end of an import could not be written'))
      .finally(() => {
        clearInterval(timer);
        jobs.delete(id);
        live.hqChanged(tenant.organizationId, ['catalogue']);
      });
    jobs.set(id, { controller, ended, state });
  }

  /** Before the database closes: what is at work stops, and is told as interrupted. */
  async function close(): Promise<void> {
    for (const { controller } of jobs.values()) controller.abort(new Error('the server stops'));
    await Promise.all(Array.from(jobs.values(), ({ ended }) => ended));
  }

  async function mustFind(tenant: Tenant, id: string): Promise<ImportRow> {
    const row = await findImport(db, tenant, id);
    if (row === undefined) throw new AppError('app.not_found', 'there is no such import');
    return row;
  }

  const namesOf = async (tenant: Tenant): Promise<ReadonlyMap<string, string>> =>
    new Map((await listShops(db, tenant)).map(({ id, name }) => [id, name]));

  return { create, apply, cancel, get, list, changes, recover, close };
}

function toHqImport(row: ImportRow, names: ReadonlyMap<string, string>, job: Job['state'] | undefined): HqImport {
  const isAtWork = row.status === 'checking' || row.status === 'applying';
  const seen = isAtWork && job !== undefined ? job : row;
  return {
    id: row.id,
    status: row.status,
    fileName: row.fileName,
    replaceMissing: row.replaceMissing,
    ...(row.effectiveFrom === null ? {} : { effectiveFrom: row.effectiveFrom }),
    progress: isAtWork ? (job?.progress ?? 0) : 1,
    rowsRead: seen.rowsRead,
    rowsOk: seen.rowsOk,
    errorsTotal: seen.errorsTotal,
    errors: [...row.errors],
    ignoredColumns: [...row.ignoredColumns],
    shops: row.changes.map(({ base: _base, ...counts }) => ({ ...counts, shopName: names.get(counts.shopId) ?? '' })),
    createdAt: row.createdAt,
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
  };
}
