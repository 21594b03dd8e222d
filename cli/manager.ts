/** `prilavok manager`: what a server's owner does for its managers before, or without, its pages. */
import { randomFillSync } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { listOrganizations } from '#server/auth/users.repo.ts';
import { baselineDb } from '#server/db/baseline.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { withBarePostgres } from '#server/db/postgres.ts';
import { createManager, issueSupportToken } from '#server/features/manager/bootstrap.service.ts';
import { createClientUsers } from '#server/features/support/client-users.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { Refused, Usage } from './faults.ts';
import type { Terminal } from './terminal.ts';

export const MANAGER_USAGE = `Usage: prilavok manager <command> [options]

  create         a manager who signs in: --email E --name N; the password is asked for, or MANAGER_PASSWORD
                 --pin PIN [--shop ID]  also a member at the devices of a shop   --super  may take anybody's client
  backfill       gives a client's file to each user of the client application who has none; over again it finds nobody
  support-token  a new token for the backend of the client application; the one before it ends
  baseline       takes a PostgreSQL database that has our tables, and no history of ours, for migrated

The embedded database is opened while its server is stopped; PostgreSQL at any time.

  --data-dir FOLDER      data of the server; default .data/server
  --database-url URL     PostgreSQL instead; default DATABASE_URL
  --organization ID      needed where the server has several
`;

const MIGRATIONS = join(import.meta.dirname, '../drizzle/server');

type Env = Readonly<Record<string, string | undefined>>;

export async function manager(terminal: Terminal, argv: readonly string[], env: Env): Promise<void> {
  const { command, values } = read(argv);
  const databaseUrl = values['database-url'] ?? (env['DATABASE_URL'] === '' ? undefined : env['DATABASE_URL']);
  try {
    if (command === 'baseline') return await baseline(terminal, databaseUrl);
    const opened = await openDb({ dataDir: resolve(values['data-dir']), databaseUrl, migrationsDir: MIGRATIONS });
    try {
      await act(terminal, opened.db, command, values, env);
    } finally {
      await opened.close();
    }
  } catch (error) {
    throw error instanceof AppError ? new Refused(error.message, { cause: error }) : error;
  }
}

async function act(
  terminal: Terminal,
  db: Db,
  command: Exclude<Command, 'baseline'>,
  values: ReturnType<typeof read>['values'],
  env: Env,
): Promise<void> {
  const now = () => Date.now();
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const ports = { db, now, newId: createIds(now, random), random };
  const tenant = { organizationId: await organizationOf(db, values.organization) };
  switch (command) {
    case 'create': {
      const { email, name, pin, shop: shopId } = values;
      if (email === undefined || name === undefined) throw new Usage('create needs --email and --name', MANAGER_USAGE);
      const password = env['MANAGER_PASSWORD'] ?? (await terminal.askSecret('Password: '));
      if (password === undefined) throw new Refused('nobody can be asked for the password: set MANAGER_PASSWORD');
      const wanted = { email, name, password, pin, shopId, isSuperAdmin: values.super };
      terminal.print(JSON.stringify({ managerId: await createManager(ports, tenant, wanted) }));
      return;
    }
    case 'backfill': {
      // Devices see it with their next pull: nobody is there to poke them.
      const users = createClientUsers({ ...ports, sync: { announce: () => undefined } });
      terminal.print(JSON.stringify(await users.backfill(tenant)));
      return;
    }
    case 'support-token':
      terminal.print(JSON.stringify({ token: await issueSupportToken(ports, tenant) }));
  }
}

async function baseline(terminal: Terminal, databaseUrl: string | undefined): Promise<void> {
  if (databaseUrl === undefined) throw new Refused('baseline is for PostgreSQL: set DATABASE_URL');
  const noted = await withBarePostgres(databaseUrl, (db) => baselineDb(db, MIGRATIONS));
  terminal.print(JSON.stringify({ noted }));
}

async function organizationOf(db: Db, wanted: string | undefined): Promise<string> {
  const all = await listOrganizations(db);
  const found = wanted === undefined && all.length === 1 ? all[0] : all.find(({ id }) => id === wanted);
  if (found !== undefined) return found.id;
  const known = all.map(({ id, name }) => `${id} ${name}`).join('\n');
  throw new Refused(`which organisation? --organization ID, one of:\n${known}`);
}

const COMMANDS = ['create', 'backfill', 'support-token', 'baseline'] as const;
type Command = (typeof COMMANDS)[number];

function read(argv: readonly string[]) {
  const [given, ...rest] = argv;
  const command = COMMANDS.find((one) => one === given);
  if (command === undefined) throw new Usage(`there is no command "${given}": ${COMMANDS.join(', ')}`, MANAGER_USAGE);
  try {
    const { values } = parseArgs({
      args: rest,
      options: {
        'data-dir': { type: 'string', default: '.data/server' },
        'database-url': { type: 'string' },
        organization: { type: 'string' },
        email: { type: 'string' },
        name: { type: 'string' },
        pin: { type: 'string' },
        shop: { type: 'string' },
        super: { type: 'boolean', default: false },
      },
    });
    return { command, values };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), MANAGER_USAGE);
  }
}
