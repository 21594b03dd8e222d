/** When everything is over: the rows of the server against those of every device, and both against what was answered. */
import Database from 'better-sqlite3';
import { getTableName, sql } from 'drizzle-orm';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import { sha256 } from '#node/sha256.ts';
import type { OpenDb } from '#server/db/db.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { EMPTY_DIGEST, rowDigest, xorDigests } from '#shared/sync/digest.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import { standing } from './sync-kills-watch.ts';
import type { Ledger } from './sync-kills-work.ts';
import { DEVICES, type DeviceName, type KillsWorld } from './sync-kills-world.ts';

export interface Judged {
  readonly rows: number;
  readonly mutations: number;
  readonly anomalies: number;
  readonly incarnations: number;
  readonly broken: readonly string[];
}

interface Row {
  readonly scope: string;
  readonly type: string;
  readonly id: string;
  readonly ver: number;
  readonly fields: Record<string, unknown>;
}
type Rows = ReadonlyMap<string, Row>;

export interface JudgeOptions {
  /**
   * Databases of copies of the kiosk: all are the same device, and all but one had to take another name. They see each
   * other's visits and may both have a hand in one, so how a visit ended is theirs to dispute.
   */
  readonly copiesOfKiosk?: readonly string[];
}

/** Nothing may run any more: the databases are read as they lie. */
export async function judge(world: KillsWorld, ledger: Ledger, options: JudgeOptions = {}): Promise<Judged> {
  const { copiesOfKiosk = [] } = options;
  const isDisputed = copiesOfKiosk.length > 0;
  const broken: string[] = [];
  const tell = (text: string) => void broken.push(text);
  const opened = await world.openDb();
  try {
    const server = await readServer(opened);
    let incarnations = 0;
    const names = [...DEVICES, ...copiesOfKiosk.map(() => 'kiosk' as const)];
    for (const [index, name] of names.entries()) {
      const device = readDevice(copiesOfKiosk[index - DEVICES.length] ?? world.dataFile(name));
      if (device.incarnation !== 1 && (name !== 'kiosk' || !isDisputed)) {
        tell(`${name}: was taken for a copy of itself ${device.incarnation - 1} times`);
      }
      incarnations += device.incarnation;
      compareRows(name, server.rows, device.rows, device.cursors, tell);
      compareDigests(name, server, device, tell);
      compareWriter(name, server, device, tell);
      compareLedger(name, ledger, device.rows, isDisputed, tell);
      // Somewhere in between is nothing.
      if (device.unsent > 0) tell(`${name}: ${device.unsent} changes were not sent`);
      if (device.shownOver > 0) tell(`${name}: ${device.shownOver} rows still lie over the server's`);
    }
    compareLedger('server', ledger, server.rows, isDisputed, tell);
    compareCounts(ledger, server.rows, isDisputed, tell);
    for (const { kind, details } of server.anomalies) {
      if (isDisputed && kind.startsWith('visit_')) continue;
      tell(`an anomaly: ${kind} ${JSON.stringify(details)}`);
    }
    for (const { code, text } of server.refused) {
      if (!isDisputed || !code.startsWith('visits.')) tell(`a change ended ${text}`);
    }
    return {
      rows: server.rows.size,
      mutations: server.mutations,
      anomalies: server.anomalies.length,
      incarnations,
      broken,
    };
  } finally {
    await opened.close();
  }
}

async function readServer({ db }: OpenDb) {
  const { rows } = await db.execute<Row & Record<string, unknown>>(
    sql`SELECT scope, type, id, ver, fields FROM entities WHERE NOT deleted`,
  );
  const heads = await db.execute<{ scope: string; head: number; digest: string }>(
    sql`SELECT scope, head, digest FROM scope_heads`,
  );
  const writers = await db.execute<{ key: string; lastMid: number; answered: number; distinct: number }>(sql`
    SELECT w.device_id || '/' || w.incarnation AS key, w.last_mid AS "lastMid", count(o.mid) AS answered,
      coalesce(max(o.mid) - min(o.mid) + 1, 0) AS distinct
    FROM sync_writers w LEFT JOIN sync_outcomes o USING (device_id, incarnation) GROUP BY w.device_id, w.incarnation`);
  const refused = await db.execute<{ code: string; text: string }>(sql`
    SELECT coalesce(outcome->>'code', '') AS code, outcome::text AS text FROM sync_outcomes WHERE outcome->>'status' <> 'applied' LIMIT 20`);
  const anomalies = await db.execute<{ kind: string; details: unknown }>(
    sql`SELECT kind, details FROM anomalies LIMIT 20`,
  );
  return {
    rows: new Map(rows.map((row) => [`${row.type}:${row.id}`, { ...row, ver: Number(row.ver) }])),
    heads: new Map(heads.rows.map(({ scope, head, digest }) => [scope, { head: Number(head), digest }])),
    writers: new Map(writers.rows.map(({ key, ...one }) => [key, one])),
    mutations: writers.rows.reduce((sum, { lastMid }) => sum + Number(lastMid), 0),
    refused: refused.rows,
    anomalies: anomalies.rows,
  };
}
type Server = Awaited<ReturnType<typeof readServer>>;

