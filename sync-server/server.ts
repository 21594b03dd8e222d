/** The server's process: settings, database, app, listening, and a quiet end. */
import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { z } from 'zod';
import { ifThere } from '#node/files.ts';
import { onStopSignal } from '#node/stop-signal.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { buildApp } from './app.ts';
import { readConfig, type ServerConfig } from './config.ts';
import { openDb } from './db/db.ts';
import { giveByCommand, readWalletCommand } from './features/exchange/wallet.command.ts';
import { previewCleanup, readCleanupCommand } from './jobs/cleanup.command.ts';
import { createLog } from './log.ts';

/** What the person who starts it has to change; anything else is a fault of ours. */
const EXIT_CONFIGURATION = 2;
const EXIT_FAULT = 1;

/** How long everything may take to end after a signal, before the process goes without it. */
const STOP_MS = 20_000;

/**
 * Starts the server and returns when it listens. One line of JSON on stdout says where; the log goes to stderr.
 *
 * @param argv arguments after the program's name;
 */
export async function main(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    await run(argv, env);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(isTheirs(error) ? EXIT_CONFIGURATION : EXIT_FAULT);
  }
}

async function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const cleanup = readCleanupCommand(argv);
  const wallet = readWalletCommand(argv);
  const file = await readServiceFile(join(root, 'config/service.json'));
  const read = readConfig({ file, env, argv: wallet?.rest ?? cleanup ?? argv });
  const config = { ...read, DATA_DIR: resolve(root, read.DATA_DIR), RENDERER_DIR: resolve(root, read.RENDERER_DIR) };
  const log = createLog(config.LOG_LEVEL, pino.destination({ fd: 2, sync: true }));
  const version = await readVersion(join(root, 'package.json'));
  const opened = await openDb({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    migrationsDir: join(root, 'drizzle/server'),
  });
  if (cleanup !== undefined) {
    try {
      for (const line of await previewCleanup(opened, () => Date.now(), config.PASSPORT_RETENTION_DAYS))
        process.stdout.write(`${line}\n`);
    } finally {
      await opened.close();
    }
    return;
  }
  if (wallet !== undefined) {
    const newId = createIds(Date.now, (target) => void randomFillSync(target));
    try {
      process.stdout.write(`${await giveByCommand(opened, { now: Date.now, newId }, wallet)}\n`);
    } finally {
      await opened.close();
    }
    return;
  }
  log.info({ version, database: opened.kind, env: config.AGENT_ENV }, 'database open');
  if (opened.kind === 'embedded') {
    log.warn(
      { dataDir: config.DATA_DIR },
      'the embedded database does not flush to disk at each commit: a killed process loses nothing, a power cut may ' +
        'lose the last seconds; devices send those again. Set DATABASE_URL to keep them on PostgreSQL',
    );
  }
  const now = () => Date.now();
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  let app: Awaited<ReturnType<typeof buildApp>> | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    await opened.close();
  };
  try {
    const newId = createIds(now, random);
    app = await buildApp({ config, opened, dataDir: config.DATA_DIR, now, newId, random, logger: log, version });
    const url = await app.listen({ port: config.PORT, host: config.HOST, listenTextResolver: () => 'listening' });
    closeOnSignal(close, log);
    process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
  } catch (error) {
    await close();
    throw asPortFault(error, config);
  }
}

function closeOnSignal(close: () => Promise<void>, log: pino.Logger): void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    const late = setTimeout(() => {
      log.error('stopping takes too long');
      process.exit(EXIT_FAULT);
    }, STOP_MS);
    close().then(
      () => {
        clearTimeout(late);
        log.info('stopped');
        process.exit(0);
      },
      (err: unknown) => {
        log.error({ err }, 'stopping failed');
        process.exit(EXIT_FAULT);
      },
    );
  };
  onStopSignal({ stop, hurry: () => process.exit(EXIT_FAULT) });
}

const ServiceFile = z.looseObject({ server: z.record(z.string(), z.unknown()).default({}) });

/** Section `server` of the file; no file is an empty one, a broken one is a fault. */
async function readServiceFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return {};
  try {
    return ServiceFile.parse(JSON.parse(text)).server;
  } catch (cause) {
    throw new AppError('config.invalid', `${path}: must be JSON with an object "server"`, { cause });
  }
}

async function readVersion(path: string): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

function asPortFault(error: unknown, config: ServerConfig): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const at = `${config.HOST}:${config.PORT}`;
  if (code === 'EADDRINUSE')
    return new AppError('config.invalid', `PORT: ${at} is in use by another program`, { cause: error });
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new AppError('config.invalid', `HOST, PORT: cannot listen on ${at} (${code})`, { cause: error });
  }
  return error;
}

const CONFIGURATION_FAULTS: ReadonlySet<string> = new Set([
  'config.invalid',
  'db.locked',
  'db.from_future',
  'app.unavailable',
]);
const isTheirs = (error: unknown): boolean => error instanceof AppError && CONFIGURATION_FAULTS.has(error.code);

const explain = (error: unknown): string => {
  if (isTheirs(error) && error instanceof AppError) return `server: ${error.message}`;
  return error instanceof Error ? `server: ${error.stack ?? error.message}${causeOf(error)}` : String(error);
};
const causeOf = (error: Error): string => (error.cause instanceof Error ? `\ncaused by: ${error.cause.message}` : '');
