import type { Change } from '#shared/rpc/device.contract.ts';
import type { ChangeBus, Logger } from './core.ts';

/** A listener that throws is logged and does not keep the others from hearing. */
export function createChangeBus(log: Logger): ChangeBus {
  const listeners = new Set<(change: Change) => void>();
  return {
    emit: (change) => {
      for (const listener of Array.from(listeners)) {
        try {
          listener(change);
        } catch (error) {
          log.error('change listener failed', { collection: change.collection, error });
        }
      }
    },
    subscribe: (listener) => {
      // Wrapped, so that one function subscribed twice is two subscriptions, each with its own end.
      const own = (change: Change) => listener(change);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
}
