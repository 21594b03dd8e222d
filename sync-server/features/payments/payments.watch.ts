/** Looks at payments that are due, while the server listens. Every instance may: what one takes, the others leave. */
import type { FastifyBaseLogger } from 'fastify';
import type { PaymentsService } from './payments.service.ts';

const EVERY_MS = 1000;

export function createPaymentWatch(payments: Pick<PaymentsService, 'watch'>, log: FastifyBaseLogger) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  const tick = (): void => {
    // A provider that is slow must not be asked twice at once.
    running ??= payments
      .watch()
      .catch((err: unknown) => log.error({ err }, 'looking at payments failed'))
      .finally(() => {
        running = undefined;
      });
  };
  return {
    start: () => {
      timer ??= setInterval(tick, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
