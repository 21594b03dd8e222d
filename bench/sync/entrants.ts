/** Who takes part: peers, our floor and ours; each is a server and two tills, three processes. */
import type { BenchPostgres } from './postgres.ts';

export interface Entrant {
  readonly name: string;
  /** What a power cut leaves of an answered write. */
  readonly durability: string;
  readonly server: string;
  readonly till: string;
  readonly database?: 'postgres';
  /** Beside ours: how a change is followed. `live` tells by itself; `fetched` is asked for by the reader. */
  readonly follow: 'live' | 'fetched';
  /** The push ends when the server says that it has everything, not when the till says so. */
  readonly serverSays?: true;
  readonly isPeer?: true;
}

const OURS = { server: 'bench/sync/server-process.ts', till: 'bench/sync/till-process.ts', follow: 'live' } as const;
const FLOOR = { server: 'bench/sync/floor-server.ts', till: 'bench/sync/floor-till.ts', follow: 'live' } as const;
const peer = (file: string) => ({ server: `bench/peers/${file}`, till: `bench/peers/${file}`, isPeer: true }) as const;

const ALL: readonly Entrant[] = [
  { name: 'PouchDB', durability: 'none: LevelDB without sync', ...peer('pouchdb.mjs'), follow: 'live' },
  { name: 'Actual', durability: 'both sides', ...peer('actual.mjs'), follow: 'fetched' },
  { name: 'TinyBase', durability: 'both sides', ...peer('tinybase.mjs'), follow: 'live', serverSays: true },
  { name: 'floor, PGlite', durability: 'till only', ...FLOOR },
  { name: 'floor, PostgreSQL', durability: 'both sides', ...FLOOR, database: 'postgres' },
  { name: 'ours, PGlite', durability: 'both sides', ...OURS },
  { name: 'ours, PostgreSQL', durability: 'both sides', ...OURS, database: 'postgres' },
];

/** Those whose name holds one of the words; all when there are none. Without a PostgreSQL its entrants stay away. */
export const entrants = (words: readonly string[], postgres: BenchPostgres | undefined): readonly Entrant[] =>
  ALL.filter(({ database }) => database === undefined || postgres !== undefined).filter(
    ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())),
  );
