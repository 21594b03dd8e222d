import Database from 'better-sqlite3';
import { eq, sql } from 'drizzle-orm';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { drizzleOver } from './statements.ts';

const things = sqliteTable('things', { id: integer().primaryKey(), name: text().notNull() });

function open() {
  const client = new Database(':memory:');
  client.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO things VALUES (1, 'a')");
  const prepared: string[] = [];
  const prepare = client.prepare.bind(client);
  Object.assign(client, {
    prepare: (text: string) => {
      prepared.push(text);
      return prepare(text);
    },
  });
  return { client, prepared, db: drizzleOver(client) };
}

test('a query is compiled once, in transactions too', () => {
  const { db, prepared } = open();
  const nameOf = (id: number) => db.select().from(things).where(eq(things.id, id)).get()?.name;
  db.transaction((tx) => tx.insert(things).values({ id: 2, name: 'b' }).run());
  db.transaction((tx) => tx.insert(things).values({ id: 3, name: 'c' }).run());
  expect([nameOf(1), nameOf(2), nameOf(3), nameOf(4)]).toEqual(['a', 'b', 'c', undefined]);
  expect(prepared).toHaveLength(2);
});

test('one text asked for as values and as objects answers each as it was asked', () => {
  const { db } = open();
  const query = sql`SELECT id, name FROM things`;
  expect(db.values(query)).toEqual([[1, 'a']]);
  expect(db.all(query)).toEqual([{ id: 1, name: 'a' }]);
  expect(db.values(query)).toEqual([[1, 'a']]);
  expect(db.get(query)).toEqual({ id: 1, name: 'a' });
});

test('who prepares by hand has a statement of his own', () => {
  const { db } = open();
  const select = 'SELECT id, name FROM things';
  const names = db.$client.prepare<[], number>(select).pluck();
  expect(db.all(sql.raw(select))).toEqual([{ id: 1, name: 'a' }]);
  expect(names.all()).toEqual([1]);
});

test('a table that changes its shape is read as it is now', () => {
  const { db, client } = open();
  const all = () => db.all(sql`SELECT * FROM things`);
  expect(all()).toEqual([{ id: 1, name: 'a' }]);
  client.exec('ALTER TABLE things ADD COLUMN size INTEGER');
  expect(all()).toEqual([{ id: 1, name: 'a', size: null }]);
});

test('ever new statements do not pile up, and what is asked often stays', () => {
  const { db, prepared } = open();
  const ask = (n: number) => db.all(sql.raw(`SELECT ${n}`));
  for (let n = 1; n <= 400; n += 1) {
    ask(n);
    ask(0);
  }
  ask(1);
  expect(prepared.filter((text) => text === 'SELECT 0')).toHaveLength(1);
  expect(prepared.filter((text) => text === 'SELECT 1')).toHaveLength(2);
});
