/** Codes that clients sign with: made here, told to the client alone, kept as an HMAC. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CodeStanding, Contract } from '#shared/contracts/contracts.schema.ts';
import { codeAsked, codeDelivered, guessWrong, secondsToNext } from '#shared/contracts/otp.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import { withRetry } from '../../sync/retry.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { createCodeTexts } from './code-texts.service.ts';
import { type ContractPorts, otpKey, WAITING } from './contracts.ports.ts';
import { findCode, findContract, saveCode } from './contracts.repo.ts';
import { dropGuesses, findGuesses, saveGuesses } from './guesses.repo.ts';

const DIGITS = 6;
const CODES = 10 ** DIGITS;
/** The largest multiple of the number of codes in 32 bits: what is above would come up more often than the rest. */
const FAIR = Math.floor(2 ** 32 / CODES) * CODES;

export type Codes = ReturnType<typeof createCodes>;

export function createCodes(
  ports: Pick<
    ContractPorts,
    'db' | 'now' | 'newId' | 'random' | 'keys' | 'secret' | 'otp' | 'support' | 'sms' | 'sync' | 'log'
  >,
) {
  const { db, now, random, secret, otp, support, sync } = ports;

  function make(): string {
    const bytes = new Uint8Array(new ArrayBuffer(4));
    for (;;) {
      random(bytes);
      const drawn = new DataView(bytes.buffer).getUint32(0);
      if (drawn < FAIR) return String(drawn % CODES).padStart(DIGITS, '0');
    }
  }

  const hmacOf = (contractId: string, nth: number, code: string): string =>
    createHmac('sha256', secret).update(`otp ${contractId} ${nth} ${code}`).digest('hex');

  /**
   * Whoever guesses waits longer for each next code, of this contract or of another one.
   *
   * @throws AppError `contracts.otp_paused` with `retryAfterSeconds`, and the same as `hours` and `minutes`
   */
  async function assertNotPaused(tx: Tx, tenant: Tenant, clientId: string): Promise<void> {
    const { pausedUntil } = await findGuesses(tx, tenant, clientId);
    const wait = secondsToNext({ nextAt: pausedUntil }, now());
    if (wait === 0) return;
    const inMinutes = Math.ceil(wait / 60);
    throw new AppError('contracts.otp_paused', `too many wrong codes: another one in ${wait} s`, {
      details: { retryAfterSeconds: wait, hours: Math.floor(inMinutes / 60), minutes: inMinutes % 60 },
    });
  }

  /** A wrong code, in the count of its client. @returns how the contract's code stands after it. */
  async function countWrong(tx: Tx, tenant: Tenant, clientId: string, standing: CodeStanding): Promise<CodeStanding> {
    const before = await findGuesses(tx, tenant, clientId);
    const after = guessWrong(before, now(), otp);
    await saveGuesses(tx, tenant, clientId, after);
    if (after.locks === before.locks) return { ...standing, attemptsLeft: otp.tries - after.wrong };
    return { ...standing, attemptsLeft: 0, nextAt: Math.max(standing.nextAt, after.pausedUntil) };
  }

  /**
   * Another code in the place of the last, and the message that brings it.
   *
   * @returns what the contract's row says of it.
   * @throws AppError `contracts.otp_paused`
   */
  async function issue(tx: Tx, tenant: Tenant, contract: Pick<Contract, 'id' | 'number' | 'clientId'>) {
    await assertNotPaused(tx, tenant, contract.clientId);
    const before = await findCode(tx, contract.id);
    if (before !== undefined) await support.forgetSecret(tx, tenant, otpKey(contract.id, before.nth));
    const nth = (before?.nth ?? 0) + 1;
    const code = make();
    await saveCode(tx, tenant, contract.id, { nth, hmac: hmacOf(contract.id, nth, code) });
    await support.send(tx, tenant, {
      clientId: contract.clientId,
      kind: 'otp',
      body: `Договор ${contract.number}, код подтверждения {secret}`,
      secretPart: code,
      idempotencyKey: otpKey(contract.id, nth),
    });
    await texts.add(tx, tenant, { contractId: contract.id, nth, code });
    return codeAsked(now(), otp, await findGuesses(tx, tenant, contract.clientId));
  }

  /** After the commit: to the chat, and to the phone where SMS are set up. */
  const bring = async (): Promise<void> => void (await Promise.all([support.deliver(), texts.deliver()]));

  /** Its ten minutes begin. The first channel that has it counts; a code that was replaced counts no more. */
  async function noteDelivered(tx: Tx, tenant: Tenant, key: string, at: number) {
    const [, contractId = '', nth = ''] = key.split(':');
    const code = await findCode(tx, contractId);
    const contract = await findContract(tx, tenant, contractId);
    if (code?.nth !== Number(nth) || contract?.code === undefined || contract.code.deliveredAt !== undefined) return;
    const { status } = contract;
    const fields: Contract = {
      ...contract,
      status: WAITING.includes(status) ? 'otp_sent' : status,
      code: codeDelivered(contract.code, at, otp),
    };
    await appendAudit(tx, tenant, {
      at,
      event: 'OTP_SENT',
      actor: { kind: 'system', id: 'support' },
      entity: { type: 'contract', id: contractId },
      details: { number: contract.number, nth: code.nth },
    });
    const put = { type: 'contract', id: contractId, scope: shopScope(contract.shopId), fields } as const;
    return (await writeRows(tx, tenant.organizationId, [put], at)).heads;
  }
  support.onDelivered('otp', (tx, told) => noteDelivered(tx, told, told.idempotencyKey, told.deliveredAt));
  const texts = createCodeTexts(ports, async (tenant, { contractId, nth }) => {
    const heads = await withRetry(() =>
      db.transaction((tx) => noteDelivered(tx, tenant, otpKey(contractId, nth), now())),
    );
    if (heads !== undefined) sync.announce(heads);
  });

  /** Says nothing of time or tries: the contract's row has those. Takes as long whatever the code is. */
  async function matches(tx: Tx, contractId: string, given: string): Promise<boolean> {
    const code = await findCode(tx, contractId);
    if (code === undefined || code.hmac === null) return false;
    return timingSafeEqual(Buffer.from(code.hmac, 'hex'), Buffer.from(hmacOf(contractId, code.nth, given), 'hex'));
  }

  /** No code of it is good any more. */
  async function forget(tx: Tx, tenant: Tenant, contractId: string): Promise<void> {
    const code = await findCode(tx, contractId);
    if (code === undefined) return;
    await saveCode(tx, tenant, contractId, { ...code, hmac: null });
    await support.forgetSecret(tx, tenant, otpKey(contractId, code.nth));
    await texts.forget(tx, contractId);
  }

  /** The client has signed: what was typed wrong before was no guess. */
  const forgive = (tx: Tx, tenant: Tenant, clientId: string): Promise<void> => dropGuesses(tx, tenant, clientId);

  return { issue, bring, deliverTexts: texts.deliver, matches, forget, assertNotPaused, countWrong, forgive };
}
