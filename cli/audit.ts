/** `prilavok audit` */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAudit } from '#server/auth/audit.repo.ts';
import { listOrganizations } from '#server/auth/users.repo.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Refused, Usage } from './faults.ts';
import type { Terminal } from './terminal.ts';

export const AUDIT_USAGE = `Usage: prilavok audit verify [options]

Walks the audit of each organisation of a server and proves that no row was changed, removed or cut off, or names the first
that was. Prints the end of each chain: written down elsewhere and given again later, it shows that nothing before it was
replaced. The embedded database is read while its server is stopped; PostgreSQL at any time.

  --data-dir FOLDER      data of the server; default .data/server
  --database-url URL     PostgreSQL instead; default DATABASE_URL
  --anchor ID:SEQ:HASH   an end that was printed before; may be given for each organisation
  --json                 answers as JSON
`;

interface Anchor {
  readonly organizationId: string;
  readonly seq: number;
  readonly hash: string;
}

export async function audit(
  terminal: Terminal,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { dataDir, databaseUrl, anchors, json } = read(argv, env);
  const opened = await openDb({
    dataDir,
    databaseUrl,
    migrationsDir: join(import.meta.dirname, '../drizzle/server'),
  }).catch((error: unknown) => {
    throw error instanceof AppError ? new Refused(error.message, { cause: error }) : error;
  });
  try {
    const found = await verifyChains(opened.db, anchors);
    if (json) terminal.print(JSON.stringify(found, null, 2));
    else for (const one of found) terminal.print(sentence(one));
    const broken = found.filter(({ brokenAt }) => brokenAt !== undefined);
    if (broken.length > 0) {
      throw new Refused(
        broken.map(({ name, brokenAt }) => `the audit of ${name} is broken at row ${brokenAt}`).join('\n'),
      );
    }
  } finally {
    await opened.close();
  }
}

export async function verifyChains(db: Db, anchors: readonly Anchor[]) {
  const found = [];
  for (const { id, name } of await listOrganizations(db)) {
    const anchor = anchors.find(({ organizationId }) => organizationId === id);
    found.push({ id, name, ...(await verifyAudit(db, { organizationId: id }, anchor)) });
  }
  return found;
}

const sentence = (one: { id: string; name: string; rows: number; head: { seq: number; hash: string } }): string =>
  `${one.name}: ${one.rows} rows hold together; the end is ${one.id}:${one.head.seq}:${one.head.hash}`;

function read(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const [command, ...rest] = argv;
  if (command !== 'verify') throw new Usage(`there is no command "${command}": verify`, AUDIT_USAGE);
  try {
    const { values } = parseArgs({
      args: rest,
      options: {
        'data-dir': { type: 'string', default: '.data/server' },
        'database-url': { type: 'string' },
        anchor: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const databaseUrl = values['database-url'] ?? env['DATABASE_URL'];
    return {
      dataDir: resolve(values['data-dir']),
      databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
      anchors: values.anchor.map(anchorOf),
      json: values.json,
    };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), AUDIT_USAGE);
  }
}

function anchorOf(text: string): Anchor {
  const [, organizationId, seq, hash] = /^([0-9a-f-]{36}):(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (organizationId === undefined || seq === undefined || hash === undefined) {
    throw new Error(`--anchor is "${text}", allowed: ID:SEQ:HASH, as it was printed`);
  }
  return { organizationId, seq: Number(seq), hash };
}
