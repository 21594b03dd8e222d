/** What tokens were found to be worth a moment ago: a device that sends and fetches is not looked up for each request. */
import type { BearerPrincipal } from './principals.ts';

export interface Believed {
  find(tokenHash: string, at: number): BearerPrincipal | undefined;
  /** Asked before a token is looked up, and given back with what was found. */
  readonly asOf: () => number;
  keep(tokenHash: string, principal: BearerPrincipal, at: number, asOf: number): void;
  /** After the commit of anything that makes a token or its device worth something else. */
  readonly forget: () => void;
}

/** More than any server has devices that are busy at once; beyond it everything is looked up again. */
const MAX_KEPT = 10_000;

/** @param lifeMs how long another instance of the server may believe a token that this one has ended */
export function createBelieved(lifeMs: number): Believed {
  const kept = new Map<string, { readonly principal: BearerPrincipal; readonly at: number }>();
  let forgotten = 0;
  return {
    find: (tokenHash, at) => {
      const found = kept.get(tokenHash);
      // A clock that was put back would keep it for long.
      return found !== undefined && at >= found.at && at < found.at + lifeMs ? found.principal : undefined;
    },
    asOf: () => forgotten,
    keep: (tokenHash, principal, at, asOf) => {
      // What was read before somebody changed it is not to be believed after.
      if (asOf !== forgotten) return;
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(tokenHash, { principal, at });
    },
    forget: () => {
      forgotten += 1;
      kept.clear();
    },
  };
}
