/** Notifications, as honest or as bad as they are told to be. */
import { setTimeout as pause } from 'node:timers/promises';

export type WebhookMode = 'honest' | 'lost' | 'twice' | 'late' | 'reversed';

export interface Webhooks {
  send(notification: unknown): void;
  /** Everything that was sent, and what it was answered with; 0 = no answer. */
  readonly sent: readonly { readonly notification: unknown; readonly status: number }[];
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** The vendor goes on for a day; this one for some seconds. */
const RETRIES_MS = [100, 500, 1000, 2000] as const;

export function createWebhooks(url: () => string | undefined, mode: () => WebhookMode, lateMs: () => number): Webhooks {
  const stopping = new AbortController();
  const sent: { notification: unknown; status: number }[] = [];
  const underWay = new Set<Promise<void>>();
  /** Kept back until the next one has gone, so that two change places. */
  let held: unknown;

  async function deliver(notification: unknown): Promise<void> {
    const to = url();
    if (to === undefined) return;
    for (const waitMs of [0, ...RETRIES_MS]) {
      if (waitMs > 0) await pause(waitMs, undefined, { signal: stopping.signal });
      const status = await post(to, notification);
      sent.push({ notification, status });
      if (status === 200) return;
    }
  }

  async function post(to: string, notification: unknown): Promise<number> {
    try {
      const answer = await fetch(to, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(notification),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(5000)]),
      });
      return answer.status;
    } catch {
      return 0;
    }
  }

  const start = (work: () => Promise<void>): void => {
    // Only stopping ends one early, and then nobody waits for it.
    const running = work()
      .catch(() => undefined)
      .finally(() => underWay.delete(running));
    underWay.add(running);
  };

  return {
    sent,
    send: (notification) => {
      switch (mode()) {
        case 'honest':
          return start(() => deliver(notification));
        case 'lost':
          return undefined;
        case 'twice':
          start(() => deliver(notification));
          return start(() => deliver(notification));
        case 'late':
          return start(async () => {
            await pause(lateMs(), undefined, { signal: stopping.signal });
            await deliver(notification);
          });
        case 'reversed': {
          const before = held;
          held = before === undefined ? notification : undefined;
          if (before === undefined) return undefined;
          return start(async () => {
            await deliver(notification);
            await deliver(before);
          });
        }
      }
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
