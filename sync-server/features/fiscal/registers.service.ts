/** The registers of an organisation: which there are, where they stand, and who drives them. None is ever deleted. */
import type { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import type {
  ChangeRegisterRequest,
  CreateRegisterRequest,
  HqRegister,
  HqRegisterState,
  HqRegisters,
  MyRegister,
} from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type BearerPrincipal, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import { revokeAgentTokens } from '../../auth/tokens.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { findShop } from '../devices/devices.repo.ts';
import { isOnline } from '../hq/hq.rules.ts';
import { type FiscalDeviceRow, findFiscalDevice, insertFiscalDevice } from './fiscal.repo.ts';
import {
  countQueues,
  hasOpenTasks,
  isAddressTaken,
  listRegisters,
  lockRegister,
  lockRegisters,
  type QueueCounts,
  type RegisterRow,
  saveState,
  updateRegister,
} from './registers.repo.ts';

export interface RegistersPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Live;
}

export type RegistersService = ReturnType<typeof createRegistersService>;

export function createRegistersService({ db, now, live }: RegistersPorts) {
  async function list(tenant: Tenant): Promise<HqRegisters> {
    const at = now();
    const [rows, queues] = await Promise.all([listRegisters(db, tenant, { now: at }), countQueues(db, tenant, at)]);
    return { registers: rows.map((row) => toReply(row, queues.get(row.register.id), at)), serverNow: at };
  }

  async function get(tenant: Tenant, id: string): Promise<HqRegister> {
    const at = now();
    const [[row], queues] = await Promise.all([
      listRegisters(db, tenant, { now: at, id }),
      countQueues(db, tenant, at),
    ]);
    if (row === undefined) throw new AppError('fiscal.device_not_found', `there is no register ${id}`);
    return toReply(row, queues.get(id), at);
  }

  /** @throws AppError `fiscal.device_exists`, `fiscal.address_taken`; `app.bad_input` for a shop of somebody else. */
  async function create(by: UserPrincipal, wanted: CreateRegisterRequest): Promise<HqRegister> {
    await db.transaction(async (tx) => {
      await lockRegisters(tx, by);
      if ((await findFiscalDevice(tx, by, wanted.id)) !== undefined) {
        throw new AppError('fiscal.device_exists', `there is a register ${wanted.id} already`, {
          details: { issues: [{ path: 'id', message: 'must not be taken' }] },
        });
      }
      await assertPlace(tx, by, wanted);
      await insertFiscalDevice(tx, { ...wanted, organizationId: by.organizationId, createdAt: now() });
      await note(tx, by, 'REGISTER_CREATED', wanted.id, { name: wanted.name });
    });
    live.hqChanged(by.organizationId, ['registers']);
    return get(by, wanted.id);
  }

  /** @throws AppError as `create`; `fiscal.device_not_found`, `fiscal.device_archived`. */
  async function change(by: UserPrincipal, id: string, wanted: ChangeRegisterRequest): Promise<HqRegister> {
    const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    await db.transaction(async (tx) => {
      await lockRegisters(tx, by);
      const known = await lockInService(tx, by, id);
      await assertPlace(tx, by, { ...known, ...set });
      if (Object.keys(set).length === 0) return;
      await updateRegister(tx, by, id, set);
      await note(tx, by, 'REGISTER_CHANGED', id, { fields: Object.keys(set) });
    });
    live.hqChanged(by.organizationId, ['registers']);
    return get(by, id);
  }

  /**
   * Takes a register out of service; its tokens end at once. Twice is the same as once.
   *
   * @throws AppError `fiscal.device_not_found`; `fiscal.device_in_use` while a task of it is open.
   */
  async function archive(by: UserPrincipal, id: string): Promise<void> {
    const ended = await db.transaction(async (tx) => {
      const known = await lockRegister(tx, by, id);
      if (known === undefined) throw new AppError('fiscal.device_not_found', `there is no register ${id}`);
      if (known.archivedAt !== null) return [];
      if (await hasOpenTasks(tx, by, id)) {
        throw new AppError('fiscal.device_in_use', 'the register has tasks that are not finished');
      }
      await updateRegister(tx, by, id, { archivedAt: now() });
      await note(tx, by, 'REGISTER_ARCHIVED', id, {});
      return revokeAgentTokens(tx, by, id, now());
    });
    for (const tokenId of ended) live.dropToken(tokenId);
    live.hqChanged(by.organizationId, ['registers']);
  }

  async function ownOf(by: BearerPrincipal): Promise<FiscalDeviceRow> {
    const { fiscalDeviceId } = by;
    const register = fiscalDeviceId === undefined ? undefined : await findFiscalDevice(db, by, fiscalDeviceId);
    if (register === undefined) throw new AppError('fiscal.device_not_found', 'this token is bound to no register');
    if (register.archivedAt !== null) throw outOfService(register.id);
    return register;
  }

  /** What the register of a token says of itself. @throws AppError as `mine`. */
  async function describe(by: BearerPrincipal, report: RegisterReport): Promise<void> {
    const { id: fiscalDeviceId } = await ownOf(by);
    const { kktSerial, fnNumber, fnValidUntil = null, unsentDocuments, unsentSince = null, shift, ageMs } = report;
    const isNews = await saveState(db, {
      organizationId: by.organizationId,
      fiscalDeviceId,
      at: now() - ageMs,
      kktSerial,
      fnNumber,
      fnValidUntil,
      unsentDocuments,
      unsentSince,
      shiftState: shift.state,
      shiftNumber: shift.number,
      shiftEndsAt: shift.leftMs === undefined ? null : now() + shift.leftMs,
    });
    if (isNews) live.hqChanged(by.organizationId, ['registers']);
  }

  /** The register of a token. @throws AppError `fiscal.device_not_found`, `fiscal.device_archived`. */
  async function mine(by: BearerPrincipal): Promise<MyRegister> {
    const register = await ownOf(by);
    const { id, name, kktIp: ip, kktPort: port, operatorName, operatorVatin: vatin, taxationSystem } = register;
    const operator = { name: operatorName, ...(vatin === null ? {} : { vatin }) };
    return { fiscalDeviceId: id, name, kkt: { ip, port }, operator, taxationSystem };
  }

  async function assertPlace(
    tx: Tx,
    by: Tenant,
    place: Pick<FiscalDeviceRow, 'id' | 'kktIp' | 'kktPort' | 'shopId'>,
  ): Promise<void> {
    if (place.shopId !== null && (await findShop(tx, by, place.shopId)) === undefined) {
      throw new AppError('app.bad_input', 'there is no such shop', {
        details: { issues: [{ path: 'shopId', message: 'must be a shop of the organisation' }] },
      });
    }
    if (await isAddressTaken(tx, by, place)) {
      throw new AppError('fiscal.address_taken', 'another register is at this address', {
        details: { issues: [{ path: 'kktIp', message: 'must not be the address of another register' }] },
      });
    }
  }

  const note = (tx: Tx, by: UserPrincipal, event: string, id: string, details: Readonly<Record<string, unknown>>) =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'register', id }, details });

  return { list, create, change, archive, mine, describe };
}

