/**
 * The demonstration organisation of `npm start`: shops, people, goods, registers and three devices in waiting. Run again
 * it leaves what is there; secrets, of which the server keeps only hashes, are made anew where the caller lost them.
 */
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { hashPassword } from './auth/passwords.ts';
import { createPinVerifier } from './auth/pin-verifier.ts';
import type { Tenant } from './auth/principals.ts';
import { formatEnrolmentCode, newEnrolmentCode, newSecret, sha256 } from './auth/secrets.ts';
import { insertToken, revokeAgentTokens } from './auth/tokens.repo.ts';
import { findUserByEmail, getOrganization, insertOrganization, insertUser, setPassword } from './auth/users.repo.ts';
import type { Db, Tx } from './db/db.ts';
import { type DemoShop, demoClients, demoTariffs } from './demo.clients.ts';
import {
  DEMO_CATALOGUE,
  DEMO_DEVICES,
  DEMO_MANAGER,
  DEMO_ORGANIZATION,
  DEMO_REGISTERS,
  DEMO_SHOPS,
  DEMO_STAFF,
  DEMO_USERS,
  DEMO_WALLET,
} from './demo.data.ts';
import { type DemoPhotos, seedDemoPhotos } from './demo.photos.ts';
import { insertDevice, insertShop, listDevices, listShops, replaceCode } from './features/devices/devices.repo.ts';
import { giveToWallet } from './features/exchange/wallets.service.ts';
import { findFiscalDevice, insertFiscalDevice } from './features/fiscal/fiscal.repo.ts';
import { writeRows } from './sync/rows.writer.ts';

export interface DemoPorts {
  readonly db: Db;
  /** Unix ms. */
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  /** `AGENT_ENV` of the server. */
  readonly env: 'DEV' | 'PROD';
  /** Orders of photos for the partner to print; without it there are none. */
  readonly photos?: DemoPhotos;
  /** `PASSPORT_KEY` of the server, for tariffs and files of clients; without it there are none. */
  readonly passportKey?: string;
  /** How long the enrolment codes live; generous, since a person may look at the demonstration first. */
  readonly codeLifeMs?: number;
}

/** What the caller keeps in a file of its own; the server cannot tell any of it again. */
export interface DemoSecrets {
  readonly organizationId: string;
  /** One for everybody: a demonstration. */
  readonly password: string;
  readonly users: readonly { readonly role: string; readonly email: string; readonly name: string }[];
  readonly staff: readonly { readonly name: string; readonly role: string; readonly pin: string }[];
  readonly shops: readonly { readonly id: string; readonly name: string }[];
  readonly registers: readonly {
    readonly fiscalDeviceId: string;
    readonly kktIp: string;
    readonly kktPort: number;
    /** The agent's token. */
    readonly token: string;
  }[];
  /** Codes only for those that still have to enrol; with nothing `known`, also for those that lost their data. */
  readonly devices: readonly {
    readonly deviceId: string;
    readonly mode: Mode;
    readonly name: string;
    readonly fiscalDeviceId?: string;
    readonly code?: string;
    readonly expiresAt?: number;
  }[];
}

const DAY_MS = 86_400_000;

/**
 * @param known what an earlier run answered and the caller still has. Absent: every secret is made anew, and those of
 * before end (tokens, codes, the password).
 * @throws AppError `config.invalid` on a real server: the demonstration's PINs and addresses are published.
 */
