/** A device: settings and ports in, something that can be started, called and stopped out. No shell is in it. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { createIds } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { auditForeignCalls } from './audit/foreign-calls.ts';
import { type BlobDoor, createBlobDoor } from './blobs/blob-door.ts';
import { createChangeBus } from './changes.ts';
import type { DeviceConfig } from './config/device-settings.ts';
import type { Core, Secrets } from './core.ts';
import { createIntegrityLoop } from './db/integrity.loop.ts';
import { type DatabaseInfo, openDatabase } from './db/open.ts';
import type { DevicesService } from './domains/devices/devices.service.ts';
import type { DeviceLog } from './log/log.ts';
import { createMetrics, registerCoreMetrics } from './metrics/metrics.ts';
import { createRouter, type DeviceRouter } from './rpc/router.ts';
import type { CallContext } from './rpc/rpc.ts';
import { createServices } from './services/services.ts';

export interface DevicePorts {
  readonly version: string;
  /** As `linux-x64`. */
  readonly platform: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Cryptographic. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: DeviceLog;
  readonly secrets: Secrets;
  /** `drizzle/device` of this version. */
  readonly migrationsFolder: string;
  /** Only a real process measures itself; several devices in one would measure each other. */
  readonly processMetrics: boolean;
  /** Ends this run in an orderly way and begins another. Absent: nobody would begin it. */
  readonly restart?: (() => void) | undefined;
  /** Ends the program in an orderly way, as a person wants it: nobody begins it anew. */
  readonly leave?: (() => void) | undefined;
}

export interface Device {
  readonly mode: Mode;
  /** What a transport serves. */
  readonly router: DeviceRouter;
  readonly core: Core;
  readonly database: DatabaseInfo;
  readonly devices: DevicesService;
  readonly metrics: Registry;
  /** What is known of a caller on this connection. */
  contextFor(connectionId: string): CallContext;
  /** A short reference that a person can read to somebody from a screen. */
  newRef(): string;
  /** Files, for the pages of a shell. */
  readonly blobs: BlobDoor;
  /** The local REST API, to be registered by a shell on its server; a kiosk has one. */
  readonly agent: { readonly token: string; readonly register: (app: FastifyInstance) => Promise<void> } | undefined;
  /** A guest, a document, a payment, somebody signed in: something that must not be cut off. */
  isBusy(): boolean;
  /** Finishes what the last run left, then begins the background work. */
  start(): Promise<void>;
  /** Ends the work under way and closes everything. The device cannot be started again. */
  stop(): Promise<void>;
}

/** Throws the faults of `openDatabase`; nothing is left open by a failure. */
export async function createDevice(config: DeviceConfig, ports: DevicePorts): Promise<Device> {
  const { log, now, randomBytes, version, platform } = ports;
  const { mode } = config;
  const opened = await openDatabase({
    file: join(config.dataDir, 'device.db'),
    migrationsFolder: ports.migrationsFolder,
    log,
    now,
  });
  try {
    const core: Core = {
      db: opened.db,
      now,
      newId: createIds(now, (target) => target.set(randomBytes(target.length))),
      randomBytes,
      log,
      changes: createChangeBus(log),
      metrics: createMetrics(),
      secrets: ports.secrets,
    };
    const integrity = createIntegrityLoop({
      check: opened.integrity,
      isChecked: opened.info.isChecked,
      isBusy: () => services.isBusy(),
      restart: ports.restart,
      log,
    });
    const metrics = registerCoreMetrics(core.metrics, {
      version,
      mode,
      schema: opened.info.schema,
      integrity: integrity.found,
      processMetrics: ports.processMetrics,
    });
    const newRef = () => Buffer.from(randomBytes(4)).toString('hex');
    const agentToken = Buffer.from(randomBytes(32)).toString('hex');
    const services = await createServices(core, config, {
      version,
      platform,
      // The migrations are in a known place of it.
      folder: join(ports.migrationsFolder, '../..'),
      events: () => log.tail(),
      restart: ports.restart,
      leave: ports.leave,
    });
    log.begin('device starts', {
      version,
      mode,
      environment: config.environment,
      platform,
      node: process.versions.node,
      schema: opened.info.schema,
      deviceId: services.devices.identity()?.deviceId ?? 'not enrolled',
    });
    return {
      mode,
      router: createRouter(services.procedures, {
        log,
        newRef,
        onCall: metrics.call,
        onForeignCall: auditForeignCalls(core),
      }),
      core,
      database: opened.info,
      devices: services.devices,
      metrics: core.metrics,
      contextFor: (connectionId) => ({ mode, connectionId, signedIn: services.signedIn }),
      newRef,
      blobs: createBlobDoor(services.blobs, services.pictures, log.child({ domain: 'blobs' }), newRef),
      agent:
        mode === 'kiosk'
          ? { token: agentToken, register: (app) => services.agentApi(app, agentToken, newRef) }
          : undefined,
      isBusy: services.isBusy,
      start: async () => {
        await services.start();
        integrity.loop.start();
      },
      stop: async () => {
        try {
          await Promise.all([services.stop(), integrity.loop.stop()]);
        } finally {
          opened.close();
          log.info('device stopped');
          log.close();
        }
      },
    };
  } catch (error) {
    opened.close();
    throw error;
  }
}
