/**
 * `POST /sync/pull`: the rows of the granted scopes that are newer than the device's cursors, as they are in one
 * snapshot of the database. The last page says that nothing lies beyond it; only then does the device show any of them.
 */

import type { Db } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { EMPTY_DIGEST } from '#shared/sync/digest.ts';
import { MAX_PULL_BYTES, MAX_PULL_ROWS, type PullReply, type PullRequest } from '#shared/sync/protocol.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Durability } from './durability.ts';
import type { Head } from './entities.repo.ts';
import { releaseGrants } from './grants.repo.ts';
import { currentScopes, type Grant, grantsVerOf, homeOf } from './grants.rules.ts';
import { type Page, readPage } from './pull.repo.ts';
import type { SyncActor } from './sync.port.ts';
import type { Timeline } from './timeline.ts';
import { raiseIncarnationTo } from './writers.repo.ts';

export interface PullDeps {
  readonly db: Db;
  readonly timeline: Timeline;
  readonly durability: Durability;
  readonly now: () => number;
  readonly onIncarnation?: (() => void) | undefined;
  /** Smaller pages, for tests. */
  readonly maxRows?: number;
}

/** A reply whose rows are JSON already, as the database wrote them: members of an array. */
export interface PulledPage {
  readonly head: Omit<PullReply, 'rows'>;
  readonly rows: string;
}

/** A `PullReply` as it travels. */
export const wireText = ({ head, rows }: PulledPage): string =>
  `${JSON.stringify(head).slice(0, -1)},"rows":[${rows}]}`;

export type Pull = (actor: SyncActor, request: PullRequest) => Promise<PulledPage>;

/** How often what a device knows is found to be of no use, each time by what was committed since, before it gets no answer. */
const MAX_READS = 5;

