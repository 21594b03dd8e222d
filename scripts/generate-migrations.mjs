// Writes the SQL migration of one database from its drizzle tables. Until the first release there is one migration,
// `0000_init`, made anew each time; after it, migrations are only ever added.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';

const [which] = process.argv.slice(2);
if (which !== 'device' && which !== 'server') {
  console.error(`generate-migrations: the database is "${which ?? ''}"; allowed: device, server`);
  process.exit(2);
}
const folder = `drizzle/${which}`;
if (existsSync(folder)) rmSync(folder, { recursive: true });
const made = spawnSync('drizzle-kit', ['generate', '--config', `drizzle.${which}.config.ts`, '--name', 'init'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
// What drizzle has no words for: roles and who sees which rows.
if (which === 'server' && made.status === 0) {
  appendFileSync(
    `${folder}/0000_init.sql`,
    `--> statement-breakpoint\n${readFileSync('sync-server/db/walls.sql', 'utf8')}`,
  );
}
process.exit(made.status ?? 1);
