/** Where money is taken: at a till, at a kiosk, over the currency desk. */
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core } from '#main/core.ts';
import { createExchange } from '#main/domains/exchange/exchange.service.ts';
import { createCodeKey } from '#main/domains/kiosk/code-key.ts';
import { createCodes } from '#main/domains/kiosk/codes.service.ts';
import { createHeartbeat } from '#main/domains/kiosk/heartbeat.ts';
import { createKioskWire } from '#main/domains/kiosk/kiosk.http.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import { createVoids } from '#main/domains/orders/voids.service.ts';
import { createPayments, createPaymentWatch } from '#main/domains/payments/payments.service.ts';
import { createDevProvider } from '#main/domains/payments/provider.ts';
import { createYooKassa } from '#main/domains/payments/yookassa.provider.ts';
import type { Ground } from './ground.ts';
import type { createGuestWork } from './guest-work.ts';
import type { Program } from './program.ts';

/** As long as a guest waits for a code to be looked up. */
const PULL_FOR_CODE_MS = 4000;

export interface CounterDeps {
  readonly ground: Ground;
  readonly orders: OrderService;
  readonly guests: Pick<ReturnType<typeof createGuestWork>, 'visits' | 'photos' | 'isServed'>;
  /** Ends what the server is being asked. */
  readonly signal: AbortSignal;
}

export function createCounter(core: Core, config: DeviceConfig, program: Program, deps: CounterDeps) {
  const { ground, orders, guests, signal } = deps;
  const { devices, endpoint, sync, staff, operator, fiscal, shop, random } = ground;
  const { environment } = config;

  const wire = createKioskWire(async () => {
    const reached = await endpoint();
    const deviceId = devices.identity()?.deviceId;
    return reached === undefined || deviceId === undefined ? undefined : { ...reached, deviceId };
  }, signal);
  const codeKey = createCodeKey(core.secrets, wire, () => devices.identity()?.deviceId);
  const codes = createCodes(core, {
    sync,
    deviceId: () => devices.requireIdentity().deviceId,
    key: () => codeKey.get(),
    pull: () => ground.pullWithin(PULL_FOR_CODE_MS),
    lastPullAt: ground.lastPullAt,
  });
  const heartbeat = createHeartbeat(core, {
    wire,
    isEnrolled: () => devices.identity() !== undefined,
    version: program.version,
    queue: () => sync.status().unsent,
    onHeard: () => codeKey.refresh(),
    random,
  });
  const payments = createPayments(core, {
    sync,
    fiscal,
    orders,
    visits: guests.visits,
    operator,
    requireApproval: (need) => staff.requireApproval(need),
    discountLimitPercent: config.desk.discountLimitPercent,
    kioskOperator: () => ({ name: devices.requireIdentity().name }),
    isServed: guests.isServed,
    imageOf: (db, visitId) => guests.photos.imageOf(db, visitId),
    // The provider that confirms by itself is not even made in PROD.
    provider:
      environment === 'DEV' && config.payments.provider !== 'yookassa'
        ? createDevProvider(config.payments.dev)
        : createYooKassa({
            endpoint,
            describe: (orderId) => `${shop().name}, ${orders.find(core.db, orderId)?.number ?? ''}`.slice(0, 128),
            signal,
          }),
    codes,
    staff,
    isOnline: ground.isOnline,
    epoch: () => ground.syncState.find()?.epoch ?? null,
    environment,
  });
  const paymentWatch = createPaymentWatch(payments, { intervalMs: config.payments.pollMs, log: core.log });
  const voids = createVoids(core, {
    operator,
    requireApproval: (need) => staff.requireApproval(need),
    voidLimitMinor: config.desk.voidLimitMinor,
  });
  const exchange = createExchange(core, {
    serverUrl: () => devices.serverUrl(),
    deviceToken: () => devices.token(),
    target: () => ({ kind: 'desktop', deviceId: devices.identity()?.deviceId }),
    operatorId: () => staff.signedIn()?.id,
    pollMs: config.currency.pollSeconds * 1000,
    autoConfirm: { isOn: config.currency.autoConfirmSales, maxMinor: config.currency.autoConfirmMaxUsd * 100 },
    random,
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  });
  return { heartbeat, payments, paymentWatch, voids, exchange };
}
