/**
 * The backlog as a file that support, or a person with an editor, can read when a server is gone for good: JSON lines, the
 * first says what it is, then one change a line. `docs/operate.md` describes it.
 */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BacklogFile } from '#shared/rpc/sync.contract.ts';
import { maskPassports } from '#shared/sync/mask.rules.ts';
import type { BacklogRepo } from './backlog.repo.ts';
import type { LettersRepo } from './letters.repo.ts';

const FORMAT = 'prilavok-backlog';
const FORMAT_VERSION = 1;
const PAGE = 500;

export interface ExportSource {
  readonly backlog: Pick<BacklogRepo, 'listWaiting'>;
  readonly letters: Pick<LettersRepo, 'list'>;
  /** What the first line tells of the device. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Unix ms. */
  readonly now: number;
}

/** Writes the file whole and on the disk, readable by its owner alone. A page at a time: fifty thousand changes may wait. */
export async function exportBacklog(folder: string, source: ExportSource): Promise<BacklogFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = new Date(source.now).toISOString();
  const path = join(folder, `backlog-${at.replaceAll(/[:.]/g, '-')}.jsonl`);
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  const write = async (lines: readonly object[]) => {
    if (lines.length === 0) return;
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    await file.write(text);
    bytes += Buffer.byteLength(text);
  };
  try {
    await write([{ kind: 'header', format: FORMAT, formatVersion: FORMAT_VERSION, at, ...source.about }]);
    let waiting = 0;
    for (let after = 0; ; ) {
      const rows = source.backlog.listWaiting(after, PAGE);
      await write(rows.map(({ args, ...row }) => ({ kind: 'waiting', ...row, args: maskPassports(JSON.parse(args)) })));
      waiting += rows.length;
      after = rows.at(-1)?.mid ?? after;
      if (rows.length < PAGE) break;
    }
    let letters = 0;
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const rows = source.letters.list(false, before, PAGE);
      await write(
        rows.map(({ kind, deviceId, incarnation, mid, name, args, outcome, madeAt, toldAt }) => ({
          kind,
          deviceId,
          incarnation,
          mid,
          name,
          madeAt,
          toldAt,
          outcome: JSON.parse(outcome) as unknown,
          args: maskPassports(JSON.parse(args)),
        })),
      );
      letters += rows.length;
      before = rows.at(-1)?.id ?? before;
      if (rows.length < PAGE) break;
    }
    await file.sync();
    return { path, waiting, letters, bytes };
  } finally {
    await file.close();
  }
}
