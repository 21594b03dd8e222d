/**
 * Who this device is: its identity, its shop, its server.
 *
 * Composition: `createDevices(core, options)` before the domains; they take `identity`, `shop` and `fiscalDeviceId`.
 */
import type { AxiosInstance } from 'axios';
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { EnrolRequest, Shop } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { DeviceInfo, SyncStatus } from '#shared/rpc/device.contract.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { requestEnrolment } from './devices.enrol.ts';
import { DeviceIdentity } from './devices.identity.ts';
import { findIdentity, findLanguage, findShop, saveIdentity, saveLanguage } from './devices.repo.ts';

export const TOKEN_SECRET = 'device.token';

export interface DevicesOptions {
  readonly version: string;
  readonly platform: string;
  readonly environment: 'DEV' | 'PROD';
  /** The server that the settings name; wins over the one of the identity. */
  readonly serverUrl: string | undefined;
  readonly supportContact: string | undefined;
  readonly http: AxiosInstance;
}

export interface EnrolmentListener {
  /** In the transaction that stores the identity: whoever keeps what belongs to a writer begins anew here. */
  readonly inTransaction?: (tx: WriteTx, identity: DeviceIdentity, previous: DeviceIdentity | undefined) => void;
  /** After it: connect, pull. */
  readonly after?: () => void;
}

export interface DevicesService {
  identity(): DeviceIdentity | undefined;
  /** Throws `device.not_enrolled`. */
  requireIdentity(): DeviceIdentity;
  /** The shop's row, once the first pull has brought it. */
  shop(): Shop | undefined;
  serverUrl(): string | undefined;
  token(): Promise<string | undefined>;
  info(mode: Mode): DeviceInfo;
  /** Throws the faults of `device.enrol`. The code is spent by a success. */
  enrol(mode: Mode, request: { readonly serverUrl: string; readonly code: string }): Promise<DeviceInfo>;
  /** Headquarters has put this device into another shop. In the caller's transaction. */
  moveTo(shopId: string): void;
  /** Headquarters has chosen it for the guests here. In the caller's transaction. */
  chooseLanguage(tx: WriteTx, language: Language): void;
  /** The identity that a damaged database held, when this one has none. In the caller's transaction. */
  adoptIdentity(text: string): void;
  onEnrolled(listener: EnrolmentListener): void;
  /** Says where `info` reads the state of sync; until then the device is told to be offline or not enrolled. */
  reportSync(status: () => SyncStatus): void;
  reportFault(fault: { readonly message: string; readonly where: string; readonly stack?: string | undefined }): void;
}

