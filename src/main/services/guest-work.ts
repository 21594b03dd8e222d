/** What a kiosk does for its guests: visits, and the work of its instruments, printers and camera. */
import { statfs } from 'node:fs/promises';
import { blobPath } from '#main/blobs/blob-files.ts';
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core } from '#main/core.ts';
import { createSwitches } from '#main/domains/attendant/switches.service.ts';
import { createDiagnostics } from '#main/domains/diagnostics/diagnostics.service.ts';
import { lastWorkedAt, wasServed } from '#main/domains/diagnostics/served.rules.ts';
import { createThickness } from '#main/domains/diagnostics/thickness.service.ts';
import { createKiosk } from '#main/domains/kiosk/kiosk.service.ts';
import { createTroubles } from '#main/domains/kiosk/troubles.service.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import { isServiceDue, visitMoney, visitPayments } from '#main/domains/payments/payments.service.ts';
import { createPhotos } from '#main/domains/photos/photos.service.ts';
import { createReportsDomain } from '#main/domains/reports/reports.domain.ts';
import { createSystemPrinter } from '#main/domains/reports/system.printer.ts';
import { createResume } from '#main/domains/visits/resume.service.ts';
import { createVisits } from '#main/domains/visits/visits.service.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import type { Ground } from './ground.ts';
import { createInstruments } from './instruments.ts';
import type { Program } from './program.ts';

export interface GuestWorkDeps {
  readonly ground: Ground;
  readonly orders: OrderService;
  /** Headquarters has this device erased: no guest begins. */
  readonly isErasing: () => boolean;
}

export function createGuestWork(core: Core, config: DeviceConfig, program: Program, deps: GuestWorkDeps) {
  const { ground, orders } = deps;
  const { devices, sync, fiscal, blobs, blobFolder, shop, random } = ground;
  const switches = createSwitches(core);
  const kiosk = createKiosk(core, { sync, deviceId: () => devices.identity()?.deviceId });
  const troubles = createTroubles(core, {
    kiosk,
    register: () => fiscal.views().find(({ isMain }) => isMain),
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(config.dataDir);
      return bavail * bsize;
    },
  });
  const visits = createVisits(core, {
    sync,
    payments: visitPayments,
    ttlMs: config.visits.defaultTtlMs,
    isOff: (kind) => switches.isOff(kind) || !kiosk.isOpen() || deps.isErasing(),
  });
  const isPaid = (visitId: string) => isServiceDue(core.db, visitId);
  const instruments = createInstruments(config, { version: program.version, now: core.now });
  const diagnostics = createDiagnostics(core, {
    visits,
    isPaid,
    open: instruments.openAdapter,
    limits: config.diagnostics,
    onEnd: troubles.scanEnded,
  });
  const thickness = createThickness(core, {
    visits,
    isPaid,
    norms: config.thickness,
    openGauge: instruments.openGauge,
    onGaugeTrouble: troubles.gaugeIs,
  });
  const reports = createReportsDomain(core, {
    sync,
    visits,
    diagnostics,
    thickness,
    isPaid,
    shop,
    blobs,
    blobFolder,
    programFolder: program.folder,
    printer: instruments.printer,
    onPrinterTrouble: (trouble) => troubles.printerIs('report printer', trouble),
    isPrintingOff: () => switches.isOff('printing'),
    serverUrl: () => devices.serverUrl(),
    publicUrl: config.reports.publicUrl,
    token: () => devices.token(),
    random,
  });
  const photos = createPhotos(core, {
    sync,
    visits,
    orders,
    hasMoney: (db, visitId) => visitMoney(db, visitId).kind !== 'none',
    blobs,
    pathOf: (imageId) => blobPath(blobFolder, imageId),
    printer: config.photos.printer === undefined ? undefined : createSystemPrinter(config.photos.printer, 'photo'),
    onPrinterTrouble: (trouble) => troubles.printerIs('photo printer', trouble),
  });
  const workOf = (visitId: string) => ({
    scan: diagnostics.view(visitId)?.scan,
    measurement: thickness.view(visitId)?.measurement,
  });
  const isServed = (visit: Visit): boolean =>
    wasServed(visit, { ...workOf(visit.id), isPhotoOrdered: photos.isOrdered(visit.id) });
  const resume = createResume(core, {
    visits,
    isServed,
    factsOf: (visitId) => ({
      money: visitMoney(core.db, visitId),
      workedAt: lastWorkedAt(workOf(visitId)),
      reportedAt: reports.listByVisit(visitId).at(-1)?.createdAt,
    }),
  });
  return {
    switches,
    kiosk,
    troubles,
    visits,
    isPaid,
    instruments,
    diagnostics,
    thickness,
    reports,
    photos,
    isServed,
    resume,
  };
}
