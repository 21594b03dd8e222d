/** «Проверить соединение»: what stands at an address, within five seconds, and nothing left open behind. */
import { connect } from 'node:net';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ConnectionCheck } from '#shared/rpc/registers.contract.ts';
import { RegisterError, type RegisterStatus } from './fiscal.register.ts';
import { type Driver, toAppError } from './fiscal.runtime.ts';

/** How long a port may take to accept, and a register to say who it is. Together less than the five seconds promised. */
const PORT_MS = 1_500;
const STATUS_MS = 3_200;

const noAnswer = ({ ip, port }: KktAddress, why: string): AppError =>
  new AppError('fiscal.register_unavailable', `no answer from ${ip}:${port}`, {
    details: { address: `${ip}:${port}`, why },
  });

/**
 * @param busy the state of a register that is connected at this address already: a second connection to it would be
 * refused as "port busy".
 * @throws AppError `fiscal.register_not_configured` without a driver, `fiscal.register_unavailable` when nothing answers,
 * `fiscal.register_refused` when something does and is no register that can work.
 */
export async function checkConnection(
  address: KktAddress,
  {
    driver,
    now,
    busy,
  }: {
    readonly driver: Driver;
    readonly now: () => number;
    readonly busy: (() => Promise<RegisterStatus>) | undefined;
  },
): Promise<ConnectionCheck> {
  const startedAt = now();
  const { open } = driver;
  if (open === undefined) {
    throw new AppError('fiscal.register_not_configured', driver.reason ?? 'this machine has no register driver');
  }
  await reachPort(address);
  const ask = async (): Promise<RegisterStatus> => {
    if (busy !== undefined) return busy();
    const register = await open(address);
    try {
      return await register.status();
    } finally {
      await register.close();
    }
  };
  const asked = ask();
  // Whoever answers too late is closed by `ask` itself; nobody waits for it any more.
  asked.catch(() => undefined);
  const status = await within(asked, STATUS_MS, () => noAnswer(address, 'timeout')).catch((error: unknown) => {
    if (error instanceof RegisterError) {
      throw error.fault.retryable ? noAnswer(address, error.fault.text) : toAppError(error);
    }
    throw error;
  });
  const { model, kktSerial, fnNumber, driverVersion, shiftState, shiftNumber, paperPresent } = status;
  const tookMs = Math.max(0, now() - startedAt);
  return { model, kktSerial, fnNumber, driverVersion, shiftState, shiftNumber, paperPresent, tookMs };
}

/** The driver takes its time to give up on an address where nobody is; a plain connection knows at once. */
function reachPort(address: KktAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.ip, port: address.port });
    const fail = (why: string): void => {
      socket.destroy();
      reject(noAnswer(address, why));
    };
    const timer = setTimeout(() => fail('timeout'), PORT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail('code' in error ? String(error.code) : error.message);
    });
  });
}

async function within<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(late()), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
