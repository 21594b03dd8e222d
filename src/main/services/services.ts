/** The domains of a device, each given what it needs of the others; and the order in which their work begins and ends. */
import type { FastifyInstance } from 'fastify';
import { agentApi } from '#main/agent-api/agent-api.ts';
import { createSeedReports } from '#main/agent-api/seed-reports.ts';
import type { Pictures } from '#main/blobs/blob-door.ts';
import { blobsProcedures } from '#main/blobs/blobs.procedures.ts';
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core, Loop } from '#main/core.ts';
import { attendantProcedures } from '#main/domains/attendant/attendant.procedures.ts';
import { createAttendant } from '#main/domains/attendant/attendant.service.ts';
import { catalogueProcedures } from '#main/domains/catalogue/catalogue.procedures.ts';
import { createCatalogue } from '#main/domains/catalogue/catalogue.service.ts';
import { clientsProcedures } from '#main/domains/clients/clients.procedures.ts';
import { contractsProcedures } from '#main/domains/contracts/contracts.procedures.ts';
import { devicesProcedures } from '#main/domains/devices/devices.procedures.ts';
import type { DevicesService } from '#main/domains/devices/devices.service.ts';
import { diagnosticsProcedures, thicknessProcedures } from '#main/domains/diagnostics/diagnostics.procedures.ts';
import { exchangeProcedures } from '#main/domains/exchange/exchange.procedures.ts';
import { kioskProcedures } from '#main/domains/kiosk/kiosk.procedures.ts';
import { ordersProcedures } from '#main/domains/orders/orders.procedures.ts';
import { createOrders } from '#main/domains/orders/orders.service.ts';
import { createAskKiosks } from '#main/domains/partner/partner.http.ts';
import { partnerProcedures } from '#main/domains/partner/partner.procedures.ts';
import { createPartner } from '#main/domains/partner/partner.service.ts';
import { paymentsProcedures } from '#main/domains/payments/payments.procedures.ts';
import { photosProcedures } from '#main/domains/photos/photos.procedures.ts';
import { reportsProcedures } from '#main/domains/reports/reports.procedures.ts';
import { staffProcedures } from '#main/domains/staff/staff.procedures.ts';
import { visitsProcedures } from '#main/domains/visits/visits.procedures.ts';
import { createVisitExpiry } from '#main/domains/visits/visits.service.ts';
import { upkeepProcedures } from '#main/retention/retention.procedures.ts';
import type { Procedures } from '#main/rpc/router.ts';
import { syncProcedures } from '#main/sync/sync.procedures.ts';
import { createClientFiles } from './client-files.ts';
import { createCounter } from './counter.ts';
import { createGround } from './ground.ts';
import { createGuestWork } from './guest-work.ts';
import type { Program } from './program.ts';
import { createUpkeep } from './upkeep.ts';

