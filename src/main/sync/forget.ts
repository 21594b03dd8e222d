/**
 * Forgetting a guest in what sync keeps: answered changes stay for a fortnight, for a server that is put back to a backup,
 * and their arguments name people. Such a server is then told the same without the guest.
 */
import type { Db } from '#main/db/db.ts';
import { sha256 } from '#node/sha256.ts';
import { NAMING_GUESTS, withoutGuest } from '#shared/sync/anonymous.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { createForgetRepo } from './forget.repo.ts';
import { createStateRepo } from './state.repo.ts';

export interface Forgetting {
  /** Rows whose changes the server may not have for good yet: nothing of these is to go. */
  unsettled(): ReadonlySet<RefKey>;
  /** Rewrites the answered changes of these rows, and the answers that wait for a person. In a transaction. */
  anonymise(keys: ReadonlySet<RefKey>): void;
  /** Answers that wait for a person, to changes that name a guest. */
  listNaming(): readonly NamingLetter[];
}

export interface NamingLetter {
  /** Unix ms. */
  readonly madeAt: number;
  readonly keys: readonly RefKey[];
  /** Of a photo: handed over by the name of who ordered it. */
  readonly isPhoto: boolean;
}

/** Arguments of which nothing is left. */
const NOTHING = '{}';

export function createForgetting(db: Db): Forgetting {
  const repo = createForgetRepo(db);
  const state = createStateRepo(db);
  const touched = (text: string) => JSON.parse(text) as RefKey[];
  /** A letter has no fortnight: what cannot be read here is not kept for whoever could. */
  const namingLetters = () =>
    repo.listLetters(NAMING_GUESTS).flatMap((letter) => {
      const without = withoutGuest(letter.name, letter.args) ?? NOTHING;
      return without === letter.args ? [] : [{ ...letter, without }];
    });
  return {
    unsettled: () => {
      const { durableMid, reflectedMid } = state.find() ?? { durableMid: 0, reflectedMid: 0 };
      return new Set(repo.listUnsettled(Math.min(durableMid, reflectedMid)).flatMap(touched));
    },
    anonymise: (keys) => {
      for (const change of repo.listKept(NAMING_GUESTS)) {
        if (!touched(change.touches).some((key) => keys.has(key))) continue;
        const { mid, name, schema, hlc, grant } = change;
        const text = withoutGuest(name, change.args);
        // Made by a version whose arguments this one cannot read: it goes with its fortnight.
        if (text === undefined || text === change.args) continue;
        const args = JSON.parse(text) as unknown;
        repo.rewrite(change, text, mutationHash(sha256, { mid, name, args, schema, hlc, grant: grant ?? undefined }));
      }
      for (const { id, touches, without } of namingLetters()) {
        if (touched(touches).some((key) => keys.has(key))) repo.rewriteLetter(id, without);
      }
    },
    listNaming: () =>
      namingLetters().map(({ madeAt, touches, isPhoto }) => ({
        madeAt,
        keys: touched(touches),
        isPhoto: isPhoto === 1,
      })),
  };
}
