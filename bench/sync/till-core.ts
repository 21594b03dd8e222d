/** The core of a till that is measured: SQLite in WAL mode with synchronous=FULL, and a log that says what went wrong. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createChangeBus } from '#main/changes.ts';
import type { Core, Logger } from '#main/core.ts';
import { type OpenedDatabase, openDatabase } from '#main/db/open.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { createIds } from '#shared/kernel/ids.ts';

const complaining: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => console.error(message, fields),
  child: () => complaining,
};

export async function openTillCore(dataDir: string): Promise<{ readonly core: Core; readonly opened: OpenedDatabase }> {
  const now = () => Date.now();
  const opened = await openDatabase({
    file: join(dataDir, 'device.db'),
    migrationsFolder: join(import.meta.dirname, '../../drizzle/device'),
    log: complaining,
    now,
  });
  const core: Core = {
    db: opened.db,
    now,
    newId: createIds(now, (target) => void randomFillSync(target)),
    randomBytes,
    log: complaining,
    changes: createChangeBus(complaining),
    metrics: new Registry(),
    secrets: createMemorySecrets(),
  };
  return { core, opened };
}
