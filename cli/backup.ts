/** `prilavok backup` */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUpDevice, verifyBackup } from '#main/db/backup.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Refused, Usage } from './faults.ts';
import type { Terminal } from './terminal.ts';

export const BACKUP_USAGE = `Usage: prilavok backup [options]

Copies the data of a device, at work or stopped, checks the copy, and says where it is.

  --data-dir FOLDER      data of the device; default .data/device
  --to FOLDER            where copies go; default backups in the data folder
  --keep N               deletes all but the newest N copies there, this one included
  --verify FOLDER        makes no copy: checks one that was made before
`;

export async function backup(terminal: Terminal, argv: readonly string[]): Promise<void> {
  const { dataDir, target, keep, verify } = read(argv);
  try {
    if (verify !== undefined) {
      const { files, madeAt } = await verifyBackup(verify);
      terminal.print(`${verify} is whole: ${files.length} files of ${new Date(madeAt).toISOString()}`);
      return;
    }
    const made = await backUpDevice({ dataDir, target, now: Date.now(), ...(keep === undefined ? {} : { keep }) });
    const bytes = made.files.reduce((sum, file) => sum + file.bytes, 0);
    terminal.print(`${made.folder}: ${made.files.length} files, ${bytes} bytes, checked`);
  } catch (error) {
    if (error instanceof AppError) throw new Refused(error.message, { cause: error });
    throw error;
  }
}

function read(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string', default: '.data/device' },
        to: { type: 'string' },
        keep: { type: 'string' },
        verify: { type: 'string' },
      },
    });
    const dataDir = resolve(values['data-dir']);
    return {
      dataDir,
      target: resolve(values.to ?? join(dataDir, 'backups')),
      keep: values.keep === undefined ? undefined : countOf(values.keep),
      verify: values.verify === undefined ? undefined : resolve(values.verify),
    };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), BACKUP_USAGE);
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new Error(`--keep is "${text}", allowed: a whole number from 1 to 1000`);
}
