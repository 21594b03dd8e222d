/** What one run of the sync simulation is to do: a script drawn from a seed, plain data, so that steps can be left out. */
import { z } from 'zod';
import { type Seeded, seeded } from './seeded.ts';

export const ACTIONS = [
  // Work at a till, a kiosk and a manager's desk.
  'place',
  'pay',
  'cancel',
  'fulfil',
  'visit',
  'client',
  'edit client',
  'delete client',
  'refused',
  'poison',
  'burst',
  // The line.
  'push',
  'pull',
  'sync',
  'deliver',
  'partition',
  'heal',
  // The device.
  'crash',
  'doom',
  'jump',
  'freeze',
  'clone',
  'wipe',
  // The server.
  'hq put',
  'hq delete',
  'collect',
  'checkpoint',
  'server crash',
  'server doom',
  'power cut',
  'outage',
  'backup',
  'restore',
  'move',
  'grant',
  'time passes',
  'move row',
  'torn page',
] as const;
export type Action = (typeof ACTIONS)[number];

export const Step = z.object({
  do: z.enum(ACTIONS),
  /** Which device, counted round. */
  on: z.int().min(0),
  /** Whatever else the action has to choose, drawn once: leaving out a step changes no other. */
  draw: z.int().min(0),
});
export type Step = Readonly<z.infer<typeof Step>>;

export const Script = z.object({ seed: z.int().min(0), devices: z.int().min(1), steps: z.array(Step).readonly() });
export type Script = Readonly<z.infer<typeof Script>>;

type Weights = Readonly<Partial<Record<Action, number>>>;

const WORK: Weights = { place: 6, pay: 5, cancel: 2, fulfil: 2, visit: 2, client: 2, 'edit client': 4, refused: 1 };
const LINE: Weights = { push: 6, pull: 6, sync: 4, deliver: 14, 'hq put': 1, 'time passes': 1 };

/** What a run is about. Each begins from ordinary work and adds its own kind of trouble. */
const PROFILES = {
  line: { ...WORK, ...LINE, partition: 1, heal: 2, 'delete client': 1, 'torn page': 1 },
  deaths: { ...WORK, ...LINE, crash: 3, doom: 5 },
  clocks: { ...WORK, ...LINE, jump: 5, freeze: 1, crash: 1 },
  'server deaths': { ...WORK, ...LINE, 'server crash': 1, 'server doom': 4, checkpoint: 1, 'power cut': 3, outage: 1 },
  restores: { ...WORK, ...LINE, backup: 2, restore: 2, crash: 1, checkpoint: 1, 'power cut': 1 },
  copies: { ...WORK, ...LINE, clone: 2, wipe: 1, crash: 1 },
  names: { ...WORK, ...LINE, clone: 2, backup: 2, restore: 2 },
  scopes: { ...WORK, ...LINE, move: 2, grant: 2, crash: 1, 'hq put': 3, 'move row': 3, 'hq delete': 1, collect: 1 },
  tombstones: { ...WORK, ...LINE, 'hq put': 4, 'hq delete': 4, collect: 3, 'delete client': 3, partition: 1, heal: 1 },
  poison: { ...WORK, ...LINE, poison: 3, outage: 2 },
  everything: {
    ...WORK,
    ...LINE,
    'delete client': 1,
    poison: 0.3,
    partition: 0.5,
    heal: 1,
    crash: 1,
    doom: 1,
    jump: 1,
    freeze: 0.3,
    clone: 0.5,
    wipe: 0.3,
    'hq delete': 1,
    collect: 0.5,
    checkpoint: 0.5,
    'server crash': 0.5,
    'server doom': 1,
    'power cut': 0.5,
    outage: 0.5,
    backup: 0.7,
    restore: 0.5,
    move: 0.5,
    grant: 0.5,
    'move row': 0.5,
    'torn page': 0.3,
  },
} as const satisfies Readonly<Record<string, Weights>>;

const DRAWS = 2 ** 20;
/** One run in so many has a backlog larger than one request may carry. */
const BURST_EVERY = 250;

export type Profile = keyof typeof PROFILES;

/** @param only of this kind alone; else drawn. */
export function planOf(seed: number, only?: Profile): Script {
  const chance: Seeded = seeded(seed, 0x5e9c);
  const profile: Weights = PROFILES[only ?? chance.pick(Object.keys(PROFILES) as Profile[])];
  const steps = Array.from(
    { length: chance.int(12, 44) },
    (): Step => ({
      do: chance.weighted(profile as Readonly<Record<Action, number>>),
      on: chance.int(0, 11),
      draw: chance.int(0, DRAWS - 1),
    }),
  );
  if (seed % BURST_EVERY === 0) steps.splice(chance.int(0, steps.length), 0, { do: 'burst', on: 0, draw: 0 });
  return { seed, devices: chance.int(3, 4), steps };
}
