/** One after another for each of many: whoever comes while another of the same name is at work waits for it. */

export type InTurn = <T>(name: string, run: () => Promise<T>) => Promise<T>;

/** Nothing is kept of a name that nobody works or waits under. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (name, run) => {
    const before = last.get(name);
    const mine = before === undefined ? run() : before.then(run, run);
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}
