/** M-23: the client's code makes a contract signed, and leaves what proves it. */
import { createHmac } from 'node:crypto';
import { contractInForce, isOf } from '#shared/contracts/contracts.rules.ts';
import type { CodeStanding, Contract } from '#shared/contracts/contracts.schema.ts';
import { isCodeOver, readCode } from '#shared/contracts/otp.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf } from '../../auth/principals.ts';
import type { Billing } from './billing.service.ts';
import type { Codes } from './codes.ts';
import { assertOwn, atDesk, type ClientDesk } from './contract.writer.ts';
import type { ContractFiles } from './contract-files.ts';
import type { Asked, ContractPorts } from './contracts.ports.ts';
import { findClient, listContracts, readAuditLink, readFile } from './contracts.repo.ts';
import { openContract, outdated, snapshotToSign } from './generation.service.ts';

/** HMAC of a PDF's hash under the server's secret: nobody without it can make a trail for another file. */
export const signatureHmac = (secret: string, pdfSha256: string): string =>
  createHmac('sha256', secret).update(pdfSha256).digest('hex');

const refusals = {
  wrong: (attemptsLeft: number) =>
    new AppError('contracts.otp_invalid', 'the code is wrong', { details: { attempts_left: attemptsLeft } }),
  locked: () =>
    new AppError('contracts.otp_locked', 'too many wrong codes: ask for another', { details: { attempts_left: 0 } }),
  expired: () => new AppError('contracts.otp_expired', 'the time of this code is over: ask for another'),
};

export function createSigning(ports: ContractPorts, codes: Codes, files: ContractFiles, billing: Billing) {
  const { db, now, secret } = ports;

  /**
   * @param given what was typed; a blank is never a code, signed or not.
   * @throws AppError `contracts.otp_invalid` and `contracts.otp_locked` with `attempts_left`, `contracts.otp_expired`,
   * `contracts.not_found`, `contracts.already_signed`, `contracts.outdated`, `contracts.pdf_changed`
   */
  async function confirm(asked: Asked, clientId: string, given: unknown): Promise<Contract> {
    const { by } = asked;
    const client = await findClient(db, by, clientId);
    assertOwn(by, client);
    const code = readCode(given);
    if (code === undefined) throw new AppError('contracts.otp_invalid', 'a code has six digits');
    const seen = openContract(await listContracts(db, by, clientId));
    // Read outside of the transaction: files are slow, and what is signed is compared by its hash inside.
    await files.read(by, seen);
    const outcome = await atDesk(ports, by, clientId, async (desk) => {
      assertOwn(by, desk.client);
      const known = openContract(await listContracts(desk.tx, by, clientId));
      const { print } = snapshotToSign(await readFile(desk.tx, by, desk.client));
      if (known.id !== seen.id || !isOf(known, print)) throw outdated();
      const standing = known.code;
      if (standing === undefined || standing.attemptsLeft === 0) return { refused: refusals.locked() };
      if (isCodeOver(standing, now())) return { refused: refusals.expired() };
      if (await codes.matches(desk.tx, known.id, code)) return { signed: await sign(desk, asked, known) };
      return { refused: await refuse(desk, asked, known, standing) };
    });
    // After the commit: a wrong code is counted.
    if ('refused' in outcome) throw outcome.refused;
    await ports.support.deliver();
    return outcome.signed;
  }

  async function refuse(
    { tx, client, contract }: ClientDesk,
    { by, ip }: Asked,
    known: Contract,
    standing: CodeStanding,
  ): Promise<AppError> {
    const code = await codes.countWrong(tx, by, client.id, standing);
    const { attemptsLeft } = code;
    const isLocked = attemptsLeft === 0;
    if (isLocked) await codes.forget(tx, by, known.id);
    await contract({ ...known, status: isLocked ? 'otp_locked' : known.status, code });
    await appendAudit(tx, by, {
      at: now(),
      event: isLocked ? 'OTP_LOCKED' : 'OTP_FAILED',
      actor: actorOf(by),
      entity: { type: 'contract', id: known.id },
      details: { number: known.number, attemptsLeft, ...(isLocked ? { nextAt: code.nextAt } : {}) },
      ip,
    });
    return isLocked ? refusals.locked() : refusals.wrong(attemptsLeft);
  }

  async function sign(desk: ClientDesk, { by, ip, userAgent }: Asked, known: Contract): Promise<Contract> {
    const { tx, client, contract } = desk;
    const at = now();
    const hmac = signatureHmac(secret, known.pdfSha256);
    const agent = userAgent.slice(0, 512);
    await appendAudit(tx, by, {
      at,
      event: 'CONTRACT_SIGNED',
      actor: actorOf(by),
      entity: { type: 'contract', id: known.id },
      details: {
        clientId: client.id,
        number: known.number,
        pdfSha256: known.pdfSha256,
        hmac,
        signedAt: at,
        pepAgreedAt: at,
        userAgent: agent,
      },
      ip,
    });
    const trail = await readAuditLink(tx, by, { event: 'CONTRACT_SIGNED', entityId: known.id });
    await codes.forget(tx, by, known.id);
    await codes.forgive(tx, by, client.id);
    const before = contractInForce(await listContracts(tx, by, client.id));
    if (before !== undefined) await contract({ ...before, status: 'superseded' });
    const { code: _, ...unsigned } = known;
    const signed = await contract({
      ...unsigned,
      status: 'signed',
      signature: {
        signedAt: at,
        pepAgreedAt: at,
        hash: known.pdfSha256,
        hmac,
        ip,
        userAgent: agent,
        memberId: by.managerId,
        trail,
      },
    });
    await billing.billSigned(desk, by, signed);
    return signed;
  }

  return { confirm };
}
