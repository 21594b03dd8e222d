/**
 * PGlite for a simulation, where a few dozen statements run a million times: each is parsed and planned once, and from
 * then on is one call into the database. PGlite's own `query` makes five and plans in each of them anew: over a database
 * that is nearly empty, a push or a pull is little but that.
 */
import { Mutex, messages, type PGlite, protocol, TransactionAbortedError } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Db } from '#server/db/db.ts';

type Parse = (text: string, type: number) => unknown;

/** What drizzle asks of the rows; a part of PGlite's `QueryOptions`. */
interface Wanted {
  readonly rowMode?: 'array' | 'object';
  readonly parsers?: Readonly<Record<number, Parse>>;
}

/** A statement that the database knows by a name. */
interface Known {
  readonly name: string;
  /** Of its parameters. */
  readonly types: readonly number[];
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  readonly mayWrite: boolean;
}

/** Several times what the product has. A text that is another each time would fill the memory of the database. */
const MOST_STATEMENTS = 400;

const { serialize } = protocol;
const EXECUTE = serialize.execute({});
const SYNC = serialize.sync();

export interface KeptDb {
  readonly db: Db;
  /**
   * The same answer as long as no statement was run that may write: what is asked after every step is mostly asked again.
   *
   * @param read one or more statements, none of them in a transaction
   */
  remembering<K, T>(read: (key: K) => Promise<T>): (key: K) => Promise<T>;
}

/** Locking counts as well, and so does a text that only mentions it: then it is read once too often. */
const MAY_WRITE = /\b(INSERT|UPDATE|DELETE|TRUNCATE)\b/i;

/** @returns the database; its statements reject with PGlite's `DatabaseError`. Nothing else may use the client meanwhile. */
export function keepStatements(client: PGlite): KeptDb {
  const known = new Map<string, Known>();
  /** PostgreSQL has one transaction at a time here, and what is not of it waits for its end. */
  const turns = new Mutex();
  let writes = 0;
  send(client, serialize.query('SET plan_cache_mode = force_generic_plan'));

  const run = (text: string, values: readonly unknown[], wanted: Wanted) => {
    const found = known.get(text) ?? prepare(client, text, `s${known.size}`);
    known.set(text, found);
    if (known.size > MOST_STATEMENTS) throw new Error(`a statement has another text each time: ${text.slice(0, 200)}`);
    if (found.mayWrite) writes += 1;
    const bind = serialize.bind({
      statement: found.name,
      values: values.map((value, at) => textOf(client, value, found.types[at] ?? 0)),
    });
    return { rows: rowsOf(client, send(client, bind, EXECUTE, SYNC), found, wanted) };
  };
  const now = {
    query: async (text: string, values: readonly unknown[] = [], wanted: Wanted = {}) => run(text, values, wanted),
  };
  const handle = {
    query: (...asked: Parameters<(typeof now)['query']>) => turns.runExclusive(() => now.query(...asked)),
    transaction: <T>(work: (tx: typeof now) => Promise<T>) =>
      turns.runExclusive(async () => {
        send(client, serialize.query('BEGIN'));
        let result: T;
        try {
          result = await work(now);
        } catch (error) {
          send(client, serialize.query('ROLLBACK'));
          throw error;
        }
        const ended = send(client, serialize.query('COMMIT'));
        // After a statement that failed and was caught: nothing of it is kept.
        if (ended.some((one) => one instanceof messages.CommandCompleteMessage && one.text === 'ROLLBACK')) {
          throw new TransactionAbortedError();
        }
        return result;
      }),
  };
  return {
    db: drizzle({ client: handle as unknown as PGlite }),
    remembering: <K, T>(read: (key: K) => Promise<T>) => {
      let asOf = writes;
      const answers = new Map<K, Promise<T>>();
      return (key: K) => {
        if (asOf !== writes) answers.clear();
        asOf = writes;
        const answer = answers.get(key) ?? read(key);
        answers.set(key, answer);
        return answer;
      };
    },
  };
}

function prepare(client: PGlite, text: string, name: string): Known {
  const answers = send(client, serialize.parse({ text, name }), serialize.describe({ type: 'S', name }), SYNC);
  const types = answers.find((one) => one instanceof messages.ParameterDescriptionMessage)?.dataTypeIDs ?? [];
  const fields = answers.find((one) => one instanceof messages.RowDescriptionMessage)?.fields ?? [];
  const columns = fields.map(({ name: column, dataTypeID }) => ({ name: column, type: dataTypeID }));
  return { name, types, columns, mayWrite: MAY_WRITE.test(text) };
}

const textOf = (client: PGlite, value: unknown, type: number): string | null => {
  if (value === null || value === undefined) return null;
  const written = client.serializers[type]?.(value) ?? value;
  return typeof written === 'string' ? written : JSON.stringify(written);
};

function rowsOf(
  client: PGlite,
  answers: readonly Answer[],
  { columns }: Known,
  { rowMode, parsers }: Wanted,
): unknown[] {
  const read = columns.map(
    ({ type }): Parse => parsers?.[type] ?? (client.parsers[type] as Parse | undefined) ?? String,
  );
  const rows: unknown[] = [];
  for (const answer of answers) {
    if (!(answer instanceof messages.DataRowMessage)) continue;
    const values = answer.fields.map((text, at) => (text === null ? null : read[at]?.(text, columns[at]?.type ?? 0)));
    rows.push(rowMode === 'array' ? values : Object.fromEntries(values.map((value, at) => [columns[at]?.name, value])));
  }
  return rows;
}

type Answer = Parameters<Parameters<InstanceType<typeof protocol.Parser>['parse']>[1]>[0];

function send(client: PGlite, ...asked: readonly Uint8Array[]): readonly Answer[] {
  const answers: Answer[] = [];
  new protocol.Parser().parse(client.execProtocolRawSync(Buffer.concat(asked)), (answer) => answers.push(answer));
  const fault = answers.find((one) => one instanceof messages.DatabaseError);
  if (fault !== undefined) throw fault;
  return answers;
}
