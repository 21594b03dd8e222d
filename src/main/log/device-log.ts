import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import { createLog, type DeviceLog, LOG_LEVELS, LOG_TAIL, type LogEntry, type LogLevel } from './log.ts';
import { openRotatingFile } from './rotating-file.ts';

export interface DeviceLogOptions {
  /** Made if it is not there; only its owner may read it. */
  readonly dataDir: string;
  readonly level: LogLevel;
  readonly now: () => number;
  readonly mirror?: (line: string) => void;
}

/** The log of a device: `device.log` in its folder, 5 files of 5 MB. Throws `config.invalid` when the folder cannot be. */
export function openDeviceLog({ dataDir, level, now, mirror }: DeviceLogOptions): DeviceLog {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'device.log');
    const file = openRotatingFile(path, { maxBytes: 5_000_000, files: 5 });
    return createLog({
      level,
      now,
      file,
      hold: true,
      history: readHistory(path),
      ...(mirror === undefined ? {} : { mirror }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('config.invalid', `dataDir is "${dataDir}", which cannot be written: ${reason}`, {
      cause: error,
    });
  }
}

const Line = z.looseObject({ time: z.string(), level: z.enum(LOG_LEVELS), message: z.string() });

/** What earlier runs wrote last. A line cut short by a power cut is left out. */
function readHistory(path: string): LogEntry[] {
  const lines = [`${path}.1`, path].flatMap((file) => readLines(file)).slice(-LOG_TAIL);
  return lines.flatMap((line) => {
    try {
      return [Line.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    // There is no earlier file, or it cannot be read: the tail begins empty, the log itself goes on.
    return [];
  }
}
