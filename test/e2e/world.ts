/** What a browser test must know of the world it runs in; the world itself lives in the runner's own process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loginOf, staffOf } from '../../scripts/demo-data.ts';
import { ROOT } from '../../scripts/processes.ts';
import type { DeviceMode, InstrumentName, World } from '../../scripts/world.ts';

export const WORLD_FILE = join(ROOT, 'test-results/world.json');

export interface WorldFacts {
  readonly serverUrl: string;
  readonly devices: Readonly<Record<DeviceMode, string>>;
  /** How each device was started: Electron takes its place with the same arguments. */
  readonly processes: Readonly<Record<DeviceMode, { readonly pid: number; readonly args: readonly string[] }>>;
  readonly tapes: Readonly<Record<'kiosk' | 'cashier', string>>;
  /** Where the car and the probe of the kiosk are told what to be. */
  readonly instruments: Readonly<Record<InstrumentName, string>>;
  /** Where payers of the emulated provider are told what to do. */
  readonly bank: string;
  readonly hqAdmin: { readonly email: string; readonly password: string };
  readonly partner: { readonly email: string; readonly password: string };
  readonly cashier: { readonly name: string; readonly pin: string };
  readonly supervisor: { readonly name: string; readonly pin: string };
  readonly manager: { readonly name: string; readonly pin: string };
}

export const describeWorld = (world: World): WorldFacts => ({
  serverUrl: world.serverUrl,
  devices: {
    kiosk: world.device('kiosk').ready.url,
    cashier: world.device('cashier').ready.url,
    manager: world.device('manager').ready.url,
  },
  processes: {
    kiosk: { pid: world.device('kiosk').pid, args: world.deviceArgs('kiosk') },
    cashier: { pid: world.device('cashier').pid, args: world.deviceArgs('cashier') },
    manager: { pid: world.device('manager').pid, args: world.deviceArgs('manager') },
  },
  tapes: { kiosk: world.register('kiosk').ready.url, cashier: world.register('cashier').ready.url },
  instruments: { adapter: world.instrument('adapter').ready.url, gauge: world.instrument('gauge').ready.url },
  bank: world.bank().ready.url,
  hqAdmin: loginOf(world.access, 'hq_admin'),
  partner: loginOf(world.access, 'partner'),
  cashier: staffOf(world.access, 'cashier'),
  supervisor: staffOf(world.access, 'supervisor'),
  manager: staffOf(world.access, 'manager'),
});

export const readWorld = (): WorldFacts => JSON.parse(readFileSync(WORLD_FILE, 'utf8')) as WorldFacts;
