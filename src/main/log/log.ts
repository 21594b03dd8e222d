/** The device's logger: JSON lines to a rotating file and to stderr, redacted at the sink, with a tail for the screens. */
import type { Fields, Logger } from '#main/core.ts';
import { redact, redactText } from './redact.ts';
import type { LineFile } from './rotating-file.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How many of the last entries a screen can ask for. */
export const LOG_TAIL = 500;

export interface LogEntry {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly now: () => number;
  readonly file?: LineFile;
  /** Where lines are shown as well: stderr in a process, nothing in a test. */
  readonly mirror?: (line: string) => void;
  /** How many entries the tail keeps. */
  readonly tail?: number;
  /** Entries of earlier runs, oldest first: the tail goes on from them. */
  readonly history?: readonly LogEntry[];
  /** Keeps entries back until `begin`, so that the first line of a run says what runs. */
  readonly hold?: boolean;
}

export interface DeviceLog extends Logger {
  /** The last entries, oldest first, as they were written. */
  tail(): readonly LogEntry[];
  /** Writes this line, then what was held back. */
  begin(message: string, fields?: Fields): void;
  close(): void;
}

/**
 * A failure to write (a full disk) must not stop a sale: it is said once on the mirror, and the tail goes on.
 * `time`, `level` and `message` are the sink's own; fields of those names do not replace them.
 */
export function createLog(options: LogOptions): DeviceLog {
  const limit = options.tail ?? LOG_TAIL;
  const kept: LogEntry[] = (options.history ?? []).slice(-limit);
  let file = options.file;
  let held: LogEntry[] | undefined = options.hold === true ? [] : undefined;

  const write = (level: LogLevel, message: string, bound: Fields, fields: Fields | undefined) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(options.level)) return;
    const entry: LogEntry = {
      time: new Date(options.now()).toISOString(),
      level,
      message: redactText(message),
      ...omitOwn(redact({ ...bound, ...fields }) as Record<string, unknown>),
    };
    if (held === undefined) put(entry);
    else held.push(entry);
  };

  const put = (entry: LogEntry) => {
    kept.push(entry);
    if (kept.length > limit) kept.splice(0, kept.length - limit);
    const line = JSON.stringify(entry);
    options.mirror?.(line);
    try {
      file?.write(line);
    } catch (error) {
      file = undefined;
      options.mirror?.(JSON.stringify({ level: 'error', message: 'log file cannot be written', error: String(error) }));
    }
  };

  const bind = (bound: Fields): Logger => ({
    debug: (message, fields) => write('debug', message, bound, fields),
    info: (message, fields) => write('info', message, bound, fields),
    warn: (message, fields) => write('warn', message, bound, fields),
    error: (message, fields) => write('error', message, bound, fields),
    child: (fields) => bind({ ...bound, ...fields }),
  });

  return {
    ...bind({}),
    tail: () => [...kept],
    begin: (message, fields) => {
      const waiting = held ?? [];
      held = undefined;
      write('info', message, {}, fields);
      for (const entry of waiting) put(entry);
    },
    close: () => {
      for (const entry of held ?? []) put(entry);
      held = undefined;
      file?.close();
      file = undefined;
    },
  };
}

/** A logger for tests: keeps everything in `tail()`, writes nowhere. */
export const createMemoryLog = (now: () => number = () => 0): DeviceLog =>
  createLog({ level: 'debug', now, tail: 10_000 });

const omitOwn = ({ time: _time, level: _level, message: _message, ...rest }: Record<string, unknown>) => rest;
