/** What a kiosk asks for itself: its codes and its troubles, by REST or as facts that came with a push. */
import { codeHash } from '#node/code-hash.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { redeemCode, reportKioskError, returnCode } from '#shared/kiosk/kiosk.mutators.ts';
import { CODE_ATTEMPTS, decideAttempts, judgeCode } from '#shared/kiosk/kiosk.rules.ts';
import type { ErrorReport, FreeCode, KioskError, RedeemRequest } from '#shared/kiosk/kiosk.schema.ts';
import type { Decision, EntityRef, Mutator, RowPut, Rows } from '#shared/sync/mutator.ts';
import type { PushReply, PushRequest } from '#shared/sync/protocol.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Tx } from '../../db/db.ts';
import { withRetry } from '../../sync/retry.ts';
import { lockRows, writeRows } from '../../sync/rows.writer.ts';
import {
  insertNote,
  listServicePrices,
  lockCodeByHash,
  lockSecrets,
  type ServicePrice,
  saveWrongCodes,
} from './kiosk.repo.ts';
import type { KioskPorts } from './kiosks.service.ts';
import { newCodeKey } from './round-codes.ts';

export type KioskDeskService = ReturnType<typeof createKioskDesk>;

/** What the audit calls a fact of a kiosk, and what it is about. */
interface Note {
  readonly id: string;
  readonly event: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function createKioskDesk(ports: Omit<KioskPorts, 'settleHeartbeats'>) {
  const { db, now, newId, live, sync } = ports;
  const newKey = () => newCodeKey(ports.random);

  const told = (by: Writer): void => {
    live.hqChanged(by.organizationId, ['devices']);
    live.partnerChanged(by.shopId, ['kiosks']);
  };
  const audit = (tx: Tx, by: Writer, { event, details }: Omit<Note, 'id'>): Promise<void> =>
    appendAudit(tx, by, {
      at: now(),
      event,
      actor: { kind: 'device', id: by.deviceId },
      entity: { type: 'kiosk', id: by.deviceId },
      details,
    });

  /** The same decision that a push would make of it, on rows that are locked. */
  const decide = async <Args>(
    tx: Tx,
    by: Writer,
    mutator: Mutator<string, Args>,
    args: Args,
  ): Promise<readonly RowPut[]> => {
    const stored = await lockRows(tx, mutator.reads(args));
    const rows: Rows = {
      get: ({ type, id }: EntityRef) => (stored.get(`${type}:${id}`)?.fields ?? undefined) as never,
      isDeleted: ({ type, id }) => stored.get(`${type}:${id}`)?.deleted === true,
    };
    const decision: Decision = mutator.decide(args, rows, { writer: by, at: now() });
    if (decision.kind === 'reject') throw new AppError(decision.code, decision.message);
    return decision.puts;
  };

  /** The key that this kiosk hashes what is typed under; kept among its secrets. */
  const codeKey = (by: Writer): Promise<{ readonly key: string }> =>
    db.transaction(async (tx) => ({ key: (await lockSecrets(tx, by, newKey)).codeKey }));

  /**
   * Spends a code; a cash one is the debt of the service's price. @throws AppError `codes.invalid` unknown, over, or another kiosk's; `codes.already_used`;
   * `catalogue.item_not_found` the kiosk has no such service, and the code is not spent; `codes.locked` with `retryAfterSeconds` after five wrong ones within five minutes, and then also for the right one; `app.conflict` the
   * redemption was of another code.
   */
  const redeem = async (by: Writer, { code, service, redemptionId }: RedeemRequest): Promise<void> => {
    // A wrong code is counted, so its transaction commits before the refusal is thrown.
    const work = async (tx: Tx): Promise<{ readonly refusal: AppError } | { heads: Heads }> => {
      const { codeKey: key, wrongAt } = await lockSecrets(tx, by, newKey);
      const { left, retryAfterMs } = decideAttempts(wrongAt, now());
      if (left === 0) return { refusal: locked(retryAfterMs) };
      const found = await lockCodeByHash(tx, by, codeHash(key, by.deviceId, code));
      if (found?.redemptionId !== undefined && found.redemptionId === redemptionId) return { heads: {} };
      const verdict = judgeCode(found, now());
      if (verdict !== 'good' || found === undefined) {
        // Whoever asks again for want of an answer is not guessing.
        if (verdict !== 'used') await saveWrongCodes(tx, by, [...wrongAt, now()].slice(-CODE_ATTEMPTS.most));
        await audit(tx, by, { event: 'KIOSK_CODE_REJECTED', details: { why: verdict } });
        return { refusal: refusals[verdict === 'used' ? 'used' : 'unknown']() };
      }
      const prices = await listServicePrices(tx, by, now());
      const amountMinor = roundPrice(prices, service);
      return { heads: await spend(tx, by, found, amountMinor, redemptionId ?? newId()) };
    };
    const outcome = await withRetry(() => db.transaction(work));
    if ('refusal' in outcome) throw outcome.refusal;
    sync.announce(outcome.heads);
    told(by);
  };

  const spend = async (
    tx: Tx,
    by: Writer,
    code: FreeCode,
    amountMinor: number,
    redemptionId: string,
  ): Promise<Heads> => {
    const args = { codeId: code.id, redemptionId, type: code.type, amountMinor };
    const puts = await decide(tx, by, redeemCode, args);
    if (puts.length === 0) throw new AppError('app.conflict', 'this redemption was of another code');
    const { heads } = await writeRows(tx, by.organizationId, puts, now());
    await audit(tx, by, { event: 'KIOSK_CODE_REDEEMED', details: { codeId: code.id, type: code.type, via: 'online' } });
    return heads;
  };

  /** The kiosk takes no more guests until somebody has looked at it. */
  const reportError = async (by: Writer, report: ErrorReport): Promise<KioskError> => {
    const id = newId();
    const work = async (tx: Tx) => {
      // Before the row itself, which may not be there to be locked.
      await lockSecrets(tx, by, newKey);
      const puts = await decide(tx, by, reportKioskError, { id, kioskId: by.deviceId, ...report });
      const written = await writeRows(tx, by.organizationId, puts, now());
      await audit(tx, by, { event: 'KIOSK_ERROR_REPORTED', details: { errorId: id, ...report } });
      return { heads: written.heads, error: { id, deviceId: by.deviceId, ...report, at: now() } };
    };
    const { heads, error } = await withRetry(() => db.transaction(work));
    sync.announce(heads);
    told(by);
    return error;
  };

  /**
   * Puts down what a push told of a kiosk. After the push has been answered for: an answer that is lost on the way brings
   * the push again, and what was put down is not put down twice.
   */
  const notePush = async (by: Writer, request: PushRequest, reply: PushReply): Promise<void> => {
    const applied = new Set(reply.outcomes.filter(({ status }) => status === 'applied').map(({ mid }) => mid));
    const notes = request.mutations.filter(({ mid }) => applied.has(mid)).flatMap(noteOf);
    if (notes.length === 0) return;
    await db.transaction(async (tx) => {
      for (const note of notes) {
        if (await insertNote(tx, by, { id: note.id, at: now() })) await audit(tx, by, note);
      }
    });
    told(by);
  };

  return { codeKey, redeem, reportError, notePush };
}

/** A code of amends needs none, and a kiosk with nothing to sell owes nothing. */
function roundPrice(prices: readonly ServicePrice[], service: RedeemRequest['service']): number {
  if (service === undefined) return prices.length === 0 ? 0 : Math.min(...prices.map(({ priceMinor }) => priceMinor));
  const found = prices.find(({ kind }) => kind === service);
  if (found !== undefined) return found.priceMinor;
  throw new AppError('catalogue.item_not_found', `this kiosk does not sell ${service}`, { details: { kind: service } });
}

type Heads = Awaited<ReturnType<typeof writeRows>>['heads'];

const refusals = {
  unknown: () => new AppError('codes.invalid', 'there is no such code at this kiosk'),
  used: () => new AppError('codes.already_used', 'this code has been used'),
};
const locked = (retryAfterMs: number): AppError =>
  new AppError('codes.locked', 'too many wrong codes', {
    details: { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
  });

function noteOf({ name, args }: PushRequest['mutations'][number]): Note[] {
  switch (name) {
    case reportKioskError.name: {
      const { data } = reportKioskError.args.safeParse(args);
      if (data === undefined) return [];
      const { id, code, message } = data as { id: string; code: string; message: string };
      return [{ id, event: 'KIOSK_ERROR_REPORTED', details: { errorId: id, code, message } }];
    }
    case redeemCode.name: {
      const { data } = redeemCode.args.safeParse(args);
      if (data === undefined) return [];
      const { redemptionId, codeId, type } = data;
      return [{ id: redemptionId, event: 'KIOSK_CODE_REDEEMED', details: { codeId, type, via: 'kiosk' } }];
    }
    case returnCode.name: {
      const { data } = returnCode.args.safeParse(args);
      if (data === undefined) return [];
      return [{ id: data.returnId, event: 'KIOSK_CODE_RETURNED', details: { codeId: data.codeId } }];
    }
    default:
      return [];
  }
}
