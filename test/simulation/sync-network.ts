/** The line between devices and the server: requests lie here until somebody delivers, loses or doubles them. */

import type { SyncHttp } from '#main/sync/http.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS } from '#shared/sync/protocol.ts';
import type { Life } from './sync-device.ts';
import { Violation } from './sync-model.ts';

type Kind = 'push' | 'pull' | 'rekey';

/** Bytes of a request that are not mutations. */
const ENVELOPE_BYTES = 64 * 1024;

export interface Message {
  readonly kind: Kind;
  readonly slot: number;
  readonly life: Life;
  /** JSON. */
  readonly body: string;
  /** The device still waits for the answer. */
  isAwaited: boolean;
  /** What the server answered, when it is on its way back. */
  reply: { readonly give: () => void } | undefined;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export const unreachable = (): AppError => new AppError('device.server_unreachable', 'the line is down');

export interface Network {
  readonly flying: Message[];
  /** The calls of one life of the device in a slot. */
  connect(slot: number, life: () => Life): SyncHttp;
  /** The device hears nothing of it (any more). */
  giveUp(message: Message): void;
}

/** At the same time. One push may be sent ahead of the answer to another. */
const MOST: Readonly<Record<Kind, number>> = { push: 2, pull: 1, rekey: 1 };

interface NetworkOptions {
  readonly isCut: (slot: number) => boolean;
  readonly violated: (violation: Violation) => void;
}

export function createNetwork({ isCut, violated }: NetworkOptions): Network {
  const flying: Message[] = [];

  const send = <T>(slot: number, life: Life, kind: Kind, body: string): Promise<T> => {
    if (isCut(slot)) return Promise.reject(unreachable());
    if (life.waiting[kind] >= MOST[kind]) {
      violated(new Violation(`I20: ${MOST[kind] + 1} requests of one device to ${kind} at the same time`));
    }
    life.waiting[kind] += 1;
    return new Promise<T>((resolve, reject) => {
      flying.push({
        kind,
        slot,
        life,
        body,
        isAwaited: true,
        reply: undefined,
        resolve: resolve as (reply: unknown) => void,
        reject,
      });
    });
  };

  return {
    flying,
    connect: (slot, life) => ({
      push: (envelope, mutations) => {
        const bytes = mutations.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        if (
          mutations.length > MAX_PUSH_MUTATIONS ||
          (mutations.length > 1 && bytes > MAX_PUSH_BYTES + ENVELOPE_BYTES)
        ) {
          violated(new Violation(`I20: a push of ${mutations.length} mutations, ${bytes} bytes`));
        }
        const body = `${JSON.stringify(envelope).slice(0, -1)},"mutations":[${mutations.join(',')}]}`;
        return send(slot, life(), 'push', body);
      },
      pull: (request) => send(slot, life(), 'pull', JSON.stringify(request)),
      rekey: () => send(slot, life(), 'rekey', '{}'),
    }),
    giveUp: (message) => {
      if (!message.isAwaited) return;
      message.isAwaited = false;
      message.life.waiting[message.kind] -= 1;
    },
  };
}
