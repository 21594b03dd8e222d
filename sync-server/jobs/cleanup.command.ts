/** `npm run server -- cleanup --dry-run`: what the next cleanup would let go, said without doing it and without serving. */
import { AppError } from '#shared/kernel/errors.ts';
import type { OpenDb } from '../db/db.ts';
import { createCleanup } from './cleanup.service.ts';
import { listOrganizationZones } from './job-runs.repo.ts';

/** The arguments without the command; undefined when they ask for a server. @throws AppError `config.invalid` */
export function readCleanupCommand(argv: readonly string[]): readonly string[] | undefined {
  const [command, ...rest] = argv;
  if (command !== 'cleanup') return undefined;
  // What is let go for good is let go by the server that tells its devices of it, and by nobody beside it.
  if (!rest.includes('--dry-run')) {
    throw new AppError('config.invalid', 'cleanup: only with --dry-run; the server itself does it at 03:30');
  }
  return rest.filter((one) => one !== '--dry-run');
}

/** One line of JSON for each organisation. */
export async function previewCleanup(
  { db }: Pick<OpenDb, 'db'>,
  now: () => number,
  passportDays: number,
): Promise<readonly string[]> {
  const cleanup = createCleanup({ db, now, sync: { announce: () => undefined }, passportDays });
  const lines: string[] = [];
  for (const { id: organizationId } of await listOrganizationZones(db)) {
    lines.push(JSON.stringify({ organizationId, wouldGo: await cleanup.preview({ organizationId }) }));
  }
  return lines;
}
