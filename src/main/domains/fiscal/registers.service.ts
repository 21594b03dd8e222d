/**
 * Which registers this device drives, where each is, and whether the one that answers is the one it was. The device's own
 * register comes with its enrolment, further ones with an agent token each.
 *
 * An address is taken from, in this order: the device's configuration (policy), this device's screen, the server.
 */
import type { Core } from '#main/core.ts';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import type { RegisterStatus } from './fiscal.register.ts';
import {
  deleteRegister,
  findRegister,
  listRegisters,
  makeMain,
  type RegisterRow,
  saveRegister,
} from './registers.repo.ts';

export interface RegistersOptions {
  readonly core: Pick<Core, 'db' | 'now' | 'log' | 'changes' | 'secrets'>;
  /** The register of the device's enrolment. */
  readonly ownId: () => string | undefined;
  /** The address that the configuration gives the device's own register. */
  readonly policy: () => KktAddress | undefined;
}

export type RegisterIdentity = Pick<RegisterStatus, 'kktSerial' | 'fnNumber'>;

export interface Registers {
  /** Ids, the main one first. */
  ids(): string[];
  /** Where sales of this device go. */
  mainId(): string | undefined;
  list(): Promise<RegisterSettings[]>;
  get(id: string): Promise<RegisterSettings>;
  name(id: string): string | undefined;
  address(id: string): KktAddress | undefined;
  /** What the server's registry or a task says of an address. A difference from our own is logged once. */
  hearAddress(id: string, address: KktAddress, name?: string): void;
  /** True when the register that answers may be used: the first one ever, or the same. */
  recognise(id: string, seen: RegisterIdentity): boolean;
  expectedSerial(id: string): string | undefined;
  /** The server and the token of a register that has its own; absent for the device's. */
  agent(id: string): Promise<{ readonly serverUrl: string; readonly token: string } | undefined>;
  setAddress(id: string, address: KktAddress | null): void;
  setAgent(
    id: string,
    agent: { readonly serverUrl: string; readonly token: string; readonly name?: string },
  ): Promise<void>;
  setMain(id: string): void;
  /** Makes the register that answers now the right one. */
  accept(id: string, kktSerial: string): void;
  remove(id: string): Promise<void>;
  onChange(listener: () => void): void;
}

/** A member that is there only when its column has a value. */
const optional = <K extends string>(key: K, value: string | null | undefined): { [P in K]?: string } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

const tokenName = (id: string): string => `register.${id}.token`;