export interface Services {
  readonly devices: DevicesService;
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly procedures: Procedures;
  readonly signedIn: () => boolean;
  readonly isBusy: () => boolean;
  readonly agentApi: (app: FastifyInstance, token: string, newRef: () => string) => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function createServices(core: Core, config: DeviceConfig, program: Program): Promise<Services> {
  const { log, now } = core;
  const { mode } = config;
  const hangUp = new AbortController();

  const ground = await createGround(core, config, program, {
    onPayment: () => {
      payments.lookSoon();
      paymentWatch.wake();
    },
    onCommand: () => commands.hear(),
    onExchange: () => exchange.hear(),
    onPurged: () => {
      catalogue.shelveAnew();
      clients.listAnew();
    },
    isErasing: () => commands.isErasing(),
  });
  const { devices, blobs, sync, staff, fiscal, agents, shop } = ground;
  const catalogue = createCatalogue({ ...core, now: sync.serverTime });
  const orders = createOrders(core, { sync, catalogue, shop });
  const { keyring, clients, contracts } = createClientFiles(core, config, program, ground, hangUp.signal);
  const guests = createGuestWork(core, config, program, { ground, orders, isErasing: () => commands.isErasing() });
  const { visits, diagnostics, thickness, reports, photos } = guests;
  const counter = createCounter(core, config, program, { ground, orders, guests, signal: hangUp.signal });
  const { payments, paymentWatch, exchange } = counter;
  const upkeep = createUpkeep(core, config, program, { ground, catalogue, visits, reports });
  const { commands } = upkeep;
  const attendant = createAttendant(core, {
    staff,
    visits,
    isPaid: guests.isPaid,
    switches: guests.switches,
    program: { version: program.version, platform: program.platform },
    instruments: guests.instruments.atHand,
    leave: program.leave,
  });
  const partner = createPartner(core, {
    timeZone: ground.timeZone,
    asOf: ground.lastPullAt,
    ask: createAskKiosks(ground.endpoint, hangUp.signal),
  });

  if (mode === 'manager') {
    upkeep.eraseWhenRevoked(() => {
      void keyring.forget();
      const unsent = ground.outbox.countPending();
      log.warn('this laptop was revoked: the files of clients leave it', { event: 'REVOKED_WIPE', unsent });
    });
  }
  devices.onEnrolled({
    after: () => {
      sync.reconnect();
      agents.wake();
      keyring.loop.wake();
    },
  });

  /** Run once before anything else starts: money that came while the device was off is seen before a visit may be taken for abandoned. */
  const moneyFirst = mode === 'kiosk' ? [paymentWatch, createVisitExpiry(visits, log)] : [];
  /** What this mode does over and over, but for what its ground does by itself. */
  const loops: readonly Loop[] = [
    catalogue.shelving,
    catalogue.repricing,
    commands.loop,
    upkeep.backup,
    ...moneyFirst,
    ...(mode === 'cashier' ? Object.values(exchange.loops) : []),
    ...(mode === 'manager' ? [keyring.loop, clients.listing] : []),
    ...(mode === 'kiosk'
      ? [counter.heartbeat, guests.troubles.loop, upkeep.retention.loop, ...reports.loops, ...photos.loops]
      : []),
  ];
  return {
    devices,
    blobs,
    pictures: { take: (...given) => photos.take(...given), ...clients.pictures },
    procedures: {
      device: devicesProcedures(devices, core.changes, program.events),
      staff: staffProcedures(staff, config.desk),
      catalogue: catalogueProcedures(catalogue),
      visits: visitsProcedures(visits, guests.resume),
      orders: ordersProcedures(orders, counter.voids),
      payments: paymentsProcedures(payments),
      ...ground.fiscalProcedures,
      clients: clientsProcedures(clients),
      contracts: contractsProcedures(contracts),
      sync: syncProcedures(ground.backlog),
      blobs: blobsProcedures(blobs),
      diagnostics: diagnosticsProcedures(diagnostics),
      thickness: thicknessProcedures(thickness),
      reports: reportsProcedures(reports),
      photos: photosProcedures(photos),
      partner: partnerProcedures(partner),
      kiosk: kioskProcedures(guests.kiosk),
      upkeep: upkeepProcedures(upkeep.retention),
      attendant: attendantProcedures(attendant),
      exchange: exchangeProcedures(exchange),
    },
    signedIn: () => staff.signedIn() !== undefined,
    isBusy: upkeep.isBusy,
    agentApi: (app, token, newRef) =>
      agentApi(app, {
        token,
        version: program.version,
        visits,
        payments,
        reports: createSeedReports(reports, config.thickness),
        metrics: core.metrics,
        log,
        now,
        newRef,
      }),
    start: async () => {
      for (const loop of moneyFirst) await loop.tick();
      if (mode === 'kiosk') {
        diagnostics.recover();
        reports.recover();
        await photos.recover();
      }
      commands.recover();
      await exchange.load();
      for (const loop of [sync.loops.push, sync.loops.pull, ...Object.values(blobs.loops), ...loops]) loop.start();
      fiscal.start();
      agents.start();
    },
    stop: async () => {
      hangUp.abort();
      // A question that nobody answers holds the loop that asks it.
      exchange.close();
      await diagnostics.stop();
      thickness.stop();
      await Promise.all([...loops.map((loop) => loop.stop()), agents.stop()]);
      await fiscal.stop();
      await blobs.stop();
      await sync.stop();
    },
  };
}
