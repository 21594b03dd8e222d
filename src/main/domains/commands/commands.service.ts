/**
 * Obeys headquarters from afar: fetches commands, keeps each before it is begun, does it once, and keeps what came of it
 * before anybody hears of it.
 *
 * Composition: `createCommands(core, deps)`; `recover()` once at the start, before the loop; hints wake it by `hear()`.
 */
import type { Core, Loop } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import {
  type CommandDetails,
  CommandOrder,
  type CommandResult,
  type CommandsReply,
} from '#shared/devices/commands.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import type { CommandsHttp } from './commands.http.ts';
import {
  type CommandRow,
  finish,
  insertCommand,
  isKnown,
  isToldToWipe,
  listIn,
  listUntold,
  markTold,
  setState,
} from './commands.repo.ts';
import { isSigned } from './signature.ts';

export interface CommandActs {
  /** Ends this run and begins another. Absent: nobody would begin it. */
  readonly restart?: (() => void) | undefined;
  /** In the caller's transaction. Absent: nobody here is met in a language of headquarters' choice. */
  readonly setLanguage?: ((tx: WriteTx, language: Language) => void) | undefined;
  /** Sends what waits, as far as it can. How many changes it could not send. */
  readonly sendLast?: (() => Promise<number>) | undefined;
  /** Sees to it that the next start erases everything, and begins it. Absent: nobody would begin it. */
  readonly wipe?: (() => void) | undefined;
  readonly collectLog: () => Promise<{ readonly bundle: string; readonly lines: number }>;
  readonly refreshPrices: () => Promise<CommandDetails>;
}

export interface CommandDeps {
  readonly identity: () =>
    | { readonly deviceId: string; readonly incarnation: number; readonly commandKey?: string | undefined }
    | undefined;
  readonly http: CommandsHttp;
  readonly acts: CommandActs;
  /** What must not be cut off: a guest, a document, a payment. */
  readonly isBusy: () => boolean;
  /** What nobody could do for somebody's money once this device has forgotten it: how many of each. Absent: nothing. */
  readonly owes?: () => { readonly receipts: number; readonly refunds: number };
  readonly version: string;
  /** In [0, 1): spreads a shop's devices over time. */
  readonly random: () => number;
}

/** How often what waits for a quiet moment is looked at: a local read. */
const LOOK_MS = 5000;
/** How often the server is asked when no hint came. */
export const ASK_MS = 5 * 60_000;

export interface Commands {
  readonly loop: Loop;
  /** What the last run left: a restart has happened by now; anything else is done anew, for nothing of it left the device. */
  recover(): void;
  /** The server may have something: ask soon. */
  hear(): void;
  /** It sends its last and then goes: what begins now would be lost with it. */
  isErasing(): boolean;
}

