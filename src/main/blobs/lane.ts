/** What keeps files from taking the line away from the work: a rate, and a number of requests at a time; and who may touch a file. */

export type Pause = (ms: number) => Promise<void>;

/**
 * Spreads bytes over time: whoever takes some waits until they may go.
 *
 * @param bytesPerSecond 0 sets no bound.
 * @param monotonicMs a clock that no person moves: a wait must not last for a year.
 */
export function createBandwidth(bytesPerSecond: number, monotonicMs: () => number, pause: Pause) {
  let freeAt = 0;
  return {
    take: async (bytes: number): Promise<void> => {
      if (bytesPerSecond === 0) return;
      const now = monotonicMs();
      const from = Math.max(now, freeAt);
      freeAt = from + (bytes * 1000) / bytesPerSecond;
      if (from > now) await pause(from - now);
    },
  };
}

/** At most `size` at a time; the others wait in order. */
export function createBudget(size: number) {
  let free = size;
  const waiting: (() => void)[] = [];
  return {
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}

/** Work on one name at a time: a file that is being given here must not be removed by whoever thought it was not. */
export function createLocks() {
  const held = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = held.get(name);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    held.set(name, mine);
    try {
      return await mine;
    } finally {
      if (held.get(name) === mine) held.delete(name);
    }
  };
}

export type Locks = ReturnType<typeof createLocks>;
export type Bandwidth = ReturnType<typeof createBandwidth>;
