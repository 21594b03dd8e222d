/** Questions that come within a breath are asked as one: of the processor, each statement costs more than its rows. */

/**
 * @param ask answers all of them at once; what it has no answer for is in none
 * @param withinMs how long the first of them waits for others
 * @returns resolves with what was found after the question came, never with what was known before; rejects as `ask` does
 */
export function createGathered<Answer>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
  withinMs: number,
): (key: string) => Promise<Answer | undefined> {
  let waiting: { readonly keys: Set<string>; readonly answers: Promise<ReadonlyMap<string, Answer>> } | undefined;
  return async (key) => {
    if (waiting === undefined) {
      const keys = new Set<string>();
      const answers = new Promise<void>((resolve) => void setTimeout(resolve, withinMs)).then(() => {
        waiting = undefined;
        return ask([...keys]);
      });
      waiting = { keys, answers };
    }
    waiting.keys.add(key);
    return (await waiting.answers).get(key);
  };
}
