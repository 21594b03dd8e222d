/**
 * Known-bad products (sync.md §3): each is this one with a line or two changed as it is loaded, so that no hook is in its
 * code. The simulation must find every one of them, or it would find nothing. Those that only several connections show
 * are in `sync-server/sync/bad-cursors.test.ts`, those of leases in `fiscal-leases.test.ts`.
 */
import { registerHooks } from 'node:module';
import type { Profile, Step } from './sync-plan.ts';
import type * as Simulation from './sync-simulation.ts';

interface Change {
  /** The end of a file's path. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Mutant {
  readonly changes: readonly Change[];
  /** What kind of run shows it. */
  readonly profile: Profile;
  /** Steps before those of the profile, where chance would take long. */
  readonly first?: readonly Step[];
}

/** A draw by which the only request on the line arrives, and its answer does not. */
const LOSES_ANSWER = 1;

const step = (action: Step['do'], on = 0, draw = 0): Step => ({ do: action, on, draw });

export const SYNC_MUTANTS = {
  'cursor saved before rows': {
    profile: 'deaths',
    // The process dies after the second commit of its pull.
    first: [step('place', 0, 1), step('sync', 0), step('doom', 2, 6), step('sync', 2)],
    changes: [
      {
        file: 'src/main/sync/pull.ts',
        from: '  const show = (own: SyncStore) => showing({ ...deps, store: own }, asked, { reply, last });',
        to: `  const before = store.state.listCursors();
  store.transaction(() => {
    for (const [scope, ver] of Object.entries(reply.next)) store.state.setCursor(scope, { ver, digest: reply.digests[scope] });
  });
  const show = function* (own: SyncStore) {
    for (const scope of Object.keys(reply.next)) {
      if (before.has(scope)) own.state.setCursor(scope, before.get(scope)!);
      else own.state.dropCursor(scope);
    }
    return yield* showing({ ...deps, store: own }, asked, { reply, last });
  };`,
      },
    ],
  },
  'outbox deleted at HTTP 200': {
    profile: 'line',
    changes: [
      {
        file: 'src/main/sync/push.ts',
        from: '  acknowledge(store, reply.outcomes, at);\n  store.state.save({',
        to: `  for (const outcome of reply.outcomes) store.db.$client.prepare('DELETE FROM sync_outbox WHERE mid = ?').run(outcome.mid);
  store.state.save({`,
      },
    ],
  },
  'ack before commit': {
    profile: 'server deaths',
    changes: [
      {
        file: 'sync-server/sync/push.service.ts',
        from: 'inLine(() => db.transaction(work))',
        to: 'inLine(() => early(db, work))',
      },
      {
        file: 'sync-server/sync/push.service.ts',
        from: 'const join = (before',
        to: `const early = (db, run) => new Promise((resolve, reject) => {
  db.transaction(async (tx) => { const ran = await run(tx); resolve(ran); return ran; }).catch(reject);
});
const join = (before`,
      },
    ],
  },
  'ack before the journal': {
    profile: 'server deaths',
    changes: [
      {
        file: 'sync-server/sync/push.service.ts',
        from: 'await deps.durability.accept(',
        to: '((batch) => setTimeout(() => deps.durability.accept(batch).catch(() => undefined), 50).unref())(',
      },
    ],
  },
  'no hash on mid': {
    profile: 'copies',
    first: [
      step('place', 0, 1),
      step('clone', 0),
      step('place', 0, 2),
      step('sync', 0),
      step('place', 3, 7),
      step('sync', 3),
    ],
    changes: [
      {
        file: 'sync-server/sync/push.history.ts',
        from: 'repeated.findIndex(({ mid, h }) => known.get(mid)?.h !== h)',
        to: 'repeated.findIndex(({ mid }) => !known.has(mid))',
      },
    ],
  },
  'takes what a copy sent for its own': {
    profile: 'copies',
    first: [
      step('clone', 0),
      step('place', 0, 2),
      step('push', 0),
      step('deliver'),
      step('place', 3, 7),
      step('pull', 3),
    ],
    changes: [
      {
        file: 'src/main/sync/reflected.ts',
        from: 'if (!isOfCopy(store, madeMid, told)) return until;',
        to: 'return until;',
      },
    ],
  },
  'numbers of a copy taken for its own by a restored server': {
    profile: 'copies',
    first: [
      step('backup'),
      step('place', 0, 1),
      step('clone', 0),
      step('place', 3, 2),
      step('sync', 3),
      step('restore'),
      step('place', 0, 3),
      step('sync', 0),
    ],
    changes: [
      {
        file: 'src/main/sync/pull.ts',
        from: 'isOfCopy(store, madeMid, reply) ? 0 : reply.lastMid;',
        to: 'reply.lastMid;',
      },
    ],
  },
  'digest copied from server': {
    profile: 'line',
    first: [step('place', 0, 1), step('pay', 0, 2), step('sync', 0), step('torn page'), step('sync', 2)],
    changes: [
      {
        file: 'src/main/sync/apply.ts',
        from: 'const own = digests.get(scope) ??',
        to: 'const own = reply.digests[scope] ?? digests.get(scope) ??',
      },
    ],
  },
  'HLC kept after rollback': {
    profile: 'line',
    first: [step('place', 0, 1), step('refused', 0, 5)],
    changes: [
      {
        file: 'src/main/sync/outbox.ts',
        from: 'const hlc = tick(decodeHlc(state.hlc), deps.now());',
        to: `const hlc = tick(decodeHlc([state.hlc, inMemory].toSorted().at(-1) ?? ''), deps.now());
  inMemory = encodeHlc(hlc);`,
      },
      {
        file: 'src/main/sync/outbox.ts',
        from: 'export interface OutboxDeps {',
        to: "let inMemory = '';\nexport interface OutboxDeps {",
      },
    ],
  },
  'raw device clock in LWW': {
    profile: 'clocks',
    changes: [
      {
        file: 'sync-server/sync/push.rules.ts',
        from: 'Math.max(lastAt, Math.min(decodeHlc(hlc).ms + skewMs, now), 0)',
        to: 'decodeHlc(hlc).ms',
      },
    ],
  },
  'tombstone dropped at GC without gc_ver': {
    profile: 'tombstones',
    changes: [
      {
        file: 'sync-server/sync/departures.repo.ts',
        from: 'greatest(gc_ver, line.ver)',
        to: 'gc_ver',
      },
    ],
  },
  'filter without delete on leave': {
    profile: 'scopes',
    first: [step('hq put', 0, 4), step('sync', 0), step('move row', 0, 1), step('sync', 0)],
    changes: [
      {
        file: 'sync-server/sync/departures.repo.ts',
        from: 'SELECT "from", type, id, "fromVer", ${write.now}::bigint FROM moving\n',
        to: 'SELECT "from", type, id, "fromVer", ${write.now}::bigint FROM moving WHERE false\n',
      },
    ],
  },
  'revoked scope not wiped': {
    profile: 'scopes',
    changes: [
      {
        file: 'src/main/sync/leave.ts',
        from: '      store.replica.purge(type, scope);\n',
        to: '',
      },
    ],
  },
  'pages applied one by one': {
    profile: 'line',
    // A device that has been filled before, five rows behind: one page and a bit.
    first: [
      step('sync', 2),
      ...[0, 1, 2, 4, 5].map((draw) => step('place', 0, draw)),
      step('sync', 0),
      step('pull', 2),
      step('deliver'),
    ],
    changes: [
      {
        file: 'src/main/sync/pull.ts',
        from: ': await stage(deps, state, reply, staged);',
        to: ': (await finish(deps, asked, { ...reply, digests: {} }), true);',
      },
    ],
  },
  'head lock taken first': {
    profile: 'line',
    changes: [
      {
        file: 'sync-server/sync/push.service.ts',
        from: '      const writer = await lockWriter(tx, request.writer, receivedAt, refs);',
        to: `      await tx.execute('SELECT 1 FROM scope_heads FOR UPDATE');
      const writer = await lockWriter(tx, request.writer, receivedAt, refs);`,
      },
    ],
  },
  'stale push dropped silently': {
    profile: 'line',
    // The answer is lost, and the same comes again.
    first: [step('place', 0, 1), step('push', 0), step('deliver', 0, LOSES_ANSWER), step('push', 0)],
    changes: [
      {
        file: 'sync-server/sync/push.history.ts',
        from: '  return repeated.flatMap(({ mid }) => known.get(mid) ?? []);',
        to: '  return [];',
      },
    ],
  },
  '400 on old cursor treated as fatal': {
    profile: 'tombstones',
    changes: [
      {
        file: 'src/main/sync/pull.ts',
        from: '      store.transaction(() => fallBack(deps, asked, reply));\n      return false;',
        to: "      throw new AppError('app.bad_input', 'the cursor is too old');",
      },
    ],
  },
  'answers dropped with an old name': {
    profile: 'names',
    changes: [{ file: 'src/main/sync/store.ts', from: '    former.retire();\n', to: '' }],
  },
  'an old name not told again after a restore': {
    profile: 'names',
    // The copy, the fourth or the fifth device, takes a new name; then only it knows what was told under the old one.
    first: [
      step('backup', 0),
      step('place', 0, 1),
      step('sync', 0),
      step('clone', 0),
      ...[0, 3, 4].flatMap((on) => [step('place', on, 1), step('sync', on)]),
      step('wipe', 0),
      step('sync', 0),
      step('restore', 0),
    ],
    changes: [{ file: 'src/main/sync/store.ts', from: '      former.reopen();\n', to: '' }],
  },
  'one POST for the whole backlog': {
    profile: 'line',
    first: [step('place', 0, 1), step('burst', 0), step('sync', 0)],
    changes: [
      { file: 'src/main/sync/push.ts', from: 'bytes > MAX_PUSH_BYTES || row.mid', to: 'row.mid' },
      {
        file: 'src/main/sync/push.ts',
        from: 'createPace(deps.now, deps.firstBatch)',
        to: 'createPace(deps.now, 1_000_000)',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Mutant>>;
type SyncMutantName = keyof typeof SYNC_MUTANTS;

export const SYNC_MUTANT_NAMES = Object.keys(SYNC_MUTANTS) as SyncMutantName[];
export const isSyncMutant = (name: string): name is SyncMutantName => Object.hasOwn(SYNC_MUTANTS, name);

const MARK = 'mutant';
const OURS = /\/(src|sync-server|test)\//;

/**
 * The simulation over a changed product, beside the others in this process: a mutant's modules are its own. A line that
 * is no longer there is an error.
 */
export async function loadSyncMutant(name: SyncMutantName): Promise<typeof Simulation> {
  const { changes }: Mutant = SYNC_MUTANTS[name];
  const applied = new Set<Change>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const isOfMutant = new URL(context.parentURL ?? 'file:///').searchParams.get(MARK) === name;
      if (!isOfMutant || !OURS.test(found.url) || found.url.includes('/node_modules/')) return found;
      const url = new URL(found.url);
      url.searchParams.set(MARK, name);
      return { ...found, url: url.href };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const { pathname, searchParams } = new URL(url);
      if (searchParams.get(MARK) !== name) return loaded;
      let source = Buffer.from((loaded.source ?? '') as string | Uint8Array).toString();
      for (const change of changes) {
        if (!pathname.endsWith(`/${change.file}`)) continue;
        if (source.split(change.from).length !== 2) throw new Error(`mutant "${name}" no longer fits ${change.file}`);
        source = source.replace(change.from, () => change.to);
        applied.add(change);
      }
      return { ...loaded, source };
    },
  });
  try {
    const url = new URL('./sync-simulation.ts', import.meta.url);
    url.searchParams.set(MARK, name);
    const loaded = (await import(url.href)) as typeof Simulation;
    if (applied.size !== changes.length) throw new Error(`mutant "${name}" changed a file that nobody loads`);
    return loaded;
  } finally {
    hooks.deregister();
  }
}