const outOfService = (id: string) => new AppError('fiscal.device_archived', `the register ${id} is out of service`);

/** @throws AppError `fiscal.device_not_found`, `fiscal.device_archived`. */
export async function lockInService(tx: Tx, tenant: Tenant, id: string): Promise<FiscalDeviceRow> {
  const register = await lockRegister(tx, tenant, id);
  if (register === undefined) throw new AppError('fiscal.device_not_found', `there is no register ${id}`);
  if (register.archivedAt !== null) throw outOfService(id);
  return register;
}

const NOTHING: QueueCounts = { waiting: 0, inProgress: 0, stale: 0, uncertain: 0 };

function toReply(row: RegisterRow, queue: QueueCounts = NOTHING, now: number): HqRegister {
  const { organizationId: _, shopId, operatorVatin, archivedAt, ...register } = row.register;
  const seen = Math.max(Number(row.deviceSeenAt ?? 0), Number(row.agentUsedAt ?? 0));
  return {
    ...register,
    ...(shopId === null ? {} : { shopId }),
    ...(operatorVatin === null ? {} : { operatorVatin }),
    ...(archivedAt === null ? {} : { archivedAt }),
    ...(row.shopName === null ? {} : { shopName: row.shopName }),
    ...(row.deviceName === null ? {} : { deviceName: row.deviceName }),
    ...(seen === 0 ? {} : { lastSeenAt: seen }),
    online: archivedAt === null && isOnline(seen === 0 ? null : seen, now),
    tokens: Number(row.tokens ?? 0),
    queue,
    ...(row.state === null ? {} : { state: toState(row.state) }),
  };
}

function toState({
  organizationId: _own,
  fiscalDeviceId: _of,
  ...said
}: NonNullable<RegisterRow['state']>): HqRegisterState {
  const { fnValidUntil, unsentSince, shiftEndsAt, ...state } = said;
  return {
    ...state,
    ...(fnValidUntil === null ? {} : { fnValidUntil }),
    ...(unsentSince === null ? {} : { unsentSince }),
    ...(shiftEndsAt === null ? {} : { shiftEndsAt }),
  };
}
