/**
 * Forgetting a guest in what sync keeps: answered changes stay for a fortnight, for a server that is put back to a backup,
 * and their arguments name people. Such a server is then told the same without the guest.
 */
import type { Db } from '#main/db/db.ts';
import { sha256 } from '#node/sha256.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { findMutator, MUTATOR_NAMES } from '#shared/sync/registry.ts';
import { createForgetRepo } from './forget.repo.ts';
import { createStateRepo } from './state.repo.ts';

export interface Forgetting {
  /** Rows whose changes the server may not have for good yet: nothing of these is to go. */
  unsettled(): ReadonlySet<RefKey>;
  /** Rewrites the answered changes of these rows. In a transaction; returns how many. */
  anonymise(keys: ReadonlySet<RefKey>): number;
}

const NAMING_GUESTS = MUTATOR_NAMES.filter((name) => findMutator(name)?.anonymous !== undefined);

export function createForgetting(db: Db): Forgetting {
  const repo = createForgetRepo(db);
  const state = createStateRepo(db);
  const touched = (text: string) => JSON.parse(text) as RefKey[];
  return {
    unsettled: () => {
      const { durableMid, reflectedMid } = state.find() ?? { durableMid: 0, reflectedMid: 0 };
      return new Set(repo.listUnsettled(Math.min(durableMid, reflectedMid)).flatMap(touched));
    },
    anonymise: (keys) => {
      let rewritten = 0;
      for (const change of repo.listKept(NAMING_GUESTS)) {
        if (!touched(change.touches).some((key) => keys.has(key))) continue;
        const { mid, name, schema, hlc, grant } = change;
        const mutator = findMutator(name);
        const parsed = mutator?.args.safeParse(JSON.parse(change.args));
        // Made by a version whose arguments this one cannot read: it goes with its fortnight.
        if (parsed?.success !== true) continue;
        const text = JSON.stringify(mutator?.anonymous?.(parsed.data));
        if (text === change.args) continue;
        const args = JSON.parse(text) as unknown;
        repo.rewrite(change, text, mutationHash(sha256, { mid, name, args, schema, hlc, grant: grant ?? undefined }));
        rewritten += 1;
      }
      return rewritten;
    },
  };
}
