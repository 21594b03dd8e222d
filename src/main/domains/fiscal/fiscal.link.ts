/**
 * The one connection to this device's register, opened when first needed and dropped when a call says that the link is
 * gone. Everything that talks to the register goes through `use`, one at a time.
 */
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { type FiscalRegister, type OpenRegister, RegisterError } from './fiscal.register.ts';

export interface RegisterLink {
  /** Runs alone with an open register. Throws `RegisterError` when there is none, or what `work` throws. */
  use<T>(work: (register: FiscalRegister) => Promise<T>): Promise<T>;
  /** The next `use` opens a new connection: driver handles remember nothing of earlier documents. */
  drop(): Promise<void>;
  readonly notResponding: boolean;
}

export function createLink(open: OpenRegister, address: () => KktAddress | undefined): RegisterLink {
  let register: FiscalRegister | undefined;
  let openedAt: string | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const close = async (): Promise<void> => {
    const closing = register;
    register = undefined;
    openedAt = undefined;
    await closing?.close();
  };

  const connect = async (): Promise<FiscalRegister> => {
    const target = address();
    if (target === undefined) {
      throw new RegisterError({ driverCode: 0, text: 'no register address is set for this device', retryable: false });
    }
    const key = `${target.ip}:${target.port}`;
    if (register !== undefined && openedAt !== key) await close();
    if (register === undefined) {
      register = await open(target);
      openedAt = key;
    }
    return register;
  };

  return {
    use(work) {
      const run = queue.then(async () => {
        const connected = await connect();
        try {
          return await work(connected);
        } catch (error) {
          // A retryable fault is one of the link or the machine: a fresh connection is the only one to trust.
          if (error instanceof RegisterError && error.fault.retryable) await close();
          throw error;
        }
      });
      queue = run.catch(() => undefined);
      return run;
    },
    drop() {
      const run = queue.then(close);
      queue = run.catch(() => undefined);
      return run;
    },
    get notResponding() {
      return register?.notResponding ?? false;
    },
  };
}
