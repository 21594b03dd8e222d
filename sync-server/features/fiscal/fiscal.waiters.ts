/** Who is waiting for a register's next task. In this process only: another instance's news comes with the next look. */
export type Waiters = ReturnType<typeof createWaiters>;

export function createWaiters() {
  const waiting = new Map<string, Set<() => void>>();
  let isClosed = false;

  /** Resolves at a wake of the key, after `ms`, at `abort`, or at once when closed. Never rejects. */
  const wait = (key: string, ms: number, abort: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (isClosed || abort.aborted) return resolve();
      const group = waiting.get(key) ?? new Set();
      waiting.set(key, group);
      const end = () => {
        clearTimeout(timer);
        abort.removeEventListener('abort', end);
        group.delete(end);
        if (group.size === 0 && waiting.get(key) === group) waiting.delete(key);
        resolve();
      };
      const timer = setTimeout(end, ms);
      abort.addEventListener('abort', end);
      group.add(end);
    });

  const wake = (key: string): void => {
    for (const end of waiting.get(key) ?? []) end();
  };

  return {
    wait,
    wake,
    count: () => [...waiting.values()].reduce((sum, group) => sum + group.size, 0),
    isClosed: () => isClosed,
    close: () => {
      isClosed = true;
      for (const key of waiting.keys()) wake(key);
    },
  };
}
