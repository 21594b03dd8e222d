/** One step of a script: whose it is, what was drawn for it, and how it makes a change. */
import { decodeHlc, encodeHlc, HLC_ZERO, tick } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { ORGANIZATION } from '#test/sync/fixtures.ts';
import type { Seeded } from './seeded.ts';
import { Died } from './sync-device.ts';
import { hold } from './sync-model.ts';
import type { Action } from './sync-plan.ts';
import { type DeviceState, outboxOf, shownOf, stateOf } from './sync-view.ts';
import type { Slot, World } from './sync-world.ts';

export interface Turn {
  readonly world: World;
  readonly slot: Slot;
  /** Drawn for this step alone. */
  readonly chance: Seeded;
}

/** Some of the steps that a script may have. */
export type Actions = { readonly [A in Action]?: (turn: Turn) => Promise<void> | void };

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const YEAR = 365 * DAY;

/** Makes a change as a screen would: in a transaction of its own. What the rules refuse is no news. */
export function act<N extends MutatorName>({ world, slot }: Turn, name: N, args: MutatorArgs<N>): void {
  const { core, sync } = slot.life;
  const before = { outbox: outboxOf(core.db), state: stateOf(core.db) };
  try {
    core.db.transaction((tx) => sync.mutate(tx, name, args), { behavior: 'immediate' });
  } catch (error) {
    if (error instanceof Died) return;
    if (!(error instanceof AppError)) throw error;
    hold(
      isSame({ outbox: outboxOf(core.db), state: stateOf(core.db) }, before),
      `I3: ${name} was refused here (${error.code}) and left a trace`,
    );
    return;
  }
  const [made] = outboxOf(core.db).slice(-1);
  hold(
    made?.name === name && made.mid === (before.state?.nextMid ?? made.mid),
    `I3: ${name} is not the next of its outbox`,
  );
  // The last stamp is the one on the disk: nothing that was rolled back may have moved it.
  const last = before.state === undefined ? HLC_ZERO : decodeHlc(before.state.hlc);
  const next = encodeHlc(tick(last, world.nowAt(slot)));
  hold(made.hlc === next, `I3: the stamp is ${made.hlc}, and after what is on the disk it is ${next}`);
}

interface Standing {
  readonly outbox: readonly unknown[];
  readonly state: DeviceState | undefined;
}
const isSame = (one: Standing, other: Standing): boolean =>
  one.outbox.length === other.outbox.length &&
  one.state?.nextMid === other.state?.nextMid &&
  one.state?.hlc === other.state?.hlc;

export const idsShown = ({ slot }: Turn, type: string): string[] =>
  shownOf(slot.life.core.db)
    .filter(({ key }) => key.startsWith(`${type}:`))
    .map(({ key }) => key.slice(type.length + 1));

export const isTill = ({ slot }: Turn): boolean => slot.mode === 'cashier' || slot.mode === 'kiosk';
export const isDesk = ({ slot }: Turn): boolean => slot.mode === 'manager';
export const homeOf = ({ slot }: Turn): string => slot.life.sync.writer().shopId;
export const actorIn = (turn: Turn) => ({
  organizationId: ORGANIZATION,
  shopId: homeOf(turn),
  deviceId: turn.slot.deviceId,
  mode: turn.slot.mode,
  incarnation: 1,
});
