/** An emulated cash register: one state file, a driver port, a page. See README.md. */
import type { Device } from './device.ts';
import { type DriverServer, startDriverServer } from './driver-server.ts';
import { newFaults } from './faults.ts';
import { lockStateFile } from './lock.ts';
import type { Identity } from './model.ts';
import { type PageServer, startPageServer } from './page-server.ts';
import { openStateStore } from './state-store.ts';
import { openTape } from './tape.ts';
import { wallClock } from './wall-time.ts';

export interface RegisterOptions {
  /** Of the driver's link; 0 takes a free one. */
  readonly port: number;
  /** Of the paper tape and control page; 0 takes a free one. */
  readonly pagePort: number;
  readonly stateFile: string;
  /** What the driver calls itself; default 10.10.8.0. */
  readonly version?: string;
  /** 16 digits; when given, must be that of a state file that is there. Default for a new one 9999078902001234. */
  readonly fnSerial?: string;
  /** IANA zone of the register's clock; the machine's when absent. */
  readonly timeZone?: string;
  /** Sets how far the register's clock is from `now`, ms; as it was left when absent. */
  readonly clockOffsetMs?: number;
  /** Unix ms. */
  readonly now: () => number;
  /** Told of the fault `kill`: may end the process. Where it does not, the register falls silent and lets go of its file. */
  readonly onKill?: () => void;
}

export interface RunningRegister {
  readonly port: number;
  readonly pagePort: number;
  readonly url: string;
  stop(): Promise<void>;
}

const DEFAULT_FN_SERIAL = '9999078902001234';

const identityOf = (fnSerial: string): Identity => ({
  fnSerial,
  kktSerial: `00106${fnSerial.slice(-9)}`,
  registrationNumber: '0000000001002345',
  vatin: '7707083893',
  organisation: 'ООО «Прилавок»',
  address: '125009, г. Москва, ул. Тверская, д. 1',
  place: 'Магазин «На углу»',
});

/**
 * Starts a register. Throws StateFileError when the state file is foreign, damaged, or held by another register, and
 * the system's error (EADDRINUSE) when a port is taken; nothing is left open then.
 */
export async function startRegister(options: RegisterOptions): Promise<RunningRegister> {
  const unwind: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let undo = unwind.pop(); undo !== undefined; undo = unwind.pop()) await undo();
  };
  try {
    const lock = lockStateFile(options.stateFile);
    unwind.push(() => lock.release());
    const store = openStateStore(
      options.stateFile,
      identityOf(options.fnSerial ?? DEFAULT_FN_SERIAL),
      options.fnSerial,
    );
    unwind.push(() => store.close());
    const tape = openTape(`${options.stateFile}.tape`);
    unwind.push(() => tape.close());

    const { clockOffsetMs } = options;
    if (clockOffsetMs !== undefined) store.update((head) => ({ ...head, clockOffsetMs }));
    const now = (): number => options.now() + store.head().clockOffsetMs;
    const wallAt = wallClock(options.timeZone);
    const ports: { driver?: DriverServer; page?: PageServer } = {};
    const device: Device = {
      store,
      tape,
      faults: newFaults(() => ports.page?.touch()),
      version: options.version ?? '10.10.8.0',
      now,
      wall: () => wallAt(now()),
      wallAt,
      die: () => {
        options.onKill?.();
        void ports.driver?.stop().then(stop);
      },
      operator: undefined,
      receipt: undefined,
      records: new Map(),
    };
    const driver = await startDriverServer(device, options.port, () => ports.page?.touch());
    ports.driver = driver;
    unwind.push(() => driver.stop());
    const page = await startPageServer(device, options.pagePort);
    ports.page = page;
    unwind.push(() => page.stop());
    return { port: driver.port, pagePort: page.port, url: `http://127.0.0.1:${page.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
