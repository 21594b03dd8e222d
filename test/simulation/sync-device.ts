/**
 * A device of the simulation: the real device half of sync over a database in memory that can die at any commit, with a
 * clock of its own and a line that somebody else delivers.
 */
import { Registry } from 'prom-client';
import { createChangeBus } from '#main/changes.ts';
import type { Core, Logger } from '#main/core.ts';
import type { Db } from '#main/db/db.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import type { SyncHttp } from '#main/sync/http.ts';
import type { LiveHints } from '#main/sync/live.ts';
import type { SyncIdentity } from '#main/sync/store.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import type { Seeded } from './seeded.ts';
import { openHandle } from './sync-disks.ts';

/** Thrown where the process is to have died: nothing of ours catches it and goes on. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** When, counted in commits from now on, and on which side of that commit, the process dies. */
interface Doom {
  commits: number;
  readonly side: 'before' | 'after';
}

/** One life of a device's process. */
export interface Life {
  readonly disk: Db['$client'];
  readonly core: Core;
  readonly sync: Sync;
  readonly http: SyncHttp;
  /** Exchanges that have not ended. */
  readonly running: { push: boolean; pull: boolean };
  /** Requests that wait for an answer. */
  waiting: { push: number; pull: number; rekey: number };
  isDead: boolean;
  doom: Doom | undefined;
  /** What the transaction under way changes beside the database. */
  onCommit: (() => void) | undefined;
  /** The last exchange that failed, for whoever asks why nothing moves. */
  lastError: unknown;
  hints: LiveHints | undefined;
}

interface LifeOptions {
  /** What is on the disk. */
  readonly disk: Db['$client'];
  readonly mode: Mode;
  readonly identity: () => SyncIdentity;
  /** It stands in another shop, and that is on its disk. */
  readonly moved: (shopId: string) => void;
  /** It found that its rows of a scope are not those of the server. */
  readonly disagreed: () => void;
  readonly now: () => number;
  readonly chance: Seeded;
  readonly findMutator: MutatorLookup;
  /** Carries the calls of this life. */
  readonly connect: (life: () => Life) => SyncHttp;
}

/** What a device logs when the digests differ; that it does is part of the test of the pull. */
const DISAGREED = 'the rows of a scope are not those of the server';

export function beginLife(options: LifeOptions): Life {
  const { now, chance, disk } = options;
  const db = openHandle(disk, (run) => guarded(life, run) as never);
  const fill = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = chance.int(0, 255);
  };
  const log: Logger = {
    ...quietLog,
    child: () => log,
    error: (message) => {
      if (message === DISAGREED) options.disagreed();
    },
  };
  const core: Core = {
    db,
    now,
    newId: createIds(now, fill),
    randomBytes: (size) => {
      const bytes = new Uint8Array(size);
      fill(bytes);
      return bytes;
    },
    log,
    changes: createChangeBus(quietLog),
    metrics: new Registry(),
    secrets: createMemorySecrets(),
  };
  const life: { -readonly [K in keyof Life]: Life[K] } = {
    disk,
    core,
    sync: undefined as unknown as Sync,
    http: options.connect(() => life),
    running: { push: false, pull: false },
    waiting: { push: 0, pull: 0, rekey: 0 },
    isDead: false,
    doom: undefined,
    lastError: undefined,
    onCommit: undefined,
    hints: undefined,
  };
  life.sync = createSync(core, {
    mode: options.mode,
    identity: options.identity,
    moveTo: (shopId) => {
      life.onCommit = () => options.moved(shopId);
    },
    serverUrl: () => 'http://in.process',
    token: () => Promise.resolve('token'),
    random: () => 0.5,
    // Few, so that what waits goes in several, one ahead of the other.
    firstBatch: 2,
    http: life.http,
    findMutator: options.findMutator,
    createLive: (hints) => {
      life.hints = hints;
      return { follow: () => undefined, close: () => undefined };
    },
  });
  return life;
}

/** Dead processes write nothing; a doomed one dies before or after the commit that was drawn. */
function guarded(life: Life, run: (...args: never[]) => unknown): unknown {
  const { disk } = life;
  if (life.isDead) throw new Died('a dead device wrote');
  if (disk.inTransaction) return disk.transaction(run);
  const inner = disk.transaction((...args: never[]) => {
    const result = run(...args);
    if (isDue(life, 'before')) throw new Died('before the commit');
    return result;
  });
  const after =
    (begin: (...args: never[]) => unknown) =>
    (...args: never[]) => {
      if (life.isDead) throw new Died('a dead device wrote');
      Object.assign(life, { onCommit: undefined });
      const result = begin(...args);
      life.onCommit?.();
      if (isDue(life, 'after')) throw new Died('after the commit');
      if (life.doom !== undefined) life.doom.commits -= 1;
      return result;
    };
  return Object.assign(after(inner), {
    default: after((...args) => inner.default(...args)),
    deferred: after((...args) => inner.deferred(...args)),
    immediate: after((...args) => inner.immediate(...args)),
    exclusive: after((...args) => inner.exclusive(...args)),
  });
}

function isDue(life: Life, side: Doom['side']): boolean {
  if (life.doom?.side !== side || life.doom.commits > 0) return false;
  life.isDead = true;
  return true;
}

/** Begins an exchange unless one is under way. */
export function start(life: Life, what: 'push' | 'pull'): void {
  if (life.running[what]) return;
  life.running[what] = true;
  life.sync.loops[what].tick().then(
    () => {
      life.running[what] = false;
    },
    (error: unknown) => {
      life.running[what] = false;
      life.lastError = error;
    },
  );
}

const MAX_TURNS = 2000;

/** Resolves when the device has nothing to do but wait for answers. */
export async function untilBlocked(life: Life): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const isRunning = life.running.push || life.running.pull;
    const { push, pull, rekey } = life.waiting;
    if (life.isDead || !isRunning || push + pull + rekey > 0) return;
  }
  throw new Error('I20: an exchange neither ends nor asks for anything');
}
