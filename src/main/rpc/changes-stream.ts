import type { Change } from '#shared/rpc/device.contract.ts';
import type { ChangeBus } from '../core.ts';

/** Above this many rows of one collection a screen re-reads what it shows anyway: the list of ids is left empty. */
const MAX_IDS = 500;

/**
 * What changes from now on, until the signal aborts. Changes that come faster than the screen reads are joined by
 * collection, so a slow screen neither loses one nor makes the device hold an ever longer list.
 */
export async function* streamChanges(changes: ChangeBus, signal?: AbortSignal): AsyncGenerator<Change, void> {
  const waiting = new Map<Change['collection'], Set<string>>();
  let wake = () => {};
  const unsubscribe = changes.subscribe(({ collection, ids }) => {
    const joined = waiting.get(collection) ?? new Set<string>();
    for (const id of ids) joined.add(id);
    waiting.set(collection, joined);
    wake();
  });
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const [next] = waiting;
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const [collection, ids] = next;
      waiting.delete(collection);
      yield { collection, ids: ids.size > MAX_IDS ? [] : [...ids] };
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', stop);
  }
}