function readDevice(file: string) {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const rows = new Map<string, Row>();
    for (const type of ENTITY_TYPES) {
      const query = `SELECT scope, id, ver, fields FROM "${getTableName(REPLICA_TABLES[type])}"`;
      for (const row of db.prepare<[], { scope: string; id: string; ver: number; fields: string }>(query).all()) {
        const fields = JSON.parse(row.fields) as Record<string, unknown>;
        rows.set(`${type}:${row.id}`, { ...row, type, fields });
      }
    }
    const digests = db.prepare<[], { scope: string; digest: string }>('SELECT scope, digest FROM sync_cursors').all();
    const deviceId = String(db.prepare('SELECT device_id FROM sync_state').pluck().get());
    const digestOf = new Map(digests.map(({ scope, digest }) => [scope, digest]));
    return { ...standing(db), rows, deviceId, digests: digestOf };
  } finally {
    db.close();
  }
}
type Device = ReturnType<typeof readDevice>;
type Tell = (text: string) => void;

/** I5: row by row, version and all; and nothing of a scope that is not this device's. */
function compareRows(name: DeviceName, server: Rows, device: Rows, cursors: ReadonlyMap<string, number>, tell: Tell) {
  const granted = [...server].filter(([, row]) => cursors.has(row.scope));
  for (const [key, row] of granted) {
    const mine = device.get(key);
    if (mine === undefined) tell(`${name}: I5 ${key} is on the server and not here`);
    else if (mine.ver !== row.ver || canonicalJson(mine.fields) !== canonicalJson(row.fields)) {
      tell(`${name}: I5 ${key} is at ${row.ver} on the server, at ${mine.ver} here: ${differing(row, mine)}`);
    }
  }
  const known = new Set(granted.map(([key]) => key));
  for (const key of device.keys()) if (!known.has(key)) tell(`${name}: I5 ${key} is here and not on the server`);
}

const differing = (a: Row, b: Row): string =>
  [...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])]
    .filter((field) => canonicalJson(a.fields[field]) !== canonicalJson(b.fields[field]))
    .join(', ');

/** What both sides keep up as they go, against a digest of the rows as they lie. */
function compareDigests(name: DeviceName, server: Server, device: Device, tell: Tell): void {
  for (const [scope, ver] of device.cursors) {
    const head = server.heads.get(scope) ?? { head: 0, digest: EMPTY_DIGEST };
    let own = EMPTY_DIGEST;
    for (const row of device.rows.values()) if (row.scope === scope) own = xorDigests(own, rowDigest(sha256, row));
    if (head.head !== ver) tell(`${name}: ${scope} is at ${head.head} on the server, at ${ver} here`);
    if (head.digest !== own || device.digests.get(scope) !== own) {
      tell(
        `${name}: I5 the rows of ${scope} hash to ${own}, it holds ${device.digests.get(scope)}, the server ${head.digest}`,
      );
    }
  }
}

/** I1: the server ran every change of this writer once, and has an answer to each. */
function compareWriter(name: DeviceName, server: Server, device: Device, tell: Tell): void {
  const writer = server.writers.get(`${device.deviceId}/${device.incarnation}`);
  const lastMid = Number(writer?.lastMid ?? 0);
  if (lastMid !== device.nextMid - 1)
    tell(`${name}: I1 it made ${device.nextMid - 1} changes, the server ran ${lastMid}`);
  if (Number(writer?.answered) !== lastMid || Number(writer?.distinct) !== lastMid) {
    tell(`${name}: I1 ${lastMid} changes have ${Number(writer?.answered)} answers`);
  }
}

