/**
 * When to pull because of a hint. A push pokes everybody, its writer too, and what it did is on show there already:
 * fetching it at once would only stand in the way of those who are waiting for it. News of others is fetched at once.
 */
import type { Scope } from '#shared/sync/scopes.ts';

/** What a push made of each scope it changed. */
export type Heads = Readonly<Record<Scope, number>>;

export interface Echo {
  /** A hint that a scope has come so far, and that this device has not. */
  heard(scope: Scope, head: number): void;
  /** Runs a push; the hints that come meanwhile are judged at its end. Undefined: nothing was answered. */
  during(push: () => Promise<Heads | undefined>): Promise<Heads | undefined>;
  close(): void;
}

/** How long our own changes may wait to be fetched. At worst another's comes so much later. */
const ECHO_MS = 100;
/** A backlog takes its time: this often others are heard meanwhile, as with every hint lost. */
const BUSY_MS = 30_000;

/** @param random in [0, 1): spreads a shop's devices over time */
export function createEcho(pull: { readonly wake: () => void }, random: () => number): Echo {
  let isPushing = false;
  /** A pull is to come when the others of the shop have pushed too. */
  let isSpread = false;
  let own: Heads = {};
  const waiting = new Map<Scope, number>();
  let timer: NodeJS.Timeout | undefined;

  const isOwn = ([scope, head]: readonly [Scope, number]) => head <= (own[scope] ?? 0);
  const wakeNow = () => {
    clearTimeout(timer);
    timer = undefined;
    isSpread = false;
    waiting.clear();
    pull.wake();
  };
  const wakeIn = (ms: number) => {
    timer ??= setTimeout(wakeNow, ms).unref();
  };

  return {
    heard: (scope, head) => {
      if (isPushing) {
        waiting.set(scope, Math.max(head, waiting.get(scope) ?? 0));
        wakeIn(BUSY_MS);
      } else if (isOwn([scope, head])) wakeIn(ECHO_MS);
      else if (!isSpread) wakeNow();
    },
    during: async (push) => {
      isPushing = true;
      const from = performance.now();
      try {
        const heads = await push();
        if (heads === undefined) return undefined;
        own = { ...own, ...heads };
        const isEcho = [...waiting].every(isOwn);
        clearTimeout(timer);
        timer = undefined;
        // A push that took long is one of many after an outage: who fetches at once holds up those who still push.
        const spreadMs = Math.min((0.5 + random()) * (performance.now() - from), BUSY_MS);
        isSpread = spreadMs > ECHO_MS;
        if (isSpread) wakeIn(spreadMs);
        else if (isEcho) wakeIn(ECHO_MS);
        else wakeNow();
        return heads;
      } finally {
        isPushing = false;
      }
    },
    close: () => clearTimeout(timer),
  };
}