export async function seedDemo(ports: DemoPorts, known?: DemoSecrets): Promise<DemoSecrets> {
  const { db, now, random } = ports;
  if (ports.env === 'PROD') {
    throw new AppError(
      'config.invalid',
      'AGENT_ENV = "PROD": the demonstration is for DEV alone, its PINs are published',
    );
  }
  const password = known?.password ?? newSecret(random).slice(0, 12);
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    const { tenant, isNew } = await ensureOrganization(tx, ports, { passwordHash, isNewPassword: known === undefined });
    const shops = await listShops(tx, tenant);
    const shopOf = (name: string): string => {
      const shop = shops.find((one) => one.name === name);
      if (shop === undefined) throw new Error(`the demonstration has no shop ${name}`);
      return shop.id;
    };
    if (isNew) {
      const managerId = (await findUserByEmail(tx, DEMO_MANAGER.email))?.id ?? ports.newId();
      const main = { ...tenant, shopId: shopOf(DEMO_SHOPS[0].name), managerId };
      const rows = await replicatedRows(tx, ports, tenant, shops, main);
      await writeRows(tx, tenant.organizationId, [...rows, ...clientRows(ports, main)], now());
    }
    const registers = await ensureRegisters(tx, ports, tenant, shopOf, known);
    const devices = await ensureDevices(tx, ports, tenant, shopOf, known);
    const kiosk = devices.find(({ mode }) => mode === 'kiosk');
    if (isNew && ports.photos !== undefined && kiosk?.fiscalDeviceId !== undefined) {
      const { deviceId, fiscalDeviceId } = kiosk;
      const at = {
        organizationId: tenant.organizationId,
        shopId: shopOf(DEMO_SHOPS[0].name),
        deviceId,
        fiscalDeviceId,
      };
      await seedDemoPhotos(tx, ports, at, ports.photos);
    }
    return {
      organizationId: tenant.organizationId,
      password,
      users: DEMO_USERS.map(({ roles: [role], email, name }) => ({ role, email, name })),
      staff: DEMO_STAFF.map(({ name, role, pin }) => ({ name, role, pin })),
      shops: shops.map(({ id, name }) => ({ id, name })),
      registers,
      devices,
    };
  });
}

function clientRows({ now, newId, passportKey }: DemoPorts, main: DemoShop): readonly RowPut[] {
  if (passportKey === undefined) return [];
  const tariffs = demoTariffs(main.organizationId, newId);
  return [...tariffs, ...demoClients(main, tariffs[0]?.id, { now: now(), newId, passportKey })];
}

async function fillWallet(tx: Tx, ports: Pick<DemoPorts, 'now' | 'newId'>): Promise<void> {
  const { email, cashMinor, assets } = DEMO_WALLET;
  const user = await findUserByEmail(tx, email);
  if (user === undefined) throw new Error(`the demonstration has nobody with the address ${email}`);
  const owner = { organizationId: user.organizationId, userId: user.id };
  await giveToWallet(tx, ports, owner, { cashMinor });
  for (const asset of assets) await giveToWallet(tx, ports, owner, { asset });
}

async function ensureOrganization(
  tx: Tx,
  { now, newId }: DemoPorts,
  secret: { readonly passwordHash: string; readonly isNewPassword: boolean },
): Promise<{ readonly tenant: Tenant; readonly isNew: boolean }> {
  const admin = await findUserByEmail(tx, DEMO_USERS[0].email);
  if (admin !== undefined) {
    if (secret.isNewPassword) {
      for (const { email } of DEMO_USERS) {
        const user = await findUserByEmail(tx, email);
        if (user !== undefined) await setPassword(tx, admin, user.id, secret.passwordHash);
      }
    }
    return { tenant: { organizationId: admin.organizationId }, isNew: false };
  }
  const organizationId = newId();
  const createdAt = now();
  await insertOrganization(tx, { ...DEMO_ORGANIZATION, id: organizationId, createdAt });
  let partnerUserId: string | null = null;
  for (const { email, name, roles } of DEMO_USERS) {
    const id = newId();
    if (roles[0] === 'partner') partnerUserId = id;
    const { passwordHash } = secret;
    await insertUser(tx, { id, organizationId, email, name, roles: [...roles], passwordHash, createdAt });
  }
  await fillWallet(tx, { now, newId });
  for (const shop of DEMO_SHOPS)
    await insertShop(tx, { ...shop, id: newId(), organizationId, partnerUserId, createdAt });
  return { tenant: { organizationId }, isNew: true };
}

