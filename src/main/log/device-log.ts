import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/kernel/errors.ts';
import { createLog, type DeviceLog, type LogLevel } from './log.ts';
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
    const file = openRotatingFile(join(dataDir, 'device.log'), { maxBytes: 5_000_000, files: 5 });
    return createLog({ level, now, file, hold: true, ...(mirror === undefined ? {} : { mirror }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('config.invalid', `dataDir is "${dataDir}", which cannot be written: ${reason}`, {
      cause: error,
    });
  }
}
