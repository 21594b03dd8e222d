/** Tokens of agents that are no devices of ours, each for the queue of one register. The secret is told once. */
import type { HqAgentToken, HqAgentTokens, IssuedToken } from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import { newSecret, sha256 } from '../../auth/secrets.ts';
import {
  type AgentTokenRow,
  insertToken,
  listAgentTokens,
  lockAgentToken,
  revokeToken,
  setGrace,
} from '../../auth/tokens.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { findFiscalDevice } from './fiscal.repo.ts';
import { lockInService } from './registers.service.ts';

export interface AgentTokensPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly live: Live;
  readonly tokenGraceMs: number;
}

export type AgentTokensService = ReturnType<typeof createAgentTokensService>;

export function createAgentTokensService(ports: AgentTokensPorts) {
  const { db, now, newId, random, live, tokenGraceMs } = ports;

  /** @throws AppError `fiscal.device_not_found` */
  async function list(tenant: Tenant, registerId: string): Promise<HqAgentTokens> {
    if ((await findFiscalDevice(db, tenant, registerId)) === undefined) {
      throw new AppError('fiscal.device_not_found', `there is no register ${registerId}`);
    }
    const rows = await listAgentTokens(db, tenant, registerId);
    const at = now();
    return { tokens: rows.map((row) => toReply(row, at)), serverNow: at };
  }

  /** @throws AppError `fiscal.device_not_found`, `fiscal.device_archived`. */
  async function issue(by: UserPrincipal, registerId: string): Promise<IssuedToken> {
    const issued = await db.transaction(async (tx) => {
      await lockInService(tx, by, registerId);
      const made = await make(tx, by, registerId);
      await note(tx, by, 'AGENT_TOKEN_ISSUED', made.tokenId, registerId);
      return made;
    });
    live.hqChanged(by.organizationId, ['registers']);
    return issued;
  }

  /**
   * A new token for one in use, which still opens for the grace period.
   *
   * @throws AppError as `issue`; `app.not_found`; `app.conflict` when it was exchanged or revoked already.
   */
  async function rotate(by: UserPrincipal, registerId: string, tokenId: string): Promise<IssuedToken> {
    const graceUntil = now() + tokenGraceMs;
    const issued = await db.transaction(async (tx) => {
      await lockInService(tx, by, registerId);
      const { rootId } = await lock(tx, by, registerId, tokenId);
      if (!(await setGrace(tx, by, tokenId, graceUntil))) {
        throw new AppError('app.conflict', 'this token has been exchanged or revoked already');
      }
      const made = await make(tx, by, registerId, rootId ?? tokenId);
      await note(tx, by, 'AGENT_TOKEN_ROTATED', tokenId, registerId, { heir: made.tokenId, graceUntil });
      return { ...made, graceUntil };
    });
    live.hqChanged(by.organizationId, ['registers']);
    return issued;
  }

  /** At once, and for good. Twice is the same as once. @throws AppError `app.not_found`. */
  async function revoke(by: UserPrincipal, registerId: string, tokenId: string): Promise<void> {
    await db.transaction(async (tx) => {
      const token = await lock(tx, by, registerId, tokenId);
      if (token.revokedAt !== null) return;
      await revokeToken(tx, by, tokenId, now());
      await note(tx, by, 'AGENT_TOKEN_REVOKED', tokenId, registerId);
    });
    live.dropToken(tokenId);
    live.hqChanged(by.organizationId, ['registers']);
  }

  async function lock(tx: Tx, by: Tenant, registerId: string, tokenId: string): Promise<AgentTokenRow> {
    const token = await lockAgentToken(tx, by, tokenId);
    if (token?.fiscalDeviceId !== registerId) throw new AppError('app.not_found', 'the register has no such token');
    return token;
  }

  async function make(tx: Tx, by: Tenant, fiscalDeviceId: string, rootId?: string): Promise<IssuedToken> {
    const token = newSecret(random);
    const tokenId = newId();
    await insertToken(tx, {
      id: tokenId,
      tokenHash: sha256(token),
      kind: 'agent',
      organizationId: by.organizationId,
      fiscalDeviceId,
      rootId,
      issuedAt: now(),
    });
    return { tokenId, token };
  }

  const note = (
    tx: Tx,
    by: UserPrincipal,
    event: string,
    tokenId: string,
    fiscalDeviceId: string,
    details: Readonly<Record<string, unknown>> = {},
  ) =>
    appendAudit(tx, by, {
      at: now(),
      event,
      actor: actorOf(by),
      entity: { type: 'token', id: tokenId },
      details: { fiscalDeviceId, ...details },
    });

  return { list, issue, rotate, revoke };
}

function stateOf({ revokedAt, graceUntil }: AgentTokenRow, now: number): HqAgentToken['state'] {
  if (revokedAt !== null) return 'revoked';
  if (graceUntil === null) return 'live';
  return now < graceUntil ? 'grace' : 'over';
}

const toReply = (row: AgentTokenRow, now: number): HqAgentToken => ({
  tokenId: row.id,
  state: stateOf(row, now),
  issuedAt: row.issuedAt,
  ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt }),
  ...(row.graceUntil === null ? {} : { graceUntil: row.graceUntil }),
  ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
});
