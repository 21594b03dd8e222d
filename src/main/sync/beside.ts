/** Shows what a long pull has brought without holding the till up: in one transaction, but with turns for everybody else. */
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { Logger } from '#main/core.ts';
import { beginBeside } from '#main/db/beside.ts';
import { type Steps, toEnd } from '#shared/kernel/steps.ts';
import type { Quiet } from './quiet.ts';
import type { SyncStore } from './store.ts';

/** Walks steps over a store to their end, in one transaction. */
export type ShowBeside = <T>(steps: (store: SyncStore) => Steps<T>) => Promise<T>;

export interface BesideDeps {
  readonly store: SyncStore;
  /** The same store on another connection. */
  readonly storeOn: (db: SyncStore['db']) => SyncStore;
  readonly quiet: Quiet;
  readonly log: Logger;
  /** Before the second attempt, doubled by each that follows. Tests do not wait for it. */
  readonly firstPauseMs?: number;
}

/** How long others wait for their turn at most. */
const TURN_MS = 4;
/** Somebody who writes all the time is held up once in the end: half a minute later. */
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 250;

export function createShowBeside(deps: BesideDeps): ShowBeside {
  const { store, storeOn, quiet, log, firstPauseMs = FIRST_PAUSE_MS } = deps;
  const atOnce = <T>(steps: (own: SyncStore) => Steps<T>) => store.transaction(() => toEnd(steps(store)));
  return async (steps) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (attempt > 0) await pause(firstPauseMs * 2 ** (attempt - 1));
      const done = await quiet.during(async () => {
        const beside = beginBeside(store.db);
        if (beside === undefined) return { value: atOnce(steps) };
        try {
          const walked = await walk(steps(storeOn(beside.db)), beside.isUndone);
          return walked !== undefined && (await beside.commit()) ? walked : undefined;
        } finally {
          beside.close();
        }
      });
      if (done !== undefined) return done.value;
    }
    log.warn('a long pull found no quiet moment and is shown at once', { attempts: MAX_ATTEMPTS });
    return atOnce(steps);
  };
}

/** Undefined when it was undone on the way. */
async function walk<T>(steps: Steps<T>, isUndone: () => boolean): Promise<{ readonly value: T } | undefined> {
  for (let from = performance.now(); !isUndone(); ) {
    const step = steps.next();
    if (step.done === true) return step;
    if (performance.now() - from < TURN_MS) continue;
    await setImmediate();
    from = performance.now();
  }
  return undefined;
}
