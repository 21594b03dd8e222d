import type { Db } from '#main/db/db.ts';

/** How SQLite means to run each statement that `work` prepares on this database: a line for each of its loops. */
export function plansOf({ $client: client }: Db, work: () => void): string[] {
  const statements: string[] = [];
  const prepare = client.prepare.bind(client);
  Object.assign(client, {
    prepare: (text: string) => {
      statements.push(text);
      return prepare(text);
    },
  });
  try {
    work();
  } finally {
    Object.assign(client, { prepare });
  }
  return statements.map((text) => {
    const rows = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array.from(text.matchAll(/\?/g), () => 0));
    return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n');
  });
}
