/** Asks the server for what a phone wants of this desk. A hint only makes it sooner. */
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Pairing } from './exchange.pairing.ts';
import type { ExchangeServer, PhoneCommand, Via } from './exchange.port.ts';
import type { DeskMemory } from './exchange.state.ts';

export interface PollerDeps {
  readonly server: ExchangeServer;
  readonly memory: DeskMemory;
  readonly pollMs: number;
  readonly random: () => number;
  readonly isSignedIn: () => boolean;
  readonly userId: () => string | undefined;
  readonly hasDeviceToken: () => Promise<boolean>;
  readonly pairing: Pick<Pairing, 'code' | 'look' | 'user'>;
  readonly onCommands: (commands: readonly PhoneCommand[], via: Via) => void;
  readonly onPolled: () => void;
}

export interface Poller {
  readonly loop: Loop;
  /** Something may wait: ask at once. */
  hear(): void;
}

const MAX_BACKOFF_MS = 60_000;
/** Whoever was turned away does not ask more often. */
const TURNED_AWAY_MS = 60_000;
/** How often a desk asks whose phone was paired with it. While it shows a code, each poll does. */
const PAIRING_MS = 60_000;

export function createPoller(core: Pick<Core, 'now' | 'log'>, deps: PollerDeps): Poller {
  const { now } = core;
  const { server, memory, pairing } = deps;
  const log = core.log.child({ domain: 'exchange' });
  let notBefore = Number.NEGATIVE_INFINITY;
  let pairingAskedAt = Number.NEGATIVE_INFINITY;
  let isHinted = false;

  async function poll(via: Via): Promise<void> {
    const commands = await server.poll(via).catch((error: unknown) => {
      // An installation that no phone is paired with hears of nothing.
      if (via === 'device' && error instanceof AppError && error.code === 'exchange.not_paired') return [];
      throw error;
    });
    const last = commands.at(-1);
    memory.set({ lastPolledAt: now(), ...(last === undefined ? {} : { lastCommandId: last.id }) });
    log.debug('asked for commands of a phone', { via, commands: commands.length });
    deps.onPolled();
    if (commands.length > 0) deps.onCommands(commands, via);
  }

  async function lookAtPairing(): Promise<void> {
    const isDue = isHinted || pairing.code() !== undefined || Math.abs(now() - pairingAskedAt) >= PAIRING_MS;
    if (!isDue) return;
    // A hint that comes while the server is asked is heard once more.
    isHinted = false;
    await pairing.look().catch((error: unknown) => {
      isHinted = true;
      throw error;
    });
    pairingAskedAt = now();
    const paired = pairing.user();
    // Commands of another's phone are not heard by the token of who is signed in.
    if (deps.isSignedIn() && paired !== undefined && paired.id !== deps.userId()) await poll('device');
  }

  const loop = createLoop({
    name: 'exchange-poll',
    // Up to a tenth sooner and never quite as late: a command has to be carried here within that time, too.
    intervalMs: deps.pollMs * 0.9,
    jitter: 0.06 / 0.9,
    retryMs: deps.pollMs,
    maxBackoffMs: MAX_BACKOFF_MS,
    random: deps.random,
    log,
    run: async () => {
      if (!memory.get().isListening) return;
      const hasDevice = await deps.hasDeviceToken();
      try {
        if (deps.isSignedIn()) {
          await poll('user');
          if (hasDevice) await lookAtPairing();
        } else if (hasDevice && (now() >= notBefore || notBefore - now() > TURNED_AWAY_MS)) {
          await poll('device');
          await lookAtPairing();
        }
      } catch (error) {
        if (error instanceof AppError && (error.code === 'auth.unauthorized' || error.code === 'device.revoked')) {
          notBefore = now() + TURNED_AWAY_MS;
        }
        throw error;
      }
    },
  });

  return {
    loop,
    hear: () => {
      isHinted = true;
      loop.wake();
    },
  };
}
