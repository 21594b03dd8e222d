/**
 * Clients found by a few letters among 100,000: one narrow row for each, in folded text that SQLite's own lower() cannot
 * make, and an FTS5 index of any three letters in a row. As with the shelf of the catalogue, triggers note whose row was
 * written and the roster catches up a part at a time; drizzle-kit has no words for either, so they are made here at start.
 */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { ClientStatus } from '#shared/clients/clients.schema.ts';
import { foldText, rosterText, searchWords } from './clients.rules.ts';

type Kind = 'TABLE' | 'INDEX' | 'TRIGGER';
// Not INSERT OR IGNORE: the conflict policy of the statement that fires a trigger rules inside it too.
const trigger = (name: string, when: string, id: string) =>
  [
    name,
    'TRIGGER',
    `CREATE TRIGGER ${name} AFTER ${when} ON clients
WHEN NOT EXISTS (SELECT 1 FROM clients_unlisted WHERE client_id = ${id})
BEGIN INSERT INTO clients_unlisted VALUES (${id}); END`,
  ] as const;
const index = (name: string, columns: string) =>
  [name, 'INDEX', `CREATE INDEX ${name} ON clients_roster (${columns})`] as const;
const OBJECTS: readonly (readonly [name: string, kind: Kind, sql: string])[] = [
  [
    'clients_roster',
    'TABLE',
    `CREATE TABLE clients_roster (
  row INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  assigned_to TEXT,
  updated_at INTEGER NOT NULL,
  said TEXT NOT NULL
)`,
  ],
  // With what is looked through in them: a walk then stays in the index and jumps to no row.
  index('clients_roster_by_status', 'status, updated_at, said, client_id'),
  index('clients_roster_by_member', 'assigned_to, updated_at, said, client_id'),
  [
    'clients_letters',
    'TABLE',
    `CREATE VIRTUAL TABLE clients_letters USING fts5(letters, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')`,
  ],
  ['clients_unlisted', 'TABLE', 'CREATE TABLE clients_unlisted (client_id TEXT PRIMARY KEY) WITHOUT ROWID'],
  trigger('clients_note_insert', 'INSERT', 'new.id'),
  trigger('clients_note_update', 'UPDATE', 'new.id'),
  trigger('clients_note_delete', 'DELETE', 'old.id'),
];

/** Makes the roster, empty, if it is missing or of another version. Returns whether it has to be filled. */
export function prepareRoster(db: Db): boolean {
  const find = db.$client.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  if (OBJECTS.every(([name, , sql]) => find.get(name) === sql)) return false;
  remakeRoster(db);
  return true;
}

/** Makes the roster anew, empty, with everybody noted: of what it held before nothing is left. */
export function remakeRoster({ $client: client }: Db): void {
  client
    .transaction(() => {
      for (const [name, kind] of OBJECTS.toReversed()) client.exec(`DROP ${kind} IF EXISTS ${name}`);
      for (const [, , sql] of OBJECTS) client.exec(sql);
      client.exec('INSERT INTO clients_unlisted SELECT id FROM clients');
    })
    .immediate();
}

interface Listed {
  readonly name: string;
  readonly phone: string | null;
  readonly phones: string;
  readonly email: string | null;
  readonly address: string | null;
  readonly status: string;
  readonly assignedTo: string | null;
  readonly updatedAt: number;
}

/** Answers a function that lists up to so many of the rows that were written, and tells how many it found. */
export function createListing({ $client: client }: Db): (most: number) => number {
  const next = client.prepare<[number], string>('SELECT client_id FROM clients_unlisted LIMIT ?').pluck();
  const noted = client.prepare<[string]>('DELETE FROM clients_unlisted WHERE client_id = ?');
  const find = client.prepare<[string], Listed>(
    `SELECT fields ->> 'name' AS name, fields ->> 'phone' AS phone, fields ->> 'phones' AS phones,
       fields ->> 'email' AS email, fields ->> 'registrationAddress' AS address,
       status, assigned_to AS assignedTo, updated_at AS updatedAt FROM clients WHERE id = ?`,
  );
  const place = client.prepare<[string], { row: number; said: string }>(
    'SELECT row, said FROM clients_roster WHERE client_id = ?',
  );
  const dropLetters = client.prepare<[number]>('DELETE FROM clients_letters WHERE rowid = ?');
  const drop = client.prepare<[number]>('DELETE FROM clients_roster WHERE row = ?');
  const move = client.prepare<[string, string | null, number, number]>(
    'UPDATE clients_roster SET status = ?, assigned_to = ?, updated_at = ? WHERE row = ?',
  );
  const put = client.prepare<[string, string, string | null, number, string]>(
    'INSERT INTO clients_roster (client_id, status, assigned_to, updated_at, said) VALUES (?, ?, ?, ?, ?)',
  );
  const putLetters = client.prepare<[number | bigint, string]>(
    'INSERT INTO clients_letters (rowid, letters) VALUES (?, ?)',
  );

  const list = client.transaction((ids: readonly string[]) => {
    for (const id of ids) {
      const listed = place.get(id);
      const one = find.get(id);
      const said = one === undefined ? undefined : rosterText(one);
      if (listed !== undefined && one !== undefined && listed.said === said) {
        // Most changes of a file are of its state.
        move.run(one.status, one.assignedTo, one.updatedAt, listed.row);
      } else {
        if (listed !== undefined) {
          dropLetters.run(listed.row);
          drop.run(listed.row);
        }
        if (one !== undefined && said !== undefined) {
          const { lastInsertRowid } = put.run(id, one.status, one.assignedTo, one.updatedAt, said);
          putLetters.run(lastInsertRowid, said);
        }
      }
      noted.run(id);
    }
  });
  return (most) => {
    const ids = next.all(most);
    if (ids.length > 0) list.immediate(ids);
    return ids.length;
  };
}

