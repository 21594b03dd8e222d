/** Taking a guest out of what is kept of a change. Pure. */
import { canonicalJson } from '../kernel/canonical.ts';
import { findMutator, MUTATOR_NAMES } from './registry.ts';

/** Names of changes whose arguments may name a guest. */
export const NAMING_GUESTS = MUTATOR_NAMES.filter((name) => findMutator(name)?.anonymous !== undefined);

/**
 * The arguments without their guest; as they were when there is none in them.
 *
 * @param args JSON.
 * @returns JSON; `undefined` for arguments of another version, which this one cannot read.
 */
export function withoutGuest(name: string, args: string): string | undefined {
  const mutator = findMutator(name);
  if (mutator?.anonymous === undefined) return args;
  const parsed = mutator.args.safeParse(JSON.parse(args));
  if (!parsed.success) return undefined;
  const anonymous: unknown = mutator.anonymous(parsed.data);
  return canonicalJson(anonymous) === canonicalJson(parsed.data) ? args : JSON.stringify(anonymous);
}
