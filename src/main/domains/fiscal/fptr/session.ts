/**
 * One handle of the driver and the one queue to it. A unit of work has the handle for itself from its first call to
 * its last: params and outputs are state of the handle, so anything in between would corrupt them.
 */
import type { FptrBinding, FptrMethod, FptrOutputs } from './binding.ts';
import { FptrError } from './fptr-error.ts';
import type { FptrParam } from './fptr-param.ts';

export interface FptrCalls {
  /** Throws FptrError when the driver refuses. The outputs hold until the next call. */
  readonly call: (method: FptrMethod, params?: readonly FptrParam[]) => Promise<FptrOutputs>;
  /** The same, with the refusal as a value: for methods whose outputs count even then. */
  readonly attempt: (
    method: FptrMethod,
    params?: readonly FptrParam[],
  ) => Promise<{ readonly error: FptrError | undefined; readonly out: FptrOutputs }>;
}

export interface FptrSession {
  /** A call has outlived its limit and has not come back: it cannot be cancelled, only waited for. */
  readonly notResponding: boolean;
  /** Runs the unit after those before it. */
  run<T>(unit: (calls: FptrCalls) => Promise<T>): Promise<T>;
  /** Closes the link and frees the handle, after the units before it. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly binding: FptrBinding;
  /** Driver settings by key. */
  readonly settings: Readonly<Record<string, string>>;
  /** After so many ms a call makes the session `notResponding`. */
  readonly callLimitMs: number;
}

/** Opens the link. Throws FptrError when the driver cannot. */
export async function openSession({ binding, settings, callLimitMs }: SessionOptions): Promise<FptrSession> {
  const handle = binding.create();
  const outputs = binding.outputs(handle);
  let turn: Promise<unknown> = Promise.resolve();
  let notResponding = false;
  let isClosed = false;

  const call: FptrCalls['call'] = async (method, params = []) => {
    for (const param of params) binding.setParam(handle, param);
    const watchdog = setTimeout(() => {
      notResponding = true;
    }, callLimitMs);
    try {
      await binding.call(handle, method);
    } finally {
      clearTimeout(watchdog);
      notResponding = false;
    }
    return outputs;
  };
  const calls: FptrCalls = {
    call,
    async attempt(method, params) {
      try {
        return { error: undefined, out: await call(method, params) };
      } catch (error) {
        if (error instanceof FptrError) return { error, out: outputs };
        throw error;
      }
    },
  };
  const enqueue = <T>(unit: () => Promise<T>): Promise<T> => {
    const result = turn.then(unit);
    turn = result.catch(() => undefined);
    return result;
  };

  const session: FptrSession = {
    get notResponding() {
      return notResponding;
    },
    run: (unit) =>
      enqueue(() => {
        if (isClosed) throw new Error('the register was closed');
        return unit(calls);
      }),
    close: () =>
      enqueue(async () => {
        if (isClosed) return;
        isClosed = true;
        await calls.attempt('close');
        binding.destroy(handle);
      }),
  };
  try {
    for (const [key, value] of Object.entries(settings)) binding.setSetting(handle, key, value);
    await session.run(async ({ call: make }) => {
      await make('apply_single_settings');
      await make('open');
    });
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}
