/**
 * Sends what is due, one at a time. An attempt is on the disk before the provider hears of it: one that a dead process left
 * is not made again, it ends as unknown. Every instance may run this; what one has taken the others leave.
 */
import type { FastifyBaseLogger } from 'fastify';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import type { SendResult } from './channel.port.ts';
import { refused } from './channel.port.ts';
import { judgeAttempt } from './delivery.rules.ts';
import { emailOf, smsOf } from './letter.rules.ts';
import type { Channels } from './open-channels.ts';
import {
  type DeliveryRow,
  endAttempt,
  findDue,
  findOrganizationName,
  forgetAddresses,
  giveUpStale,
  leaveQueued,
} from './reports.repo.ts';

export interface QueuePorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Pick<Live, 'hqChanged'>;
  readonly blobs: Pick<BlobsService, 'openFile'>;
  readonly channels: Channels;
  /** What was written is on the disk when this resolves. */
  readonly checkpoint: () => Promise<void>;
  readonly copyUrl: (copyCode: string) => string;
  readonly shortUrl: (copyCode: string) => string;
  /** Of each attempt: what it came to. */
  readonly count: (channel: DeliveryRow['channel'], outcome: 'sent' | 'failed' | 'unknown') => void;
  readonly log: FastifyBaseLogger;
}

/** Longer than any channel waits for its provider. */
const LEASE_MS = 5 * 60_000;
/** The bytes come after the rows: they are looked for this often, and for this long. */
const FILE_LOOK_MS = 5000;
const FILE_WAIT_MS = 24 * 3_600_000;
/** A wrong address is corrected within this time, or never. */
const ADDRESS_MS = 30 * 24 * 3_600_000;
const EVERY_MS = 1000;
const AT_ONCE = 20;

export function createDeliveryQueue(ports: QueuePorts) {
  const { db, now, blobs, channels, log } = ports;

  const fileOf = async ({ organizationId, fileId }: DeliveryRow): Promise<Uint8Array | undefined> => {
    try {
      const opened = await blobs.openFile({ organizationId }, fileId);
      const pieces: Uint8Array[] = [];
      for await (const piece of opened.read(0, opened.size)) pieces.push(piece);
      return Buffer.concat(pieces);
    } catch (error) {
      if (error instanceof AppError && error.code === 'blobs.not_found') return undefined;
      throw error;
    }
  };

  const send = async (row: DeliveryRow, bytes: Uint8Array): Promise<SendResult> => {
    const { address, language, id, copyCode, reportId } = row;
    if (address === null) return refused('the address is not kept any more', 'address_refused', true);
    const organization = await findOrganizationName(db, row);
    if (row.channel === 'sms') {
      if (channels.sms === undefined) return refused('no SMS provider is set up', 'not_configured');
      return channels.sms.send({ to: address, text: smsOf(language, organization, ports.shortUrl(copyCode)), key: id });
    }
    if (channels.email === undefined) return refused('no e-mail provider is set up', 'not_configured');
    const letter = emailOf(row, organization, ports.copyUrl(copyCode));
    return channels.email.send({ to: address, ...letter, attachment: { name: `${reportId}.pdf`, bytes }, key: id });
  };

  const told = (row: DeliveryRow) => ports.live.hqChanged(row.organizationId, ['reports']);

  /** Takes one that is due. @returns whether there was any. */
  async function step(): Promise<boolean> {
    const at = now();
    const due = await findDue(db, at);
    if (due === undefined) return false;
    const bytes = await fileOf(due);
    if (bytes === undefined) {
      const isLate = at - due.createdAt > FILE_WAIT_MS;
      await leaveQueued(db, due, {
        ...(isLate ? { state: 'failed', fault: 'file_missing', nextAt: null } : { nextAt: at + FILE_LOOK_MS }),
        updatedAt: at,
      });
      return true;
    }
    const attempts = due.attempts + 1;
    // Whoever is first has it; another instance goes on to the next.
    const begun = { state: 'sending', attempts, nextAt: null, leaseUntil: at + LEASE_MS, updatedAt: at } as const;
    if (!(await leaveQueued(db, due, begun))) return true;
    const row = { ...due, attempts };
    await ports.checkpoint();
    told(row);
    let result: SendResult;
    try {
      result = await send(row, bytes);
    } catch (error) {
      log.error({ err: error, deliveryId: row.id }, 'a channel broke');
      result = { kind: 'unknown', reason: 'the channel broke' };
    }
    const verdict = judgeAttempt(result, row.attempts, now());
    const facts = { deliveryId: row.id, reportId: row.reportId, channel: row.channel, attempts: row.attempts };
    log.info(
      { ...facts, state: verdict.state, fault: verdict.fault, reason: verdict.reason },
      'a report was sent, or not',
    );
    const isSent = verdict.state === 'sent';
    // Who has it needs no second one: the address goes at once.
    await endAttempt(db, row.id, row.attempts, { ...verdict, ...(isSent ? { address: null } : {}), updatedAt: now() });
    ports.count(row.channel, isSent ? 'sent' : verdict.state === 'unknown' ? 'unknown' : 'failed');
    told(row);
    return true;
  }

  async function tick(): Promise<void> {
    for (const row of await giveUpStale(db, now())) {
      log.warn({ deliveryId: row.id }, 'whether a report was sent is not known: the process died under it');
      ports.count(row.channel, 'unknown');
      told(row);
    }
    for (let done = 0; done < AT_ONCE && (await step()); done += 1);
    await forgetAddresses(db, now() - ADDRESS_MS);
  }

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const turn = (): void => {
    // A provider that is slow must not be asked twice at once.
    running ??= tick()
      .catch((err: unknown) => log.error({ err }, 'sending reports failed'))
      .finally(() => {
        running = undefined;
      });
  };
  return {
    tick,
    start: () => {
      timer ??= setInterval(turn, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