/** I2: what was answered to a person is there, with its money. */
function compareLedger(where: string, ledger: Ledger, rows: Rows, isDisputed: boolean, tell: Tell): void {
  const money = moneyByOrder(rows);
  for (const { id, totalMinor, answeredAt } of ledger.sales) {
    const order = rows.get(`order:${id}`);
    if (order === undefined) {
      if (answeredAt !== undefined) tell(`${where}: I2 the sale ${id} is lost`);
    } else if (order.fields['totalMinor'] !== totalMinor || money.get(id)?.paid !== totalMinor) {
      tell(`${where}: I12 the sale ${id} of ${totalMinor} was paid ${money.get(id)?.paid}`);
    }
  }
  for (const { id, orderId, totalMinor } of ledger.returns) {
    const refund = rows.get(`refund:${id}`);
    if (refund === undefined) tell(`${where}: I2 the return ${id} is lost`);
    else if (refund.fields['totalMinor'] !== totalMinor || money.get(orderId)?.returned !== totalMinor) {
      tell(`${where}: I12 the return ${id} of ${totalMinor} gave ${money.get(orderId)?.returned}`);
    }
  }
  for (const [id, amountMinor] of ledger.paidAtKiosk) {
    if (money.get(id)?.paid !== amountMinor) tell(`${where}: I12 the kiosk's ${id} was paid ${money.get(id)?.paid}`);
  }
  for (const id of ledger.reports) if (!rows.has(`shift_report:${id}`)) tell(`${where}: I2 the report ${id} is lost`);
  if (where !== 'server' && where !== 'kiosk') return;
  for (const { id, status } of ledger.visits) {
    const found = rows.get(`visit:${id}`)?.fields['status'];
    if (isDisputed ? found === undefined : found !== status)
      tell(`${where}: I2 the visit ${id} was ${status}, it is ${String(found)}`);
  }
}

function moneyByOrder(rows: Rows): Map<string, { paid: number; returned: number }> {
  const money = new Map<string, { paid: number; returned: number }>();
  for (const { type, fields } of rows.values()) {
    if (type !== 'payment') continue;
    const orderId = String(fields['orderId']);
    const sum = money.get(orderId) ?? { paid: 0, returned: 0 };
    sum[fields['kind'] === 'refund' ? 'returned' : 'paid'] += Number(fields['amountMinor']);
    money.set(orderId, sum);
  }
  return money;
}

/** Nothing that nobody asked for, and one receipt for each that was. */
function compareCounts(ledger: Ledger, rows: Rows, isDisputed: boolean, tell: Tell): void {
  const asked = new Set(ledger.sales.map(({ id }) => id));
  const of = (type: string) => [...rows.values()].filter((row) => row.type === type);
  const atTills = of('order').filter(({ fields }) => fields['origin'] === 'cashier');
  for (const { id } of atTills) if (!asked.has(id)) tell(`I1 nobody asked for order ${id}`);
  const returned = new Set(ledger.returns.map(({ id }) => id));
  const atKiosks = new Set(of('order').flatMap(({ id, fields }) => (fields['origin'] === 'kiosk' ? [id] : [])));
  for (const { id, fields } of of('refund')) {
    // Of two copies one may be paid while the other ends the visit: a kiosk gives back what it did not serve.
    const isItsOwn = isDisputed && atKiosks.has(String(fields['orderId']));
    if (!returned.has(id) && !isItsOwn) tell(`I1 nobody asked for refund ${id}`);
  }
  for (const [id, { paid, returned: back }] of moneyByOrder(rows)) {
    if (back > paid) tell(`I12 the order ${id} was paid ${paid}, and ${back} went back`);
  }
  const receipts = of('fiscal_record').filter(({ fields }) => fields['type'] === 'sale' || fields['type'] === 'refund');
  const paid = of('order').filter(({ fields }) => ['paid', 'fulfilled', 'refunded'].includes(String(fields['status'])));
  const due = paid.length + of('refund').length;
  if (receipts.length !== due) tell(`${due} sales and returns have ${receipts.length} receipts`);
  // What a machine gave up, proved not printed, waits for a person: that, too, is everywhere.
  for (const { id, fields } of receipts) {
    const status = String(fields['status']);
    if (status !== 'done' && status !== 'error') tell(`the receipt ${id} is ${status}`);
  }
}
