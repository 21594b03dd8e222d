/** What the fake device says has not reached its server: as many as its state says, of every kind. */
import { AppError } from '#shared/kernel/errors.ts';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import type { Letter, LetterKey, WaitingChange } from '#shared/rpc/sync.contract.ts';
import { DEVICE_ID } from './data.ts';
import type { Door } from './fake-register.ts';
import type { FakeState } from './state.ts';

const SALE = [
  { name: 'order.place', fact: false, by: 'Иванов И.' },
  { name: 'payment.settle', fact: true },
  { name: 'fiscal.report', fact: true, by: 'Иванов И.', to: 'done' },
] as const;

export function createFakeSync(ports: {
  readonly now: () => number;
  readonly state: () => FakeState;
  readonly set: (sync: Partial<FakeState['sync']>) => void;
  readonly operator: () => string;
}) {
  const { now, state } = ports;
  const read = new Map<number, NonNullable<Letter['dismissed']>>();

  const status = (): SyncStatus => {
    const { sinceAgoMs, ...sync } = state().sync;
    const since = now() - sinceAgoMs;
    return {
      ...sync,
      since,
      ...(sync.state === 'offline' || sync.state === 'revoked'
        ? { lastExchangeAt: since, fault: sync.fault ?? 'device.server_unreachable' }
        : { lastExchangeAt: now() - 12_000 }),
      ...(sync.unsent === 0 ? {} : { oldestUnsentAt: since + 60_000 }),
    };
  };

  const waiting = (n: number): WaitingChange => ({
    ...(SALE[n % SALE.length] ?? SALE[0]),
    mid: 412 + n,
    subject: `C-${String(448 + Math.floor(n / SALE.length)).padStart(4, '0')}`,
    amountMinor: 28_900 + ((n * 7919) % 400_000),
    madeAt: now() - state().sync.sinceAgoMs + 60_000 + n * 1000,
  });

  const letterOf = (n: number): Letter => {
    const shared = {
      key: { deviceId: DEVICE_ID, incarnation: 1, mid: 380 - n },
      madeAt: now() - 3_600_000 * (n + 2),
      toldAt: now() - 3_600_000 * (n + 1),
      anomalies: [],
      subject: `C-${String(431 - n).padStart(4, '0')}`,
      canRetry: !read.has(n),
      ...(read.has(n) ? { dismissed: read.get(n) } : {}),
    };
    switch (n % 3) {
      case 0:
        return {
          ...shared,
          name: 'order.advance',
          fact: false,
          kind: 'refused',
          to: 'cancelled',
          code: 'orders.illegal_transition',
          message: 'an order that is paid cannot become cancelled',
        };
      case 1:
        return {
          ...shared,
          name: 'payment.settle',
          fact: true,
          kind: 'contradicted',
          amountMinor: 124_000,
          anomalies: ['payment_without_order'],
          canRetry: false,
        };
      default:
        return { ...shared, name: 'order.place', fact: false, kind: 'parked', amountMinor: 64_000, by: 'Иванов И.' };
    }
  };
  const close = (key: LetterKey, isRetried: boolean) => {
    const by = ports.operator();
    const n = 380 - key.mid;
    if (read.has(n)) throw new AppError('app.conflict', 'read');
    read.set(n, { at: now(), by, isRetried });
    const { refused, unsent } = state().sync;
    ports.set({ refused: refused - 1, ...(isRetried ? { unsent: unsent + 1 } : {}) });
  };

  return {
    status,
    procedures: (door: Door['sync']) => ({
      status: door.status.handler(status),
      waiting: door.waiting.handler(({ input: { after, limit } }) => {
        const from = Math.max(0, after - 411);
        const count = Math.min(limit, state().sync.unsent - from);
        const changes = Array.from({ length: Math.max(0, count) }, (_, n) => waiting(from + n));
        const last = changes.at(-1);
        return {
          changes,
          ...(from + count < state().sync.unsent && last !== undefined ? { next: last.mid } : {}),
        };
      }),
      letters: door.letters.handler(({ input }) => {
        const all = Array.from({ length: state().sync.refused + read.size }, (_, n) => n);
        return { letters: all.filter((n) => read.has(n) === input.isRead).map(letterOf) };
      }),
      tryNow: door.tryNow.handler(() => {
        if (state().sync.state === 'online') ports.set({ unsent: 0 });
        return status();
      }),
      retry: door.retry.handler(({ input }) => close(input, true)),
      dismiss: door.dismiss.handler(({ input }) => close(input, false)),
      export: door.export.handler(() => ({
        path: '/var/lib/prilavok/exports/backlog-2026-11-21T09-40-00-000Z.jsonl',
        waiting: state().sync.unsent,
        letters: state().sync.refused,
        bytes: 24_576,
      })),
    }),
    clear: () => read.clear(),
  };
}