/** Whose files are looked through: those in some of these states, or one member's. */
export type Among = { readonly statuses: readonly ClientStatus[] } | { readonly memberId: string };

/**
 * Candidates of an index that are put in order. Above it the letters are common: then the roster is walked from the newest,
 * which meets enough of them soon.
 */
const CANDIDATES = 12_000;
const TRIGRAM = 3;
/** More words than anybody types. */
const MAX_WORDS = 8;

const AMONG = {
  statuses: 'status IN (SELECT value FROM json_each(:among))',
  memberId: 'assigned_to = :among',
  // One state at a time: the index then gives them in order, and a walk ends as soon as there are enough.
  status: 'status = :among',
} as const;

/** Answers a function that finds ids of clients who bear every word, most recently changed first. */
export function createFinding({ $client: client }: Db) {
  type Bound = Readonly<Record<string, string | number>>;
  const prepared = new Map<string, Statement<[Bound], { readonly id: string; readonly at: number }>>();
  const rows = (among: keyof typeof AMONG, words: readonly string[], given: Bound) => {
    const isIndexed = 'match' in given;
    const key = `${among} ${words.length} ${isIndexed}`;
    const from = isIndexed
      ? `row IN (SELECT rowid FROM clients_letters WHERE clients_letters MATCH :match) AND ${AMONG[among]}`
      : AMONG[among];
    const bears = words.map((_, at) => ` AND instr(said, :word${at}) > 0`).join('');
    const statement =
      prepared.get(key) ??
      client.prepare<[Bound], { readonly id: string; readonly at: number }>(
        `SELECT client_id AS id, updated_at AS at FROM clients_roster WHERE ${from}${bears}
         ORDER BY updated_at DESC LIMIT :limit`,
      );
    prepared.set(key, statement);
    return statement.all({ ...given, ...Object.fromEntries(words.map((word, at) => [`word${at}`, word])) });
  };
  const count = client
    .prepare<[string], number>(
      `SELECT count(*) FROM (SELECT 1 FROM clients_letters WHERE clients_letters MATCH ? LIMIT ${CANDIDATES})`,
    )
    .pluck();

  return (text: string, among: Among, limit: number): string[] => {
    const words = searchWords(text).slice(0, MAX_WORDS);
    const match = words
      .flatMap(trigramsOf)
      .map((three) => `"${three.replaceAll('"', '""')}"`)
      .join(' AND ');
    const isRare = match !== '' && (count.get(match) ?? 0) < CANDIDATES;
    const given = { limit, ...(isRare ? { match } : {}) };
    if ('memberId' in among) return rows('memberId', words, { ...given, among: among.memberId }).map(({ id }) => id);
    if (isRare) return rows('statuses', words, { ...given, among: JSON.stringify(among.statuses) }).map(({ id }) => id);
    return among.statuses
      .flatMap((status) => rows('status', words, { ...given, among: status }))
      .toSorted((a, b) => b.at - a.at)
      .slice(0, limit)
      .map(({ id }) => id);
  };
}

/** Every three letters in a row; without positions the index knows no longer phrases. */
function trigramsOf(word: string): string[] {
  const letters = Array.from(foldText(word));
  return letters
    .slice(0, Math.max(0, letters.length - TRIGRAM + 1))
    .map((_, at) => letters.slice(at, at + TRIGRAM).join(''));
}
