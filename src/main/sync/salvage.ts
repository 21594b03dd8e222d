/**
 * What can be read of the outbox of a damaged database that was set aside. A mutation is taken when its hash agrees with
 * its body: then every byte of it is as it was written.
 */
import Database from 'better-sqlite3';
import { z } from 'zod';
import { sha256 } from '#node/sha256.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import { Epoch, GrantsVer, Mid, Ticket } from '#shared/sync/protocol.ts';
import type { OutboxRow } from './outbox.repo.ts';

const Row = z.object({
  mid: Mid,
  name: z.string(),
  args: z.string(),
  schema: z.int(),
  hlc: z.string().regex(/^[0-9a-f]{16}$/),
  base: z.string(),
  h: z.string(),
  grant: GrantsVer.nullable(),
  touches: z.string(),
  createdAt: z.int(),
});

/** Who wrote it, and how far he had come. */
const Standing = z.object({
  deviceId: z.string().min(1),
  incarnation: z.int().min(1),
  nextMid: Mid,
  hlc: z.string().regex(/^[0-9a-f]{16}$/),
  epoch: Epoch.nullable(),
  ticket: Ticket.nullable(),
  grantsVer: GrantsVer.nullable(),
});
export type Standing = z.infer<typeof Standing>;

const Answered = Row.extend({ outcome: z.string().refine(isJson) });
export type AnsweredRow = z.infer<typeof Answered>;

export interface Salvaged {
  /** Mutations without an answer, oldest first. */
  readonly pending: readonly OutboxRow[];
  /** Those that the server had answered, as far as they can be read: it may come back from an older backup. */
  readonly answered: readonly AnsweredRow[];
  /** Rows that are there and cannot be read, as far as their number can be known. */
  readonly lost: number;
  /** Absent when that part of the file is damaged. */
  readonly standing?: Standing;
  /** The identity as `device_state` holds it; JSON. */
  readonly identity?: string;
}

/** `undefined` when nothing at all can be read. Never throws, and leaves the file as it is. */
export function salvage(file: string): Salvaged | undefined {
  let client: Database.Database;
  try {
    client = new Database(file, { readonly: true, fileMustExist: true });
  } catch {
    return undefined;
  }
  try {
    const standing = readOne(client, Standing, STANDING);
    const identity = readOne(client, z.object({ value: z.string().refine(isJson) }), IDENTITY)?.value;
    const found = readRows(client, Row, PENDING);
    const answered = readRows(client, Answered, ANSWERED)?.rows ?? [];
    if (found === undefined && standing === undefined && identity === undefined) return undefined;
    const rows = found?.rows ?? [];
    // Numbers have no gaps: whatever lies between the first that waits and the last that was given was there.
    const first = rows[0]?.mid;
    const last = Math.max(rows.at(-1)?.mid ?? 0, (standing?.nextMid ?? 1) - 1);
    const missing = first === undefined ? 0 : last - first + 1 - rows.length;
    return {
      pending: rows,
      answered,
      lost: Math.max(missing, found?.unreadable ?? 0),
      ...(standing === undefined ? {} : { standing }),
      ...(identity === undefined ? {} : { identity }),
    };
  } finally {
    client.close();
  }
}

const STANDING = `SELECT device_id AS deviceId, incarnation, next_mid AS nextMid, hlc, epoch, ticket,
  grants_ver AS grantsVer FROM sync_state WHERE id = 1`;
const IDENTITY = `SELECT value FROM device_state WHERE key = 'identity'`;
const COLUMNS = `mid, name, args, schema, hlc, base, h, grant_ver AS "grant", touches, created_at AS createdAt`;
const PENDING = `SELECT ${COLUMNS} FROM sync_outbox WHERE state = 'pending' ORDER BY mid`;
const ANSWERED = `SELECT ${COLUMNS}, outcome FROM sync_outbox WHERE state = 'acked' ORDER BY mid`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readOne<T>(client: Database.Database, schema: z.ZodType<T>, query: string): T | undefined {
  try {
    return schema.safeParse(client.prepare(query).get()).data;
  } catch {
    return undefined;
  }
}

/** From both ends, because a walk stops at the first page that cannot be read. */
function readRows<R extends OutboxRow>(
  client: Database.Database,
  schema: z.ZodType<R>,
  ordered: string,
): { rows: R[]; unreadable: number } | undefined {
  const rows = new Map<number, R>();
  const broken = new Set<unknown>();
  const walks = [ordered, `${ordered} DESC`].map((query) => walk(client, schema, query, rows, broken));
  if (walks.every((isOpened) => !isOpened)) return undefined;
  return { rows: [...rows.values()].toSorted((a, b) => a.mid - b.mid), unreadable: broken.size };
}

function walk<R extends OutboxRow>(
  client: Database.Database,
  schema: z.ZodType<R>,
  query: string,
  rows: Map<number, R>,
  broken: Set<unknown>,
): boolean {
  let isOpened = false;
  try {
    const statement = client.prepare<[], { mid: unknown }>(query);
    isOpened = true;
    for (const raw of statement.iterate()) {
      const row = schema.safeParse(raw).data;
      if (row !== undefined && isWhole(row)) rows.set(row.mid, row);
      else broken.add(raw.mid);
    }
  } catch {
    // What was read so far is good; the other walk comes from the other side.
  }
  return isOpened;
}

function isWhole({ mid, name, args, schema, hlc, h, grant, base, touches }: OutboxRow): boolean {
  if (!isJson(base) || !isJson(touches)) return false;
  try {
    const body = { mid, name, args: JSON.parse(args) as unknown, schema, hlc, grant: grant ?? undefined };
    return mutationHash(sha256, body) === h;
  } catch {
    return false;
  }
}
