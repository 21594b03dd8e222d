/** At most so many calls in any stretch of time, by key. In memory: what it guards against is a loop, not an attacker. */

export interface RateLimit {
  /** Counts a call. Returns how long to wait, in ms, when it is one too many; such a call is not counted. */
  take(key: string): number | undefined;
}

export interface RateLimitOptions {
  readonly limit: number;
  readonly windowMs: number;
  readonly now: () => number;
}

export function createRateLimit({ limit, windowMs, now }: RateLimitOptions): RateLimit {
  const calls = new Map<string, readonly number[]>();
  return {
    take: (key) => {
      const at = now();
      for (const [known, times] of calls) if ((times.at(-1) ?? 0) <= at - windowMs) calls.delete(known);
      const recent = (calls.get(key) ?? []).filter((time) => time > at - windowMs);
      const [oldest] = recent;
      if (recent.length >= limit && oldest !== undefined) return oldest + windowMs - at;
      calls.set(key, [...recent, at]);
      return undefined;
    },
  };
}
