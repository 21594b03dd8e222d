/** One register at work: its connection, its queue, and what the shift bar says of it. */
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { wallAsUtc, wallToUnixMs } from '#shared/kernel/wall-time.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { createExecutor, type Executor } from './fiscal.executor.ts';
import { createLink } from './fiscal.link.ts';
import { type FiscalRegister, type OpenRegister, RegisterError, type RegisterStatus } from './fiscal.register.ts';
import { countFailed, countWaiting, findUnknown } from './fiscal.repo.ts';
import { createReport } from './fiscal.report.ts';
import type { Registers } from './registers.service.ts';

/** The driver as this machine has it. */
export interface Driver {
  /** Absent where no driver library was found: tasks wait, the screen says why. */
  readonly open: OpenRegister | undefined;
  readonly reason?: string;
}

export interface RuntimeOptions {
  readonly core: Core;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  readonly registerId: string;
  readonly registers: Pick<Registers, 'address' | 'recognise' | 'expectedSerial' | 'name' | 'mainId'>;
  readonly driver: Driver;
  /** IANA zone of the shop, in which the register's clock is read. */
  readonly timeZone: () => string;
  readonly intervalMs: number;
  readonly statusIntervalMs: number;
}

export interface RegisterRuntime {
  readonly id: string;
  readonly loop: Loop;
  view(): RegisterView;
  /** For headquarters; undefined while the register has said nothing, or is not the one it should be. */
  report(): Promise<RegisterReport | undefined>;
  /**
   * Runs a call that a person waits for. Throws `fiscal.register_not_configured`, `fiscal.register_unavailable`,
   * `fiscal.register_refused` with the driver's own words, and what `work` throws.
   */
  ask<T>(work: (register: FiscalRegister) => Promise<T>): Promise<T>;
  /** The same, with the register's state read first. Throws `fiscal.another_register` when it is not the right one. */
  askKnown<T>(work: (register: FiscalRegister, status: RegisterStatus) => Promise<T>): Promise<T>;
  /** Looks at the queue now, whatever pause it is in. */
  hurry(): void;
  stop(): Promise<void>;
}

export function createRuntime(options: RuntimeOptions): RegisterRuntime {
  const { core, sync, registerId, registers, driver } = options;
  const { db, now } = core;
  const address = () => registers.address(registerId);
  const open: OpenRegister =
    driver.open ??
    (() => Promise.reject(new RegisterError({ driverCode: 0, text: driver.reason ?? 'no driver', retryable: false })));
  const link = createLink(open, address);
  const recognise = (status: RegisterStatus): boolean => registers.recognise(registerId, status);
  const executor: Executor = createExecutor({
    core,
    sync,
    registerId,
    link,
    recognise,
    statusIntervalMs: options.statusIntervalMs,
  });
  const isUsable = (): boolean => driver.open !== undefined && address() !== undefined;
  const loop = createLoop({
    name: `fiscal ${registerId}`,
    intervalMs: options.intervalMs,
    run: async () => {
      if (isUsable() && (await executor.tick())) loop.wake();
    },
    log: core.log,
  });

  const ask: RegisterRuntime['ask'] = async (work) => {
    if (!isUsable()) {
      throw new AppError('fiscal.register_not_configured', driver.reason ?? 'no register address is set');
    }
    return link.use(work).catch((error: unknown) => {
      throw error instanceof RegisterError ? toAppError(error) : error;
    });
  };

  const state = (unknown: boolean): RegisterView['state'] => {
    const { status, fault } = executor.observed;
    if (!isUsable()) return 'not_configured';
    const expected = registers.expectedSerial(registerId);
    if (status !== undefined && expected !== undefined && status.kktSerial !== expected) return 'another_register';
    if (unknown) return 'blocked';
    if (link.notResponding) return 'not_responding';
    if (fault !== undefined) return 'unavailable';
    return status === undefined ? 'connecting' : 'ready';
  };

  const report = createReport({ now, observed: () => executor.observed, ask, timeZone: options.timeZone });

  return {
    id: registerId,
    loop,
    ask,
    report: async () => (state(false) === 'another_register' ? undefined : report()),
    askKnown: (work) =>
      ask(async (register) => {
        const status = executor.see(await register.status());
        if (!recognise(status)) {
          throw new AppError('fiscal.another_register', `the register that answers is ${status.kktSerial}`);
        }
        return work(register, status);
      }),
    hurry() {
      executor.hurry();
      loop.wake();
    },
    view() {
      const { status, seenAt = 0, fault, since } = executor.observed;
      const unknown = findUnknown(db, registerId);
      const where = address();
      const name = registers.name(registerId);
      const expectedSerial = registers.expectedSerial(registerId);
      const reason = fault?.text ?? (driver.open === undefined ? driver.reason : undefined);
      const left = status?.shiftExpiresAt && wallAsUtc(status.shiftExpiresAt) - wallAsUtc(status.clock);
      return {
        id: registerId,
        isMain: registers.mainId() === registerId,
        state: state(unknown !== undefined),
        since,
        shift: {
          state: status?.shiftState ?? 'unknown',
          number: status?.shiftNumber ?? 0,
          ...(left === undefined ? {} : { leftMs: left - (now() - seenAt) }),
        },
        cashMinor: status?.cashMinor ?? 0,
        unsentDocuments: status?.unsentDocuments ?? 0,
        paperPresent: status?.paperPresent ?? true,
        paperNearEnd: status?.paperNearEnd ?? false,
        queued: countWaiting(db, registerId),
        failed: countFailed(db, registerId),
        ...(name === undefined ? {} : { name }),
        ...(reason === undefined ? {} : { reason }),
        ...(where === undefined ? {} : { address: where }),
        ...(expectedSerial === undefined ? {} : { expectedSerial }),
        ...(status === undefined
          ? {}
          : {
              model: status.model,
              kktSerial: status.kktSerial,
              fnNumber: status.fnNumber,
              driverVersion: status.driverVersion,
              clockSkewMs: wallToUnixMs(status.clock, options.timeZone()) - seenAt,
              ...(status.unsentSince === undefined
                ? {}
                : { unsentSince: wallToUnixMs(status.unsentSince, options.timeZone()) }),
            }),
        ...(unknown === undefined ? {} : { unknownTaskId: unknown.id }),
      };
    },
    async stop() {
      await loop.stop();
      await link.drop();
    },
  };
}

/** What the driver refused, in our own codes and its own words. */
export function toAppError(error: RegisterError): AppError {
  const { driverCode, text, retryable } = error.fault;
  return new AppError(retryable ? 'fiscal.register_unavailable' : 'fiscal.register_refused', text, {
    details: { driverCode },
    cause: error,
  });
}
