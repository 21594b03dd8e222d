import type { Loop } from '#main/core.ts';

/**
 * Reads everything new from the server, from a moment after the call: a pull under way may have begun before it.
 *
 * @param withinMs how long somebody waits for it; it goes on by itself.
 * @returns false when the server could not be reached, or not in time.
 */
export async function pullNow(
  pull: Pick<Loop, 'tick'>,
  sync: { readonly now: () => number; readonly lastPullAt: () => number | undefined },
  withinMs: number,
): Promise<boolean> {
  const read = async (): Promise<boolean> => {
    await pull.tick().catch(() => undefined);
    const asked = sync.now();
    const isHeard = await pull.tick().then(
      () => true,
      () => false,
    );
    // A pull that gave way to a push has read nothing.
    return isHeard && (sync.lastPullAt() ?? Number.NEGATIVE_INFINITY) >= asked;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  try {
    return await Promise.race([read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
