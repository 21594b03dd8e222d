/**
 * The support channel: one message an act, written with it and sent after it, over again until the client application has
 * it. What is written here is the truth; managers' devices get a copy in which codes are masked.
 */
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { type Scope, shopScope } from '#shared/sync/scopes.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import { withRetry } from '../../sync/retry.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import type { Carrier } from './support.carrier.ts';
import {
  type DeliveredMessage,
  SECRET_PLACE,
  type SupportDelivery,
  type SupportKind,
  type SupportPort,
} from './support.port.ts';
import {
  claimMessage,
  findClient,
  findMessage,
  findOpenTicket,
  findTicket,
  forgetOldSecrets,
  forgetSecret,
  insertMessage,
  insertTicket,
  listDueMessages,
  listMessages,
  listOpenTickets,
  listTickets,
  listUsersOf,
  lockClientTickets,
  type MessageRow,
  noteDelivery,
  noteFailure,
  type TicketRow,
  touchTicket,
} from './support.repo.ts';

type Heads = Readonly<Record<Scope, number>>;
type Note = Parameters<SupportPort['onDelivered']>[1];

export interface SupportPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly keys: OrganizationKeys;
  readonly carry: Carrier;
  readonly sync: Pick<SyncService, 'announce'>;
  readonly log: {
    warn(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

export interface MessageView extends Omit<MessageRow, 'secret' | 'idempotencyKey' | 'nextAt'> {
  /** With the secret, or with dots in its place. */
  readonly body: string;
}

const SUBJECT = 'Подписание договора';
const MASK = '••••••';
const EVERY_MS = 5000;
/** Longer than a carrier waits: whoever died with a message in his hand is followed by another. */
const LEASE_MS = 15_000;
const RETRY_MS = 5000;
const RETRY_AT_MOST_MS = 20_000;
const AT_ONCE = 50;
const SECRET_MS = 15 * 60_000;
const LISTED = 500;

export type SupportService = ReturnType<typeof createSupport>;

export function createSupport(ports: SupportPorts) {
  const { db, now, newId, keys, carry, sync, log } = ports;
  const notes = new Map<SupportKind, Note>();

  const place = (id: string) => ['support', id, 'secret'] as const;
  const masked = ({ body }: MessageRow): string => body.replaceAll(SECRET_PLACE, MASK);
  const opened = (row: MessageRow): string =>
    row.secret === null
      ? masked(row)
      : row.body.replaceAll(SECRET_PLACE, keys.sealingOf(row).open(place(row.id), row.secret));

  async function openTicket(tx: Tx, tenant: Tenant, clientId: string, subject: string): Promise<TicketRow> {
    await lockClientTickets(tx, tenant, clientId);
    const known = await findOpenTicket(tx, tenant, clientId);
    const at = now();
    if (known !== undefined) {
      await touchTicket(tx, tenant, known.id, at);
      return known;
    }
    const { organizationId } = tenant;
    const row = {
      id: newId(),
      organizationId,
      clientId,
      subject,
      state: 'open',
      createdAt: at,
      updatedAt: at,
    } as const;
    await insertTicket(tx, row);
    return row;
  }

  const deliveryOf = ({ id, ticketId, deliveredAt, fault }: MessageRow): SupportDelivery => ({
    messageId: id,
    ticketId,
    state: deliveredAt !== null ? 'delivered' : fault === null ? 'queued' : 'failing',
    deliveredAt: deliveredAt ?? undefined,
  });

  const send: SupportPort['send'] = async (tx, tenant, draft) => {
    const { clientId, kind, body, secretPart, idempotencyKey } = draft;
    const ticket = await openTicket(tx, tenant, clientId, draft.subject ?? SUBJECT);
    const known = await findMessage(tx, tenant, idempotencyKey);
    if (known !== undefined) return deliveryOf(known);
    const id = newId();
    const row: MessageRow = {
      id,
      organizationId: tenant.organizationId,
      ticketId: ticket.id,
      clientId,
      kind,
      author: 'system',
      body,
      secret: secretPart === undefined ? null : keys.sealingOf(tenant).seal(place(id), secretPart),
      idempotencyKey,
      createdAt: now(),
      deliveredAt: null,
      attempts: 0,
      nextAt: now(),
      fault: null,
    };
    await insertMessage(tx, row);
    return deliveryOf(row);
  };

  /** What managers' devices have of it. */
  async function mirror(tx: Tx, row: MessageRow, deliveredAt: number | null): Promise<Heads> {
    const client = await findClient(tx, row, row.clientId);
    if (client === undefined) return {};
    const { id, ticketId, clientId, kind, author, createdAt } = row;
    const { shopId } = client;
    const seen = deliveredAt === null ? {} : { deliveredAt };
    const fields = { id, shopId, clientId, ticketId, kind, author, body: masked(row), at: createdAt, ...seen };
    const put = { type: 'support_message', id, scope: shopScope(shopId), fields } as const;
    return (await writeRows(tx, row.organizationId, [put], now())).heads;
  }

  async function noteTaken(row: MessageRow): Promise<void> {
    const at = now();
    const all = await withRetry(() =>
      db.transaction(async (tx) => {
        if (!(await noteDelivery(tx, row.id, at))) return [];
        const { organizationId, clientId, kind, idempotencyKey, id: messageId } = row;
        const made = [await mirror(tx, row, at)];
        if (kind !== 'text') {
          const told: DeliveredMessage = { organizationId, messageId, clientId, kind, idempotencyKey, deliveredAt: at };
          made.push((await notes.get(kind)?.(tx, told)) ?? {});
        }
        return made;
      }),
    );
    for (const heads of all) sync.announce(heads);
  }

  /** @returns whether the next one may be tried at once. */
  async function attempt(row: MessageRow): Promise<boolean> {
    if (!(await claimMessage(db, row, now() + LEASE_MS))) return true;
    const [ticket, [user]] = await Promise.all([
      findTicket(db, row, row.ticketId),
      listUsersOf(db, row, [row.clientId]),
    ]);
    const carried = await carry({
      message_id: row.id,
      user_id: user?.id ?? null,
      client_id: row.clientId,
      ticket_id: row.ticketId,
      subject: ticket?.subject ?? SUBJECT,
      kind: row.kind,
      body: opened(row),
      created_at: new Date(row.createdAt).toISOString(),
    });
    if (carried.kind === 'taken') {
      await noteTaken(row);
      return true;
    }
    log.warn({ messageId: row.id, kind: row.kind, fault: carried.fault }, 'a message to a client was not taken');
    const nextAt = now() + Math.min(RETRY_MS * (row.attempts + 1), RETRY_AT_MOST_MS);
    const heads = await withRetry(() =>
      db.transaction(async (tx) => {
        await noteFailure(tx, row.id, nextAt, carried.fault);
        return row.fault === null ? mirror(tx, row, null) : {};
      }),
    );
    sync.announce(heads);
    return carried.kind !== 'away';
  }

  async function tick(): Promise<void> {
    for (const row of await listDueMessages(db, now(), AT_ONCE)) if (!(await attempt(row))) break;
    await forgetOldSecrets(db, now() - SECRET_MS);
  }

  let running: Promise<void> = Promise.resolve();
  /** One turn at a time: whoever asks while another is under way gets the one after it. */
  const deliver = (): Promise<void> => {
    running = running.then(tick).catch((err: unknown) => log.error({ err }, 'messages to clients could not be sent'));
    return running;
  };

  const port: SupportPort = {
    send,
    deliver,
    stateOf: async (on, tenant, key) => {
      const row = await findMessage(on, tenant, key);
      return row === undefined ? undefined : deliveryOf(row);
    },
    forgetSecret,
    onDelivered: (kind, note) => {
      notes.set(kind, note);
    },
  };

  const viewOf = (row: MessageRow, body: string): MessageView => {
    const { secret: _secret, idempotencyKey: _key, nextAt: _next, ...rest } = row;
    return { ...rest, body };
  };

  let timer: NodeJS.Timeout | undefined;
  return {
    ...port,
    /** Newest first. */
    tickets: (tenant: Tenant, clientId: string) => listTickets(db, tenant, clientId),
    /** Ids of open tickets by client. */
    openTicketsOf: async (tenant: Tenant, clientIds: readonly string[]): Promise<ReadonlyMap<string, string>> =>
      new Map((await listOpenTickets(db, tenant, clientIds)).map(({ clientId, id }) => [clientId, id])),
    /** As the client reads them. @throws AppError `app.not_found` no such ticket of this client */
    messagesFor: async (tenant: Tenant, clientId: string, ticketId: string): Promise<MessageView[]> => {
      const ticket = await findTicket(db, tenant, ticketId);
      if (ticket?.clientId !== clientId) throw new AppError('app.not_found', 'there is no such ticket');
      return (await listMessages(db, tenant, { ticketId }, LISTED)).map((row) => viewOf(row, opened(row)));
    },
    /** As a manager reads them. */
    messagesOf: async (tenant: Tenant, clientId: string): Promise<MessageView[]> =>
      (await listMessages(db, tenant, { clientId }, LISTED)).map((row) => viewOf(row, masked(row))),
    /** What a client writes. The same id is the same message. */
    receive: async (tenant: Tenant, clientId: string, message: { readonly id: string; readonly body: string }) => {
      const { row, heads } = await withRetry(() =>
        db.transaction(async (tx) => {
          const ticket = await openTicket(tx, tenant, clientId, 'Обращение клиента');
          const idempotencyKey = `user:${message.id}`;
          const known = await findMessage(tx, tenant, idempotencyKey);
          if (known !== undefined) return { row: known, heads: {} };
          const at = now();
          const { organizationId } = tenant;
          const made: MessageRow = {
            id: newId(),
            organizationId,
            ticketId: ticket.id,
            clientId,
            kind: 'text',
            author: 'user',
            // What they wrote is theirs, whatever it looks like.
            body: message.body.replaceAll(SECRET_PLACE, 'secret'),
            secret: null,
            idempotencyKey,
            createdAt: at,
            deliveredAt: at,
            attempts: 0,
            nextAt: null,
            fault: null,
          };
          await insertMessage(tx, made);
          return { row: made, heads: await mirror(tx, made, at) };
        }),
      );
      sync.announce(heads);
      return viewOf(row, masked(row));
    },
    start: () => {
      timer ??= setInterval(() => void deliver(), EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