export function createRegisters({ core, ownId, policy }: RegistersOptions): Registers {
  const { db, now, log, changes, secrets } = core;
  const listeners: (() => void)[] = [];
  const told = new Set<string>();

  const changed = (id: string): void => {
    changes.emit({ collection: 'fiscal', ids: [id] });
    for (const listener of listeners) listener();
  };
  const save = (id: string, patch: Parameters<typeof saveRegister>[3]): void => {
    db.transaction((tx) => void saveRegister(tx, id, now(), patch), { behavior: 'immediate' });
  };

  const ids = (): string[] => {
    const rows = listRegisters(db);
    const own = ownId();
    const known = rows.map(({ id }) => id);
    const all = own === undefined || known.includes(own) ? known : [own, ...known];
    const main = rows.find(({ isMain }) => isMain)?.id ?? own ?? all[0];
    return all.toSorted((a, b) => Number(b === main) - Number(a === main));
  };
  const mainId = (): string | undefined => ids()[0];

  const where = (id: string, row: RegisterRow | undefined): Pick<RegisterSettings, 'address' | 'addressFrom'> => {
    const byPolicy = id === ownId() ? policy() : undefined;
    if (byPolicy !== undefined) return { address: byPolicy, addressFrom: 'policy' };
    if (row?.address) return { address: row.address, addressFrom: 'device' };
    if (row?.serverAddress) return { address: row.serverAddress, addressFrom: 'server' };
    return {};
  };
  const address = (id: string): KktAddress | undefined => where(id, findRegister(db, id)).address;

  const get = async (id: string): Promise<RegisterSettings> => {
    if (!ids().includes(id)) throw new AppError('app.not_found', `this device drives no register ${id}`);
    const row = findRegister(db, id);
    return {
      id,
      name: row?.name ?? id,
      isMain: id === mainId(),
      ...where(id, row),
      hasToken: (await secrets.get(tokenName(id))) !== undefined,
      ...optional('serverUrl', row?.serverUrl),
      ...optional('kktSerial', row?.kktSerial),
      ...optional('fnNumber', row?.fnNumber),
    };
  };

  return {
    ids,
    mainId,
    list: () => Promise.all(ids().map(get)),
    get,
    name: (id) => findRegister(db, id)?.name ?? undefined,
    address,
    hearAddress(id, said, name) {
      const row = findRegister(db, id);
      const isKnown = row?.serverAddress?.ip === said.ip && row.serverAddress.port === said.port;
      if (!isKnown || (name !== undefined && row?.name !== name)) {
        save(id, { serverAddress: said, ...(name === undefined ? {} : { name }) });
        changed(id);
      }
      const used = address(id);
      const mismatch = `${id} ${said.ip}:${said.port} ${used?.ip}:${used?.port}`;
      if (used === undefined || (used.ip === said.ip && used.port === said.port) || told.has(mismatch)) return;
      told.add(mismatch);
      log.warn('the server gives the register another address than this device has', {
        event: 'FISCAL_KKT_ADDRESS_MISMATCH',
        fiscalDeviceId: id,
        used: `${used.ip}:${used.port}`,
        told: `${said.ip}:${said.port}`,
      });
    },
    recognise(id, { kktSerial, fnNumber }) {
      const row = findRegister(db, id);
      const known = row?.kktSerial ?? undefined;
      if (known !== undefined && known !== kktSerial) return false;
      const memory = row?.fnNumber ?? undefined;
      if (known === kktSerial && memory === fnNumber) return true;
      if (memory !== undefined && memory !== fnNumber) {
        log.warn('the register has another fiscal memory than before', {
          event: 'FISCAL_FN_REPLACED',
          fiscalDeviceId: id,
          before: memory,
          after: fnNumber,
        });
      }
      save(id, { kktSerial, fnNumber });
      return true;
    },
    expectedSerial: (id) => findRegister(db, id)?.kktSerial ?? undefined,
    async agent(id) {
      const serverUrl = findRegister(db, id)?.serverUrl ?? undefined;
      const token = await secrets.get(tokenName(id));
      return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
    },
    setAddress(id, next) {
      if (id === ownId() && policy() !== undefined) {
        throw new AppError('fiscal.address_by_policy', "the address is set by the device's configuration");
      }
      save(id, { address: next });
      log.info('the address of a register was changed', { fiscalDeviceId: id, address: next });
      changed(id);
    },
    async setAgent(id, { serverUrl, token, name }) {
      await secrets.set(tokenName(id), token);
      save(id, { serverUrl, ...(name === undefined ? {} : { name }) });
      log.info('a register has got an agent token of its own', { fiscalDeviceId: id, serverUrl });
      changed(id);
    },
    setMain(id) {
      db.transaction(
        (tx) => {
          saveRegister(tx, id, now(), {});
          makeMain(tx, id);
        },
        { behavior: 'immediate' },
      );
      changed(id);
    },
    accept(id, kktSerial) {
      save(id, { kktSerial, fnNumber: null });
      log.warn('a person accepted another register', {
        event: 'FISCAL_REGISTER_ACCEPTED',
        fiscalDeviceId: id,
        kktSerial,
      });
      changed(id);
    },
    async remove(id) {
      db.transaction((tx) => deleteRegister(tx, id), { behavior: 'immediate' });
      await secrets.remove(tokenName(id));
      log.info('a register was removed from this device', { fiscalDeviceId: id });
      changed(id);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