/** @throws AppError `auth.forbidden` a writer that the token does not name, or a device that was never given a scope. */
export function createPull(deps: PullDeps): Pull {
  const { db, timeline } = deps;
  const maxRows = deps.maxRows ?? MAX_PULL_ROWS;

  return async (actor, request) => {
    const { writer } = request;
    if (writer.deviceId !== actor.deviceId) throw new AppError('auth.forbidden', 'the token is not of this writer');
    if (writer.incarnation > actor.incarnation) await acknowledgeIncarnation(request);
    const read = await readFrom(request);
    const { grants, granted } = read;
    const shopId = homeOf(granted);
    if (shopId === undefined) throw new AppError('auth.forbidden', 'this device stands in no shop');
    await noteRelease(actor, request, granted);
    const isDurable = await deps.durability.settled();
    const head = {
      epoch: timeline.epoch,
      next: nextOf(read),
      complete: read.full === undefined,
      lastMid: read.lastMid,
      ...(read.sharedH === null ? {} : { sharedH: read.sharedH }),
      durableMid: isDurable ? read.lastMid : 0,
      digests: read.full === undefined ? digestsOf(grants, read.heads) : {},
      grants: [...grants],
      grantsVer: grantsVerOf(granted),
      shopId,
      heads: { ...emptyHeads(grants), ...Object.fromEntries(read.heads.map(({ scope, head }) => [scope, head])) },
      ...(read.forks === undefined ? {} : { forks: { ...read.forks } }),
      serverNow: deps.now(),
    };
    return { head, rows: read.rows };
  };

  /**
   * Reads by the cursors of the request, and again where some of them turn out to be good for nothing: what is answered,
   * grants, heads, rows and lastMid, is of one statement, and so of one instant.
   */
  async function readFrom(request: PullRequest): Promise<Read> {
    let { cursors } = request;
    const { writer, madeMid = 0 } = request;
    for (let reads = 1; reads <= MAX_READS; reads += 1) {
      const page = await readPage(db, writer, { cursors, madeMid, maxRows, maxBytes: MAX_PULL_BYTES });
      const grants = currentScopes(page.granted);
      const forks = forksFor(request, grants, page.heads);
      const starting = startingCursors(request.cursors, grants, forks);
      if (grants.every((scope) => starting[scope] === (cursors[scope] ?? 0))) {
        return { ...page, grants, forks, cursors: starting };
      }
      cursors = starting;
    }
    throw new AppError('app.unavailable', 'the scopes of this device change faster than they can be read');
  }

  /**
   * A server that was restored does not remember the incarnations it issued since. A device that comes from that time, or
   * has met no timeline yet, is let on under its name: had the name gone to a copy, their histories would show it.
   */
  async function acknowledgeIncarnation({ writer, epoch }: PullRequest): Promise<void> {
    if (epoch === timeline.epoch) {
      throw new AppError('auth.forbidden', 'this incarnation was not issued');
    }
    await raiseIncarnationTo(db, writer);
    deps.onIncarnation?.();
  }

  /** A device asks with the grants it lives by: what was taken from it before, it has wiped. */
  async function noteRelease(actor: SyncActor, { grantsVer }: PullRequest, granted: readonly Grant[]): Promise<void> {
    if (grantsVer === undefined) return;
    const isNews = granted.some(
      ({ revokedVer, releasedAt }) => revokedVer !== null && revokedVer <= grantsVer && releasedAt === null,
    );
    if (isNews) await releaseGrants(db, actor.deviceId, grantsVer, deps.now());
  }

  /**
   * Cursors above these are good for nothing and start from zero: all of another epoch that lie past what both epochs
   * share, and those so old that tombstones they need are gone.
   */
  function forksFor(
    request: PullRequest,
    grants: readonly Scope[],
    heads: readonly Head[],
  ): Readonly<Record<Scope, number>> | undefined {
    if (request.epoch !== undefined && request.epoch !== timeline.epoch) {
      const forks = timeline.forksSince(request.epoch);
      return Object.fromEntries(grants.map((scope) => [scope, forks[scope] ?? 0]));
    }
    const known = new Map(heads.map((head) => [head.scope, head]));
    const useless = grants.filter((scope) => {
      const cursor = request.cursors[scope] ?? 0;
      const { head, gcVer } = known.get(scope) ?? { head: 0, gcVer: 0 };
      // Past the head: put back from a copy together with its guard, and nobody noticed.
      return cursor > head || (cursor > 0 && Math.max(cursor, request.started?.[scope] ?? 0) < gcVer);
    });
    return useless.length === 0 ? undefined : Object.fromEntries(useless.map((scope) => [scope, 0]));
  }
}

interface Read extends Page {
  /** The scopes of now. */
  readonly grants: readonly Scope[];
  readonly forks: Readonly<Record<Scope, number>> | undefined;
  /** Where this page began. */
  readonly cursors: Readonly<Record<Scope, number>>;
}

/** The cursors after a page. Versions of rows that changed again are skipped over: a scope is read up to its head. */
function nextOf({ cursors, heads, full }: Read): Record<Scope, number> {
  const next = { ...cursors };
  for (const { scope, head } of heads) {
    if (full === undefined || full.done.includes(scope)) next[scope] = Math.max(head, cursors[scope] ?? 0);
  }
  if (full !== undefined && full.ver !== null) next[full.scope] = full.ver;
  return next;
}

const startingCursors = (
  cursors: Readonly<Record<Scope, number>>,
  grants: readonly Scope[],
  forks: Readonly<Record<Scope, number>> | undefined,
): Record<Scope, number> =>
  Object.fromEntries(
    grants.map((scope) => {
      const cursor = cursors[scope] ?? 0;
      const fork = forks?.[scope];
      return [scope, fork !== undefined && cursor > fork ? 0 : cursor];
    }),
  );

const emptyHeads = (grants: readonly Scope[]): Record<Scope, number> =>
  Object.fromEntries(grants.map((scope) => [scope, 0]));

const digestsOf = (grants: readonly Scope[], heads: readonly Head[]): Record<Scope, string> => {
  const known = new Map(heads.map(({ scope, digest }) => [scope, digest]));
  return Object.fromEntries(grants.map((scope) => [scope, known.get(scope) ?? EMPTY_DIGEST]));
};
