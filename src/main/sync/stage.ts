/** Pages of a pull that is not complete yet: put aside as they come, made ready to be shown. */
import { setImmediate } from 'node:timers/promises';
import type { PulledRow, PullReply } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { type PreparedRow, prepareRows } from './prepare.ts';
import type { SyncStore } from './store.ts';

/** Rows that are worked on in one go: what a till is held up by at most. */
const SLICE_ROWS = 100;
const STAGED_AT_ONCE = 200;

/**
 * Rows of a page, some at a time and made ready, with a pause for everybody else after each time.
 *
 * @param store as `prepareRows` takes it
 */
export async function* slicesOf(
  store: SyncStore | undefined,
  { rows }: PullReply,
): AsyncGenerator<{ readonly rows: readonly PreparedRow[]; readonly isLast: boolean }> {
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (from > 0) await setImmediate();
    const prepared = prepareRows(store, rows.slice(from, from + SLICE_ROWS));
    yield { rows: prepared, isLast: from + SLICE_ROWS >= rows.length };
  }
}

/** Inside a transaction. */
export function stageRows({ state }: SyncStore, rows: readonly PreparedRow[]): void {
  for (const row of rows) state.stage({ key: stageKey(row), row });
}

/** The rows of all pages, each in its last state. */
export function* unstage({ state }: SyncStore, last: readonly PreparedRow[]): Generator<PreparedRow> {
  const newest = new Set(last.map(stageKey));
  // A year of rows need not be in memory at once.
  for (let from: RefKey | undefined = ''; from !== undefined; ) {
    const staged = state.listStaged(from, STAGED_AT_ONCE);
    for (const { key, row } of staged) if (!newest.has(key)) yield row;
    from = staged.at(-1)?.key;
  }
  yield* last;
}

/**
 * A row that went from one scope into another comes twice: leaving the one must not stand in the place of the other. Behind all
 * rows in the order of keys, because what is left must have been there.
 */
const stageKey = (row: Pick<PulledRow, 'scope' | 'type' | 'id' | 'moved'>): string =>
  row.moved === true ? `~${row.scope} ${refKey(row)}` : refKey(row);
