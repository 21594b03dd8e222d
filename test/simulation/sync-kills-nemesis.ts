/** What goes wrong, when, and with whom: drawn from the seed, one after another and now and then several at a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Seeded, seeded } from './seeded.ts';
import { CALM, even } from './sync-kills-link.ts';
import { DEVICES, type DeviceName, type KillsWorld, startAtLast, type TargetName } from './sync-kills-world.ts';

export const BLOWS = ['kill device', 'kill server', 'freeze device', 'freeze server', 'cut', 'crash database'] as const;
export type Blow = (typeof BLOWS)[number];

export interface Nemesis {
  readonly counts: Readonly<Record<Blow, number>>;
  /** Lets what is down come up again and heals every link; nothing more goes wrong until `resume`. */
  rest(): Promise<void>;
  resume(): void;
  /** As `rest`, for good. */
  end(): Promise<void>;
}

const WEIGHTS: Readonly<Record<Blow, number>> = {
  'kill device': 6,
  'kill server': 3,
  'freeze device': 3,
  'freeze server': 2,
  cut: 4,
  'crash database': 1.5,
};
/** Share of requests that each fault of a link takes when it is bad. */
const BAD = 0.04;
const LONGEST_MS = 2500;

export function beginNemesis(world: KillsWorld, seed: number): Nemesis {
  const chance = seeded(seed, 1);
  const counts: Record<Blow, number> = {
    'kill device': 0,
    'kill server': 0,
    'freeze device': 0,
    'freeze server': 0,
    cut: 0,
    'crash database': 0,
  };
  /** Whoever is being struck is left alone until it is well again. */
  const struck = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const state = { isResting: false, isOver: false, fault: undefined as unknown };

  const loop = (async () => {
    while (!state.isOver) {
      await delay(chance.int(50, 600));
      if (state.isResting || state.isOver || underWay.size >= 3) continue;
      const blow = chance.weighted(WEIGHTS);
      const name = targetOf(blow, chance);
      const forMs = Math.floor(LONGEST_MS * chance.next() ** 2);
      if (struck.has(name) || (blow === 'crash database' && world.postgres === undefined)) continue;
      struck.add(name);
      counts[blow] += 1;
      setMoods(world, chance);
      const done = strike(world, blow, name, forMs)
        .catch((error: unknown) => {
          state.fault ??= error;
        })
        .finally(() => {
          struck.delete(name);
          underWay.delete(done);
        });
      underWay.add(done);
    }
  })();

  const settle = async () => {
    state.isResting = true;
    await Promise.all(underWay);
    for (const name of DEVICES) {
      world.links[name].setMood(CALM);
      world.links[name].setCut(false);
    }
    if (state.fault !== undefined) throw new Error('a part did not come up again', { cause: state.fault });
  };
  return {
    counts,
    rest: settle,
    resume: () => {
      state.isResting = false;
    },
    end: async () => {
      state.isOver = true;
      await loop;
      await settle();
    },
  };
}

function targetOf(blow: Blow, chance: Seeded): TargetName | 'database' | `link ${DeviceName}` {
  const device = chance.pick(DEVICES);
  if (blow === 'crash database') return 'database';
  if (blow === 'cut') return `link ${device}`;
  return blow === 'kill server' || blow === 'freeze server' ? 'server' : device;
}

function setMoods(world: KillsWorld, chance: Seeded): void {
  for (const name of DEVICES) world.links[name].setMood(chance.next() < 0.5 ? even(BAD) : CALM);
}

async function strike(world: KillsWorld, blow: Blow, on: ReturnType<typeof targetOf>, forMs: number): Promise<void> {
  if (on === 'database') {
    await world.postgres?.crash();
    await delay(forMs);
    await world.postgres?.start();
    return;
  }
  if (on === 'link till-1' || on === 'link till-2' || on === 'link kiosk') {
    const link = world.links[on.slice('link '.length) as DeviceName];
    link.setCut(true);
    await delay(forMs);
    link.setCut(false);
    return;
  }
  if (blow === 'freeze device' || blow === 'freeze server') {
    world.freeze(on);
    await delay(forMs);
    world.thaw(on);
    return;
  }
  await world.kill(on);
  await delay(forMs / 3);
  await startAtLast(world, on);
}
