/**
 * Codes that go by SMS besides the support chat, where a provider is set up. A text is written with its code and sent after the
 * commit; an attempt is stored before the provider hears of it, and one that a dead process left is not made again: providers
 * know no doubles, the chat has the code too, and a client may ask for another after a minute.
 */
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import { isCodeOver } from '#shared/contracts/otp.rules.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import type { SendResult } from '../reports/channel.port.ts';
import {
  type CodeTextRow,
  claimText,
  dropText,
  listDueTexts,
  putText,
  requeueText,
  takeLostTexts,
} from './code-texts.repo.ts';
import { type ContractPorts, WAITING } from './contracts.ports.ts';
import { findClient, findContract } from './contracts.repo.ts';

/** A client waits at the desk: the pauses are short, and together shorter than a code lives. */
const RETRIES_MS: readonly number[] = [5000, 20_000, 60_000];
/** Longer than a channel waits for its provider. */
const LEASE_MS = 60_000;
const AT_ONCE = 20;

/** @param noteSent what happens to a code that its client has by now. */
export function createCodeTexts(
  {
    db,
    now,
    newId,
    keys,
    sms,
    sync,
    log,
  }: Pick<ContractPorts, 'db' | 'now' | 'newId' | 'keys' | 'sms' | 'sync' | 'log'>,
  noteSent: (tenant: Tenant, of: { readonly contractId: string; readonly nth: number }) => Promise<void>,
) {
  const placeOf = (contractId: string) => ['contract', contractId, 'code'] as const;

  /** In the transaction of the code. Nothing where no provider is set up. */
  async function add(
    tx: Tx,
    tenant: Tenant,
    { contractId, nth, code }: { contractId: string; nth: number; code: string },
  ) {
    if (sms === undefined) return;
    const { organizationId } = tenant;
    const secret = keys.sealingOf(tenant).seal(placeOf(contractId), code);
    await putText(tx, {
      contractId,
      id: newId(),
      organizationId,
      nth,
      secret,
      state: 'queued',
      attempts: 0,
      dueAt: now(),
    });
  }

  const forget = (tx: Tx, contractId: string): Promise<void> => dropText(tx, { contractId });

  /** Whether the code may be signed with still. */
  const isWanted = ({ status, code }: Contract): boolean =>
    WAITING.includes(status) && code !== undefined && code.attemptsLeft > 0 && !isCodeOver(code, now());

  async function attempt(row: CodeTextRow): Promise<void> {
    if (sms === undefined || !(await claimText(db, row, now() + LEASE_MS))) return;
    const { id, contractId, nth } = row;
    const contract = await findContract(db, row, contractId);
    const phone = contract === undefined ? undefined : (await findClient(db, row, contract.clientId))?.phone;
    if (contract === undefined || phone === undefined || !isWanted(contract)) return dropText(db, { id });
    const code = keys.sealingOf(row).open(placeOf(contractId), row.secret);
    await sync.checkpoint();
    const said = await sms
      .send({ to: phone, text: `Договор ${contract.number}, код подтверждения ${code}`, key: id })
      .catch((): SendResult => ({ kind: 'unknown', reason: 'the channel broke' }));
    if (said.kind === 'accepted') {
      await noteSent(row, { contractId, nth });
      return dropText(db, { id });
    }
    log.warn({ contractId, attempts: row.attempts + 1, reason: said.reason }, 'the SMS with a code was not taken');
    const pause = said.kind === 'refused' && !said.isFinal ? RETRIES_MS[row.attempts] : undefined;
    if (pause === undefined) return dropText(db, { id });
    return requeueText(db, id, now() + pause);
  }

  /** What is due. Never throws. */
  async function deliver(): Promise<void> {
    try {
      for (const { contractId } of await takeLostTexts(db, now())) {
        log.warn({ contractId }, 'whether an SMS with a code was sent is not known: the process died under it');
      }
      if (sms === undefined) return;
      for (const row of await listDueTexts(db, now(), AT_ONCE)) await attempt(row);
    } catch (err) {
      log.error({ err }, 'SMS with codes could not be sent');
    }
  }

  return { add, forget, deliver };
}
