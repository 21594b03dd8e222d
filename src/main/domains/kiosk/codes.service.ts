/**
 * Four-digit codes typed at this kiosk. It knows them by what they hash to under its key, which came once and lies among
 * its secrets, so a code that has come opens with no network. One that is not here may be wrong, or not have come yet: the
 * server is asked, and with nobody to ask the guess holds its place among the few that are allowed until a later pull tells.
 *
 * Composition: `createCodes(core, deps)` before the payments, which spend what `admit` lets in.
 */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { codeHash } from '#node/code-hash.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { CODE_ATTEMPTS, decideAttempts, judgeCode } from '#shared/kiosk/kiosk.rules.ts';
import type { FreeCode } from '#shared/kiosk/kiosk.schema.ts';
import { registerCodeMetrics } from './codes.metrics.ts';
import {
  findCodeByHash,
  forgetAttemptsBefore,
  insertAttempt,
  listAttempts,
  markAttemptWrong,
  removeAttempts,
} from './kiosk.repo.ts';

export interface CodeDeps {
  readonly sync: SyncPort;
  /** Throws `device.not_enrolled`. */
  readonly deviceId: () => string;
  /** The key of this kiosk, from its secrets or, where they have none yet, from the server. Undefined: out of reach. */
  readonly key: () => Promise<string | undefined>;
  /** Reads everything new from the server, from a moment after the call. False: it could not be reached. */
  readonly pull: () => Promise<boolean>;
  /** When everything new was last read, Unix ms. */
  readonly lastPullAt: () => number | undefined;
}

export interface Redemption {
  readonly codeId: string;
  /** Names the round; the same redemption happens once. */
  readonly redemptionId: string;
}

export interface CodeService {
  /** Is there anything that a code could be told by? */
  isReady(): Promise<boolean>;
  /**
   * The code that was typed, not yet spent. Throws `codes.invalid` and `codes.already_used` with `attemptsLeft`,
   * `codes.need_connection`, and `codes.locked` with `retryAt` after five of those within five minutes, over restarts.
   */
  admit(code: string): Promise<FreeCode>;
  /** Spends it, in the transaction of the round. Throws `codes.already_used`. */
  spend(tx: WriteTx, code: FreeCode, round: { readonly redemptionId: string; readonly amountMinor: number }): void;
  /** The round was not given: the code opens another. In the caller's transaction. */
  giveBack(tx: WriteTx, redemption: Redemption & { readonly returnId: string }): void;
}

export function createCodes(core: Core, deps: CodeDeps): CodeService {
  const { db, now } = core;
  const log = core.log.child({ domain: 'kiosk' });
  const metrics = registerCodeMetrics(core.metrics);
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });
  /** One at a time: two at once would count as one. */
  let turn: Promise<unknown> = Promise.resolve();

  /** What was undecided is told by what has come since: a code that is here was not wrong. */
  const settle = (): void => {
    const pulledAt = deps.lastPullAt();
    write((tx) => {
      forgetAttemptsBefore(tx, now() - CODE_ATTEMPTS.windowMs);
      for (const { id, at, hash, isUndecided } of listAttempts(tx)) {
        if (!isUndecided || pulledAt === undefined || pulledAt <= at) continue;
        if (findCodeByHash(tx, hash) === undefined) markAttemptWrong(tx, id);
        else removeAttempts(tx, [id]);
      }
    });
  };

  const standing = () =>
    decideAttempts(
      listAttempts(db).map(({ at }) => at),
      now(),
    );

  const refuse = (hash: string, code: 'codes.invalid' | 'codes.already_used' | 'codes.need_connection'): AppError => {
    const isUndecided = code === 'codes.need_connection';
    write((tx) => insertAttempt(tx, { id: core.newId(), at: now(), hash, isUndecided }));
    metrics.refused(code);
    // What has just been read may say that an earlier one was right.
    settle();
    const { left } = standing();
    log.warn('a code was refused', { code, left });
    return new AppError(code, 'the code opens nothing here', {
      details: isUndecided ? {} : { attemptsLeft: left },
    });
  };

  const admitOnce = async (typed: string): Promise<FreeCode> => {
    settle();
    const { left, retryAfterMs } = standing();
    if (left === 0) {
      metrics.refused('codes.locked');
      throw new AppError('codes.locked', 'too many wrong codes', { details: { retryAt: now() + retryAfterMs } });
    }
    const key = await deps.key();
    // Without a key nothing can be told, so nothing was guessed.
    if (key === undefined) throw new AppError('codes.need_connection', 'this kiosk has no key for its codes yet');
    const hash = codeHash(key, deps.deviceId(), typed);
    const find = () => findCodeByHash(db, hash);
    const known = find();
    const isFresh = judgeCode(known, now()) === 'unknown' ? await deps.pull() : true;
    const code = find();
    switch (judgeCode(code, now())) {
      case 'good':
        if (code !== undefined) return code;
        throw refuse(hash, 'codes.invalid');
      case 'used':
        throw refuse(hash, 'codes.already_used');
      case 'unknown':
        // One that is here and over is wrong, whoever can be reached.
        throw refuse(hash, isFresh || code !== undefined ? 'codes.invalid' : 'codes.need_connection');
    }
  };

  return {
    isReady: async () => (await deps.key()) !== undefined,
    admit: (typed) => {
      const mine = turn.then(() => admitOnce(typed));
      turn = mine.catch(() => undefined);
      return mine;
    },
    spend: (tx, code, { redemptionId, amountMinor }) => {
      // It may have been spent, here or by the server, since it was let in.
      if (judgeCode(findCodeByHash(tx, code.hash), now()) !== 'good') {
        throw new AppError('codes.already_used', 'the code was spent meanwhile');
      }
      deps.sync.mutate(tx, 'code.redeem', { codeId: code.id, redemptionId, type: code.type, amountMinor });
      metrics.redeemed(code.type);
    },
    giveBack: (tx, { codeId, redemptionId, returnId }) => {
      deps.sync.mutate(tx, 'code.return', { codeId, redemptionId, returnId });
      metrics.returned();
    },
  };
}
