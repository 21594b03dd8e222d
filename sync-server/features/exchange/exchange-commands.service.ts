/** What a phone asks of a desktop: asked once, leased to whoever polls, ended by its ack, by its sale or by its time. */
import type { z } from 'zod';
import { isOver, LEASE_MS } from '#shared/exchange/commands.rules.ts';
import type { DesktopAction, FailReason } from '#shared/exchange/commands.schema.ts';
import {
  type AckRequest,
  type DeviceCommand,
  type DeviceCommandRequest,
  MAX_PAYLOAD_BYTES,
  type PollQuery,
  type PollReply,
} from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { DevicePrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import type { PersonPrincipal } from './exchange.principal.ts';
import type { ExchangeAuth } from './exchange-auth.service.ts';
import {
  type CommandRow,
  changeCommand,
  closeOverdue,
  findCommand,
  insertCommand,
  listOpen,
  lockCommand,
  lockWaiting,
} from './exchange-commands.repo.ts';
import { findPairedUser, listPairings } from './pairings.repo.ts';
import type { Owner } from './wallets.repo.ts';

const LOGIN: DesktopAction = 'LOGIN_ON_DESKTOP';
const NOT_AUTHENTICATED: FailReason = 'NOT_AUTHENTICATED';

type Poller = PersonPrincipal | DevicePrincipal;

export type ExchangeCommands = ReturnType<typeof createExchangeCommands>;

export function createExchangeCommands(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Pick<Live, 'exchangeWaits'>;
  readonly auth: Pick<ExchangeAuth, 'authenticate' | 'makeTicket'>;
}) {
  const { db, now, newId, live, auth } = ports;

  /** @throws AppError `app.too_large`; `exchange.not_paired`, `auth.forbidden` for a sign-in that cannot be passed on */
  async function create(by: PersonPrincipal, asked: z.output<typeof DeviceCommandRequest>): Promise<DeviceCommand> {
    if (Buffer.byteLength(JSON.stringify(asked.payload)) > MAX_PAYLOAD_BYTES) {
      throw new AppError('app.too_large', `a payload has at most ${MAX_PAYLOAD_BYTES} bytes`);
    }
    const isByToken = asked.action === LOGIN && typeof asked.payload['access_token'] === 'string';
    const carried = isByToken ? await auth.authenticate(String(asked.payload['access_token'])) : undefined;
    if (carried !== undefined && carried.userId !== by.userId) {
      throw new AppError('auth.forbidden', 'this token is of somebody else');
    }
    const { row, pairedIds } = await db.transaction(async (tx) => {
      const paired = await listPairings(tx, by, by.userId);
      const at = now();
      const made = await insertCommand(tx, {
        id: newId(),
        organizationId: by.organizationId,
        userId: by.userId,
        action: asked.action,
        payload: carried === undefined ? asked.payload : await ticketInstead(tx, by, asked, paired),
        sourceDevice: asked.source_device,
        sourceDeviceId: asked.source_device_id ?? null,
        targetDevice: asked.target_device,
        targetDeviceId: asked.target_device_id ?? null,
        createdAt: at,
        expiresAt: at + asked.ttl_seconds * 1000,
      });
      return { row: made, pairedIds: paired.map(({ deviceId }) => deviceId) };
    });
    for (const deviceId of pairedIds) {
      if (row.targetDeviceId === null || row.targetDeviceId === deviceId) live.exchangeWaits(deviceId);
    }
    return toCommand(row);
  }

  /** An older phone sends a token. It is not kept: a ticket takes its place. */
  async function ticketInstead(
    tx: Tx,
    by: PersonPrincipal,
    { payload, target_device_id: target }: z.output<typeof DeviceCommandRequest>,
    paired: Awaited<ReturnType<typeof listPairings>>,
  ): Promise<Record<string, unknown>> {
    const desktop = paired.find(({ deviceId }) => deviceId === target);
    if (desktop === undefined) throw new AppError('exchange.not_paired', 'this desktop is not paired with you');
    const { access_token: _token, ...rest } = payload;
    return { ...rest, login_ticket: (await auth.makeTicket(tx, by, desktop.deviceId)).ticket };
  }

  /** @throws AppError `exchange.command_not_found` */
  async function find(by: PersonPrincipal, id: string): Promise<DeviceCommand> {
    await closeOverdue(db, now(), by);
    return toCommand(found(await findCommand(db, by, id)));
  }

  /** @throws AppError `exchange.not_paired` a desktop that listens to nobody */
  async function poll(by: Poller, query: z.output<typeof PollQuery>): Promise<PollReply> {
    const owner = await ownerOf(by);
    const targetDeviceId = by.kind === 'device' ? by.deviceId : query.target_device_id;
    const at = now();
    const commands = await db.transaction(async (tx) => {
      await closeOverdue(tx, at, owner);
      const desktop = { targetDevice: query.target_device, targetDeviceId, limit: query.limit };
      const waiting = await lockWaiting(tx, owner, desktop, at);
      if (by.kind === 'device') await failForSignedOut(tx, owner, by.deviceId, at);
      const given = by.kind === 'device' ? waiting.filter(({ action }) => action === LOGIN) : waiting;
      const holder = holderOf(by, targetDeviceId);
      const leased: CommandRow[] = [];
      for (const { id } of given) {
        const change = { status: 'DELIVERED', deliveredTo: holder, leaseUntil: at + LEASE_MS } as const;
        leased.push(await changeCommand(tx, owner, id, change));
      }
      return leased;
    });
    return { commands: commands.map(toCommand), polled_at: iso(at) };
  }

  /**
   * A desktop that nobody has signed in to does nothing but sign in. What was sent to it alone is told so at once, unless a sign-in is
   * on its way there; what somebody had begun there before stays for him.
   */
  async function failForSignedOut(tx: Tx, owner: Owner, deviceId: string, at: number): Promise<void> {
    const open = await listOpen(tx, owner, deviceId);
    if (open.some(({ action }) => action === LOGIN)) return;
    for (const { id, status, targetDeviceId } of open) {
      if (status !== 'PENDING' || targetDeviceId !== deviceId) continue;
      await changeCommand(tx, owner, id, { status: 'FAILED', failReason: NOT_AUTHENTICATED, executedAt: at });
    }
  }

  /** @throws AppError `exchange.command_not_found`; `exchange.not_leased` somebody else has it, or nobody had it yet */
  async function ack(by: Poller, id: string, said: z.output<typeof AckRequest>): Promise<DeviceCommand> {
    const owner = await ownerOf(by);
    const at = now();
    return db.transaction(async (tx) => {
      await closeOverdue(tx, at, owner);
      const command = found(await lockCommand(tx, owner, id));
      if (by.kind === 'device' && command.targetDeviceId !== null && command.targetDeviceId !== by.deviceId) {
        return found(undefined);
      }
      if (isOver(command.status)) return toCommand(command);
      const targetDeviceId = by.kind === 'device' ? by.deviceId : said.target_device_id;
      if (command.status !== 'DELIVERED' || command.deliveredTo !== holderOf(by, targetDeviceId)) {
        throw new AppError('exchange.not_leased', 'this command was not given to you');
      }
      // The sale itself is the better witness.
      const isFailed = said.status === 'FAILED' && command.transactionId === null;
      const change = isFailed
        ? ({ status: 'FAILED', failReason: said.reason ?? null, executedAt: at } as const)
        : ({ status: 'ACKNOWLEDGED', executedAt: at } as const);
      return toCommand(await changeCommand(tx, owner, id, change));
    });
  }

  async function ownerOf(by: Poller): Promise<Owner> {
    if (by.kind === 'person') return by;
    const user = await findPairedUser(db, by, by.deviceId);
    if (user === undefined) throw new AppError('exchange.not_paired', 'this desktop listens to nobody yet');
    return { organizationId: by.organizationId, userId: user.id };
  }

  return { create, find, poll, ack, expire: () => closeOverdue(db, now()) };
}

/** A desktop is the same one whether it comes with its own token or with its person's. */
const holderOf = (by: Poller, targetDeviceId: string | undefined): string =>
  by.kind === 'person' && targetDeviceId === undefined ? `session:${by.sessionId}` : `device:${targetDeviceId}`;

function found(command: undefined): never;
function found(command: CommandRow | undefined): CommandRow;
function found(command: CommandRow | undefined): CommandRow {
  if (command !== undefined) return command;
  throw new AppError('exchange.command_not_found', 'there is no such command');
}

const iso = (at: number): string => new Date(at).toISOString();

const toCommand = (row: CommandRow): DeviceCommand => ({
  id: row.id,
  action: row.action,
  payload: row.payload,
  source_device: row.sourceDevice,
  source_device_id: row.sourceDeviceId,
  target_device: row.targetDevice,
  target_device_id: row.targetDeviceId,
  status: row.status,
  fail_reason: row.failReason,
  transaction_id: row.transactionId,
  expires_at: iso(row.expiresAt),
  created_at: iso(row.createdAt),
  executed_at: row.executedAt === null ? null : iso(row.executedAt),
});
