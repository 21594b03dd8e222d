/** While one does what a write of another would undo, whoever can wait does. */
export interface Quiet {
  during<T>(run: () => Promise<T>): Promise<T>;
  /** Resolves when nobody needs it. */
  over(): Promise<void>;
  /** Runs something that leads to a write of its own, when nobody needs it and until nobody does. */
  after<T>(run: () => Promise<T>): Promise<T>;
}

/** For one at a time. */
export function createQuiet(): Quiet {
  let until: Promise<unknown> | undefined;
  const over = async () => {
    while (until !== undefined) await until;
  };
  return {
    during: async (run) => {
      const running = run();
      until = running.catch(() => undefined);
      try {
        return await running;
      } finally {
        until = undefined;
      }
    },
    over,
    after: async (run) => {
      await over();
      const result = await run();
      await over();
      return result;
    },
  };
}