/** What the devices of each shop will pull: the shop itself, its people and its goods. */
async function replicatedRows(
  tx: Tx,
  { newId, random }: DemoPorts,
  tenant: Tenant,
  shops: readonly { readonly id: string; readonly name: string; readonly address: string }[],
  main: DemoShop,
): Promise<readonly RowPut[]> {
  const organization = await getOrganization(tx, tenant);
  const staff = await Promise.all(
    DEMO_STAFF.map(async ({ pin, ...member }) => ({ ...member, pinVerifier: await createPinVerifier(pin, random) })),
  );
  return shops.flatMap(({ id, name, address }): RowPut[] => {
    const scope = shopScope(id);
    const shop: RowPut = {
      type: 'shop',
      id,
      scope,
      fields: {
        id,
        name,
        address,
        organizationId: organization.id,
        organizationName: organization.name,
        organizationInn: organization.inn,
        timeZone: organization.timeZone,
        currency: organization.currency,
        taxationSystem: organization.taxationSystem,
        defaultLanguage: 'ru',
      },
    };
    const people = staff.map((member): RowPut => {
      // Who signs in by PIN here and by password in a browser is one person: what he took there is his here.
      const isManager = id === main.shopId && member.name === DEMO_MANAGER.memberName;
      const staffId = isManager ? main.managerId : newId();
      return { type: 'staff', id: staffId, scope, fields: { ...member, id: staffId, active: true } };
    });
    const goods = DEMO_CATALOGUE.map((item): RowPut => {
      const itemId = newId();
      return { type: 'catalogue_item', id: itemId, scope, fields: { ...item, id: itemId, active: true } };
    });
    return [shop, ...people, ...goods];
  });
}

async function ensureRegisters(
  tx: Tx,
  { now, newId, random }: DemoPorts,
  tenant: Tenant,
  shopOf: (name: string) => string,
  known: DemoSecrets | undefined,
): Promise<DemoSecrets['registers']> {
  const result: DemoSecrets['registers'][number][] = [];
  for (const { shop, ...register } of DEMO_REGISTERS) {
    const { id: fiscalDeviceId, kktIp, kktPort } = register;
    if ((await findFiscalDevice(tx, tenant, fiscalDeviceId)) === undefined) {
      const { organizationId } = tenant;
      const { taxationSystem } = DEMO_ORGANIZATION;
      await insertFiscalDevice(tx, {
        ...register,
        organizationId,
        shopId: shopOf(shop),
        taxationSystem,
        createdAt: now(),
      });
    }
    let token = known?.registers.find((one) => one.fiscalDeviceId === fiscalDeviceId)?.token;
    if (token === undefined) {
      token = newSecret(random);
      await revokeAgentTokens(tx, tenant, fiscalDeviceId, now());
      await insertToken(tx, {
        id: newId(),
        tokenHash: sha256(token),
        kind: 'agent',
        organizationId: tenant.organizationId,
        fiscalDeviceId,
        issuedAt: now(),
      });
    }
    result.push({ fiscalDeviceId, kktIp, kktPort, token });
  }
  return result;
}

async function ensureDevices(
  tx: Tx,
  { now, newId, random, codeLifeMs = DAY_MS }: DemoPorts,
  tenant: Tenant,
  shopOf: (name: string) => string,
  known: DemoSecrets | undefined,
): Promise<DemoSecrets['devices']> {
  const existing = await listDevices(tx, tenant);
  const result: DemoSecrets['devices'][number][] = [];
  for (const { shop, name, mode, fiscalDeviceId } of DEMO_DEVICES) {
    const device = existing.find((one) => one.name === name);
    const id = device?.id ?? newId();
    if (device === undefined) {
      const { organizationId } = tenant;
      await insertDevice(tx, {
        id,
        organizationId,
        shopId: shopOf(shop),
        name,
        mode,
        fiscalDeviceId,
        createdAt: now(),
      });
    }
    const shared = { deviceId: id, mode, name, ...(fiscalDeviceId === undefined ? {} : { fiscalDeviceId }) };
    const { code: kept, expiresAt: keptUntil = 0 } = known?.devices.find((one) => one.deviceId === id) ?? {};
    if (device !== undefined && device.status !== 'pending' && (known !== undefined || device.status === 'revoked')) {
      result.push(shared);
    } else if (kept !== undefined && keptUntil > now()) {
      result.push({ ...shared, code: kept, expiresAt: keptUntil });
    } else {
      const code = newEnrolmentCode(random);
      const expiresAt = now() + codeLifeMs;
      await replaceCode(tx, tenant, { codeHash: sha256(code), deviceId: id, createdAt: now(), expiresAt });
      result.push({ ...shared, code: formatEnrolmentCode(code), expiresAt });
    }
  }
  return result;
}
