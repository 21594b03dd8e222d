/** Commands to devices from afar: asked once, signed, fetched by the device itself, answered once. */
import type { z } from 'zod';
import type { CommandResult, CommandsReply } from '#shared/devices/commands.schema.ts';
import type { HqCommand, HqCommands, SendCommandRequest } from '#shared/hq/fleet.api.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type DevicePrincipal, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import { revokeDeviceTokens } from '../../auth/tokens.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { lockDevice, markRevoked } from '../devices/devices.repo.ts';
import {
  findBundle,
  insertCommand,
  listCommands,
  listWaiting,
  lockCommand,
  markCancelled,
  markDelivered,
  type NamedCommand,
  saveResult,
} from './commands.repo.ts';
import { stateOf } from './commands.rules.ts';
import type { CommandSigner } from './commands.signing.ts';

const MINUTE = 60_000;
const HISTORY = 50;

export type CommandsService = ReturnType<typeof createCommandsService>;

export function createCommandsService(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Pick<Live, 'commandWaits' | 'hqChanged' | 'dropDevice'>;
  readonly signer: CommandSigner;
}) {
  const { db, now, live, signer } = ports;

  const audit = (tx: Tx, by: UserPrincipal | DevicePrincipal, event: string, deviceId: string, details: object) =>
    appendAudit(tx, by, {
      at: now(),
      event,
      actor: actorOf(by),
      entity: { type: 'device', id: deviceId },
      details: { ...details },
    });

  /**
   * The same id again is the same command.
   *
   * @throws AppError `app.not_found`; `device.revoked`; `device.not_enrolled` nobody is there to obey; `app.conflict` the
   * id was another command's.
   */
  async function send(
    by: UserPrincipal,
    deviceId: string,
    { id, order, lifeMin }: z.output<typeof SendCommandRequest>,
  ): Promise<void> {
    await db.transaction(async (tx) => {
      const device = await lockDevice(tx, by, deviceId);
      if (device === undefined) throw new AppError('app.not_found', 'there is no such device');
      if (device.status === 'revoked') throw new AppError('device.revoked', 'a revoked device obeys nobody');
      if (device.status === 'pending') throw new AppError('device.not_enrolled', 'this device has not enrolled yet');
      const issuedAt = now();
      const { incarnation } = device;
      const signed = signer.sign({
        id,
        deviceId,
        incarnation,
        order,
        issuedAt,
        expiresAt: issuedAt + lifeMin * MINUTE,
      });
      const { organizationId, userId } = by;
      if (await insertCommand(tx, { ...signed, organizationId, createdBy: userId })) {
        return audit(tx, by, 'COMMAND_SENT', deviceId, { commandId: id, kind: order.kind });
      }
      const known = await lockCommand(tx, by, id);
      if (known?.deviceId !== deviceId || canonicalJson(known.order) !== canonicalJson(order)) {
        throw new AppError('app.conflict', 'this id was another command');
      }
    });
    live.commandWaits(deviceId);
    live.hqChanged(by.organizationId, ['commands']);
  }

  /** Of what no device has fetched. @throws AppError `app.not_found`; `app.conflict` it is too late. */
  async function cancel(by: UserPrincipal, id: string): Promise<void> {
    await db.transaction(async (tx) => {
      const command = await lockCommand(tx, by, id);
      if (command === undefined) throw new AppError('app.not_found', 'there is no such command');
      const state = stateOf(command, now());
      if (state === 'cancelled') return;
      if (state !== 'waiting') throw new AppError('app.conflict', 'the device may have obeyed already');
      await markCancelled(tx, by, id, now());
      await audit(tx, by, 'COMMAND_CANCELLED', command.deviceId, { commandId: id, kind: command.order.kind });
    });
    live.hqChanged(by.organizationId, ['commands']);
  }

  async function history(tenant: Tenant, deviceId: string): Promise<HqCommands> {
    const rows = await listCommands(db, tenant, deviceId, HISTORY);
    const at = now();
    return { commands: rows.map((row) => toReply(row, at)) };
  }

  /** What waits for this device. It may ask as often as it likes: it keeps what it had. */
  async function fetch(device: DevicePrincipal): Promise<CommandsReply> {
    const at = now();
    const seen = await listWaiting(db, device, at);
    if (seen.length === 0) return { serverNow: at, commands: [] };
    // Marked in one act with the reading: what is taken back is not handed out, what is handed out is not taken back.
    const rows = await db.transaction(async (tx) => {
      const held = await Promise.all(seen.map(({ id }) => lockCommand(tx, device, id)));
      const open = held.filter((row) => row !== undefined && ['waiting', 'delivered'].includes(stateOf(row, at)));
      for (const row of open) if (row) await markDelivered(tx, device, row.id, at);
      return open.filter((row) => row !== undefined);
    });
    live.hqChanged(device.organizationId, ['commands']);
    return {
      serverNow: at,
      commands: rows.map(({ id, deviceId, incarnation, order, issuedAt, expiresAt, signature }) => ({
        id,
        deviceId,
        incarnation,
        order: { ...order },
        issuedAt,
        expiresAt,
        signature,
      })),
    };
  }

  /**
   * The first answer stays. A device that says that it erases itself is let in no more.
   *
   * @throws AppError `app.not_found`, also of another device's command.
   */
  async function answer(device: DevicePrincipal, id: string, result: CommandResult): Promise<void> {
    const isGone = await db.transaction(async (tx) => {
      const command = await lockCommand(tx, device, id);
      if (command?.deviceId !== device.deviceId) throw new AppError('app.not_found', 'there is no such command');
      if (command.outcome !== null) return false;
      await saveResult(tx, device, id, result, now());
      const { kind } = command.order;
      await audit(tx, device, 'COMMAND_ACK', device.deviceId, { commandId: id, kind, outcome: result.outcome });
      if (kind !== 'wipe' || result.outcome !== 'done') return false;
      await markRevoked(tx, device, device.deviceId, now());
      await revokeDeviceTokens(tx, device, device.deviceId, now());
      await audit(tx, device, 'DEVICE_REVOKED', device.deviceId, { commandId: id, isWiped: true });
      return true;
    });
    if (isGone) live.dropDevice(device.deviceId);
    live.hqChanged(device.organizationId, isGone ? ['commands', 'devices'] : ['commands']);
  }

  /** Gzip. @throws AppError `app.not_found`. */
  async function bundle(by: UserPrincipal, id: string): Promise<Buffer> {
    const found = await findBundle(db, by, id);
    if (found === undefined) throw new AppError('app.not_found', 'there is no such log');
    return Buffer.from(found, 'base64');
  }

  return { send, cancel, history, fetch, answer, bundle };
}

const toReply = (row: NamedCommand, now: number): HqCommand => ({
  id: row.id,
  order: row.order,
  state: stateOf(row, now),
  issuedAt: row.issuedAt,
  expiresAt: row.expiresAt,
  ...(row.createdByName === null ? {} : { createdBy: row.createdByName }),
  ...(row.deliveredAt === null ? {} : { deliveredAt: row.deliveredAt }),
  ...(row.answeredAt === null ? {} : { answeredAt: row.answeredAt }),
  ...(row.outcome === null || row.outcome === 'done' ? {} : { fault: row.outcome }),
  details: row.details ?? {},
  hasBundle: row.hasBundle,
});