export function createDevices(core: Core, options: DevicesOptions): DevicesService {
  const { db, now, changes, secrets } = core;
  const log = core.log.child({ domain: 'devices' });
  const startedAt = now();
  const listeners: EnrolmentListener[] = [];
  let syncStatus: (() => SyncStatus) | undefined;
  let faultLoggedAt = Number.NEGATIVE_INFINITY;
  let enrolling: Promise<unknown> | undefined;

  const identity = () => findIdentity(db);
  const shop = (): Shop | undefined => {
    const known = identity();
    return known === undefined ? undefined : findShop(db, known.shopId);
  };
  const ownLanguage = () => shop()?.defaultLanguage ?? '';
  const serverUrl = () => options.serverUrl ?? identity()?.serverUrl;

  const info = (mode: Mode): DeviceInfo => {
    const known = identity();
    const knownShop = shop();
    const url = serverUrl();
    const language = findLanguage(db, ownLanguage());
    return {
      mode,
      version: options.version,
      environment: options.environment,
      ...(known === undefined ? {} : { device: describe(known) }),
      ...(knownShop === undefined ? {} : { shop: knownShop }),
      ...(language === undefined ? {} : { language }),
      ...(url === undefined ? {} : { serverUrl: url }),
      ...(options.supportContact === undefined ? {} : { supportContact: options.supportContact }),
      sync: syncStatus?.() ?? {
        state: known === undefined ? 'not_enrolled' : 'offline',
        since: startedAt,
        unsent: 0,
        refused: 0,
      },
      now: now(),
    };
  };

  const enrolOnce = async (
    mode: Mode,
    wanted: { readonly serverUrl: string; readonly code: string },
  ): Promise<void> => {
    if (options.serverUrl !== undefined && !sameServer(options.serverUrl, wanted.serverUrl)) {
      throw new AppError('app.bad_input', 'the settings name another server', {
        details: { issues: [{ path: 'serverUrl', message: `must be ${options.serverUrl}, as the settings say` }] },
      });
    }
    const request: EnrolRequest = {
      code: wanted.code,
      mode,
      appVersion: options.version,
      platform: options.platform,
    };
    const { token, ...reply } = await requestEnrolment(options.http, wanted.serverUrl, request);
    const next: DeviceIdentity = { ...reply, serverUrl: wanted.serverUrl, enrolledAt: now() };
    // The token first: a crash between the two leaves a device that asks for a new code, not one that believes it is in.
    await secrets.set(TOKEN_SECRET, token);
    db.transaction(
      (tx) => {
        const previous = findIdentity(tx);
        saveIdentity(tx, next);
        for (const listener of listeners) listener.inTransaction?.(tx, next, previous);
      },
      { behavior: 'immediate' },
    );
    log.info('device enrolled', { deviceId: next.deviceId, shopId: next.shopId, incarnation: next.incarnation });
    changes.emit({ collection: 'device', ids: [next.deviceId] });
    for (const listener of listeners) listener.after?.();
  };

  return {
    identity,
    requireIdentity: () => {
      const known = identity();
      if (known === undefined) throw new AppError('device.not_enrolled', 'this device has not been enrolled');
      return known;
    },
    shop,
    serverUrl,
    token: () => secrets.get(TOKEN_SECRET),
    info,
    enrol: async (mode, wanted) => {
      // A second press of the button must not spend the code's second half: one attempt at a time.
      if (enrolling !== undefined) throw new AppError('app.unavailable', 'the device is being enrolled');
      enrolling = enrolOnce(mode, wanted);
      try {
        await enrolling;
      } finally {
        enrolling = undefined;
      }
      return info(mode);
    },
    moveTo: (shopId) => {
      const known = identity();
      if (known === undefined) return;
      log.info('the device stands in another shop', { from: known.shopId, to: shopId });
      db.transaction((tx) => saveIdentity(tx, { ...known, shopId }));
    },
    chooseLanguage: (tx, language) => {
      saveLanguage(tx, language, ownLanguage());
      // After the transaction that is under way.
      setImmediate(() => changes.emit({ collection: 'device', ids: [] }));
    },
    adoptIdentity: (text) => {
      const found = DeviceIdentity.safeParse(parseJson(text)).data;
      if (found === undefined || identity() !== undefined) return;
      db.transaction((tx) => saveIdentity(tx, found));
      log.warn('the identity of this device was taken from a damaged database', { deviceId: found.deviceId });
    },
    onEnrolled: (listener) => {
      listeners.push(listener);
    },
    reportSync: (status) => {
      syncStatus = status;
    },
    reportFault: (fault) => {
      if (now() - faultLoggedAt < 1000) return;
      faultLoggedAt = now();
      log.error('fault of a screen', { where: fault.where, fault: fault.message, stack: fault.stack });
    },
  };
}

const describe = ({ deviceId, name, fiscalDeviceId }: DeviceIdentity): NonNullable<DeviceInfo['device']> => ({
  id: deviceId,
  name,
  ...(fiscalDeviceId === undefined ? {} : { fiscalDeviceId }),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sameServer = (one: string, other: string): boolean =>
  new URL(one).href.replace(/\/+$/, '') === new URL(other).href.replace(/\/+$/, '');
