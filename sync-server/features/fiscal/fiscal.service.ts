/** The queue of a register: created by anybody of the organisation, taken by its agent alone, ended by its reports. */
import { fromWire, type WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type BearerPrincipal, type UserPrincipal } from '../../auth/principals.ts';
import { sha256 } from '../../auth/secrets.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import {
  claimTask,
  type FiscalTaskRow,
  findFiscalDevice,
  findTask,
  findUnheard,
  insertTask,
  shareFiscalDevice,
} from './fiscal.repo.ts';
import { LEASE_MS } from './fiscal.rules.ts';
import type { Waiters } from './fiscal.waiters.ts';

export interface FiscalPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Live;
  readonly waiters: Waiters;
}

export interface NextOptions {
  readonly waitMs: number;
  /** The agent says that it prints a task once, however often it is given it. */
  readonly keepsJournal: boolean;
  readonly abort: AbortSignal;
}

/** How often a waiting call looks by itself: for tasks made by another instance, and for retries that fall due. */
const LOOK_EVERY_MS = 1000;

export const queueKey = (organizationId: string, fiscalDeviceId: string): string =>
  JSON.stringify([organizationId, fiscalDeviceId]);

export type FiscalService = ReturnType<typeof createFiscalService>;

export function createFiscalService({ db, now, live, waiters }: FiscalPorts) {
  /**
   * @returns the task, and whether this call made it.
   * @throws AppError `fiscal.device_not_found`, `fiscal.device_archived`, `fiscal.device_mismatch`; `fiscal.task_id_conflict` when its id is
   * taken by a task that says something else.
   */
  async function create(
    by: BearerPrincipal | UserPrincipal,
    task: WireFiscalTask,
  ): Promise<{ readonly task: FiscalTaskRow; readonly isNew: boolean }> {
    if (by.kind !== 'user') assertRegister(by, task.fiscalDeviceId);
    const { organizationId } = by;
    const { fiscalDeviceId } = task;
    const bodyHash = sha256(canonicalJson(task));
    const at = now();
    const made = await db.transaction(async (tx) => {
      const register = await shareFiscalDevice(tx, by, fiscalDeviceId);
      if (register === undefined) {
        throw new AppError('fiscal.device_not_found', `there is no register ${fiscalDeviceId}`);
      }
      if (register.archivedAt !== null && (await findTask(tx, by, task.taskId)) === undefined) {
        throw new AppError('fiscal.device_archived', `the register ${fiscalDeviceId} is out of service`);
      }
      const row = await insertTask(tx, {
        organizationId,
        id: task.taskId,
        fiscalDeviceId,
        type: task.type,
        status: 'queued',
        body: task,
        bodyHash,
        totalMinor: fromWire(task).receipt?.totalMinor ?? 0,
        createdAt: at,
        updatedAt: at,
      });
      if (row === undefined) return undefined;
      await appendAudit(tx, by, {
        at,
        event: 'FISCAL_TASK_CREATED',
        actor: actorOf(by),
        entity: { type: 'fiscal_task', id: task.taskId },
        details: { fiscalDeviceId, type: task.type, totalMinor: row.totalMinor },
      });
      return row;
    });
    if (made !== undefined) {
      waiters.wake(queueKey(organizationId, fiscalDeviceId));
      live.taskNext(organizationId, fiscalDeviceId);
      live.hqChanged(organizationId, ['tasks', 'registers']);
      return { task: made, isNew: true };
    }
    const known = await findTask(db, by, task.taskId);
    if (known === undefined || known.bodyHash !== bodyHash) {
      throw new AppError('fiscal.task_id_conflict', 'this id belongs to a task that says something else');
    }
    return { task: known, isNew: false };
  }

  /**
   * The register's next task, now its caller's; `undefined` when none came within `waitMs`. Without a register named it
   * is the one of the token: the contract's minimum names none.
   *
   * @throws AppError `fiscal.device_mismatch`
   */
  async function next(
    by: BearerPrincipal,
    named: string | undefined,
    { waitMs, keepsJournal, abort }: NextOptions,
  ): Promise<FiscalTaskRow | undefined> {
    const fiscalDeviceId = assertRegister(by, named ?? by.fiscalDeviceId);
    const claim = { fiscalDeviceId, holder: holderOf(by), tokenId: by.tokenId, leaseMs: LEASE_MS };
    const until = performance.now() + waitMs;
    while (!abort.aborted && !waiters.isClosed()) {
      // Begun before the look: a task that is made while we look must not wait for the next one.
      const ended = new AbortController();
      const left = Math.max(0, until - performance.now());
      const woken = waiters.wait(
        queueKey(by.organizationId, fiscalDeviceId),
        Math.min(left, LOOK_EVERY_MS),
        AbortSignal.any([abort, ended.signal]),
      );
      try {
        const lost = keepsJournal || by.kind === 'device' ? await findLost(by, fiscalDeviceId) : undefined;
        const task = lost ?? (await claimTask(db, by, { ...claim, now: now() }));
        if (task !== undefined) {
          live.hqChanged(by.organizationId, ['tasks', 'registers']);
          return withAddress(by, task);
        }
        if (left === 0) return undefined;
        await woken;
      } finally {
        ended.abort();
      }
    }
    return undefined;
  }

  /**
   * Whoever keeps a journal and asks again has not heard the last answer, or died before it could keep it: it is given
   * the same task. Its journal prints each task once, whatever it is given. Devices of ours keep one; a stranger's agent
   * is taken at its word.
   */
  const findLost = (by: BearerPrincipal, fiscalDeviceId: string): Promise<FiscalTaskRow | undefined> =>
    findUnheard(db, by, { fiscalDeviceId, holder: holderOf(by) });

  /** An agent in another network learns from the task where its register is, also when whoever made it did not say. */
  async function withAddress(by: BearerPrincipal, task: FiscalTaskRow): Promise<FiscalTaskRow> {
    if (task.body.kkt !== undefined) return task;
    const register = await findFiscalDevice(db, by, task.fiscalDeviceId);
    if (register === undefined) return task;
    return { ...task, body: { ...task.body, kkt: { ip: register.kktIp, port: register.kktPort } } };
  }

  return { create, next };
}

const holderOf = (by: BearerPrincipal): string => (by.kind === 'device' ? by.deviceId : by.agentId);

/** A token opens the queue of its own register. */
function assertRegister(by: BearerPrincipal, fiscalDeviceId: string | undefined): string {
  if (fiscalDeviceId === undefined || by.fiscalDeviceId !== fiscalDeviceId) {
    throw new AppError('fiscal.device_mismatch', 'this token is for another register');
  }
  return fiscalDeviceId;
}