export function createCommands(core: Core, deps: CommandDeps): Commands {
  const { db, now } = core;
  const log = core.log.child({ domain: 'commands' });
  let askAt: number | undefined;
  let isRestarting = false;
  let isErasing = false;

  const write = (work: (tx: WriteTx) => void) => db.transaction(work, { behavior: 'immediate' });

  const end = (
    row: Pick<CommandRow, 'id' | 'order'>,
    outcome: CommandResult['outcome'],
    details: CommandDetails,
    extra: { readonly bundle?: string | undefined; readonly along?: (tx: WriteTx) => void } = {},
  ) => {
    write((tx) => {
      extra.along?.(tx);
      finish(tx, row.id, { outcome, details, bundle: extra.bundle, finishedAt: now() });
      step(tx, row, 'finished', { outcome });
    });
    log.info('a command of headquarters has ended', { commandId: row.id, kind: row.order.kind, outcome });
  };

  const step = (tx: WriteTx, row: Pick<CommandRow, 'id' | 'order'>, name: string, details: CommandDetails = {}) =>
    recordStep(tx, {
      kind: 'command',
      subject: row.id,
      step: name,
      details: { kind: row.order.kind, ...details },
      at: now(),
    });

  const loop = createLoop({
    name: 'commands',
    intervalMs: LOOK_MS,
    maxBackoffMs: ASK_MS,
    random: deps.random,
    log,
    run: async () => {
      if (deps.identity() === undefined || isRestarting) return;
      await obey();
      await tell();
      // A clock that was put back must not make it wait for as long.
      if (askAt !== undefined && now() < askAt && askAt - now() <= 2 * ASK_MS) return;
      const heard = askAt;
      const reply = await deps.http.waiting();
      // A hint that came meanwhile asks once more.
      if (askAt === heard) askAt = now() + ASK_MS * (0.8 + 0.4 * deps.random());
      take(reply);
      await obey();
      await tell();
    },
  });

  function take({ serverNow, commands }: CommandsReply): void {
    const self = deps.identity();
    if (self === undefined) return;
    for (const command of commands) {
      const { id, order, expiresAt } = command;
      if (isKnown(db, id)) continue;
      const at = now();
      write((tx) => {
        insertCommand(tx, { id, order, receivedAt: at, deadline: at + (expiresAt - serverNow) });
        step(tx, { id, order }, 'received');
      });
      if (!isSigned(command, self)) {
        log.warn('a command that headquarters did not sign was refused', { commandId: id });
        end({ id, order }, 'bad_signature', {});
      }
    }
  }

  async function obey(): Promise<void> {
    for (const row of listIn(db, 'started')) if (row.order.kind === 'wipe') await erase(row);
    for (const row of listIn(db, 'received')) {
      if (isRestarting) return;
      const order = CommandOrder.safeParse(row.order).data;
      if (now() >= row.deadline) end(row, 'expired', row.order.kind === 'wipe' ? { ...deps.owes?.() } : {});
      else if (order === undefined) end(row, 'unsupported', { version: deps.version });
      else await act(row, order);
    }
  }

  async function act(row: CommandRow, order: CommandOrder): Promise<void> {
    const { acts } = deps;
    switch (order.kind) {
      case 'restart':
        if (acts.restart === undefined) return end(row, 'unsupported', { version: deps.version });
        if (deps.isBusy()) return;
        begin(row);
        isRestarting = true;
        log.warn('headquarters restarts this device', { commandId: row.id });
        return acts.restart();
      case 'set_language':
        if (acts.setLanguage === undefined) return end(row, 'unsupported', { version: deps.version });
        // Not in the middle of somebody's visit.
        if (deps.isBusy()) return;
        return end(row, 'done', {}, { along: (tx) => acts.setLanguage?.(tx, order.language) });
      case 'wipe':
        if (acts.wipe === undefined) return end(row, 'unsupported', { version: deps.version });
        if (!mayErase()) return;
        begin(row);
        isErasing = true;
        return erase(row);
      case 'log_bundle':
        return attempt(row, async () => {
          const { bundle, lines } = await acts.collectLog();
          end(row, 'done', { lines }, { bundle });
        });
      case 'refresh_prices':
        return attempt(row, async () => end(row, 'done', await acts.refreshPrices()));
    }
  }

  const begin = (row: CommandRow) =>
    write((tx) => {
      setState(tx, row.id, 'started');
      step(tx, row, 'started');
    });

  /** Whose receipt has not come, and whose money has not gone back, is waited for: nobody else could see to it. */
  const mayErase = (): boolean => {
    const { receipts, refunds } = deps.owes?.() ?? { receipts: 0, refunds: 0 };
    return !deps.isBusy() && receipts + refunds === 0;
  };

  /**
   * It goes when headquarters knows that it does. Until then each attempt sends anew what waits, so that what is said to be
   * lost is what is lost.
   */
  async function erase(row: CommandRow): Promise<void> {
    if (!mayErase()) return;
    const details = { unsent: (await deps.acts.sendLast?.()) ?? 0 };
    if (!mayErase()) return;
    const finishedAt = now();
    try {
      await deps.http.answer(row.id, { outcome: 'done', finishedAt, details });
    } catch (error) {
      if (!isForgotten(error) && !isTurnedAway(error)) throw error;
    }
    end(row, 'done', details, { along: (tx) => markTold(tx, row.id, finishedAt) });
    wipe();
  }

  async function attempt(row: CommandRow, run: () => Promise<void>): Promise<void> {
    begin(row);
    try {
      await run();
    } catch (error) {
      log.error('a command of headquarters failed', { commandId: row.id, error });
      end(row, 'failed', { reason: error instanceof AppError ? error.code : 'app.internal' });
    }
  }

  async function tell(): Promise<void> {
    for (const { id, outcome, details, finishedAt, bundle } of listUntold(db)) {
      if (outcome === null || finishedAt === null) continue;
      try {
        await deps.http.answer(id, {
          outcome,
          finishedAt,
          details: details ?? {},
          ...(bundle === null ? {} : { bundle }),
        });
      } catch (error) {
        if (!isForgotten(error)) throw error;
      }
      write((tx) => markTold(tx, id, now()));
    }
  }

  function wipe(): void {
    const { acts } = deps;
    if (acts.wipe === undefined) return;
    isRestarting = true;
    log.warn('headquarters has this device erased');
    acts.wipe();
  }

  return {
    loop,
    recover: () => {
      if (isToldToWipe(db)) return wipe();
      for (const row of listIn(db, 'started')) {
        if (row.order.kind === 'restart') end(row, 'done', { version: deps.version });
        else if (row.order.kind === 'wipe') isErasing = true;
        else write((tx) => setState(tx, row.id, 'received'));
      }
    },
    hear: () => {
      askAt = undefined;
      loop.wake();
    },
    isErasing: () => isErasing,
  };
}

/** A server that was put back knows nothing of it, and will not again. */
const isForgotten = (error: unknown): boolean => error instanceof AppError && error.code === 'app.not_found';

/** A device that was shut out, perhaps by the answer that was lost on its way, has nobody to tell. */
const isTurnedAway = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'auth.unauthorized' || error.code === 'device.revoked');
