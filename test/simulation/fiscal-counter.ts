/**
 * A counter of the simulation: a register that outlives everything, a device that dies and comes back, a cashier who
 * loads paper, presses "again" and says nothing else, and the queue of headquarters.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StateFileError } from '#emulators/kkt/lock.ts';
import type { FnDocument } from '#emulators/kkt/model.ts';
import { type Bench, openBench } from '#emulators/kkt/testing.ts';
import { openDriver } from '#emulators/kkt/testing-driver.ts';
import type { FiscalDocument, FiscalState, FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { makeFirstDay, takeImage } from './fiscal-image.ts';
import { beginLife, type Life } from './fiscal-life.ts';
import type { Armed, Moment } from './fiscal-plan.ts';
import { createQueueServer, type QueueServer } from './fiscal-queue-server.ts';
import { openWire, type Wire } from './fiscal-wire.ts';

export interface TaskRow {
  readonly id: string;
  readonly state: FiscalState;
  readonly type: FiscalTask['type'];
  readonly totalMinor: number;
  readonly document: FiscalDocument | undefined;
}

export interface Counter {
  readonly queue: QueueServer;
  readonly lives: () => number;
  /** The device as it lives now; waits for it while it is between two lives. */
  life(): Promise<Life>;
  /** The deaths to come, one a life. */
  doom(crashes: readonly Moment[]): Promise<void>;
  cutAt(moment: Extract<Moment, { kind: 'call' }>): void;
  arm(fault: Armed): Promise<void>;
  /** Calls off what has not come yet. True when everything had come. */
  calm(): Promise<boolean>;
  setPaper(present: boolean): Promise<void>;
  hasPaper(): Promise<boolean>;
  /** Something of the register waits for its paper, which is there. */
  owesPaper(): Promise<boolean>;
  /** Puts another register at the address when the device dies next, or the first one back now. */
  swapAtDeath(): void;
  swapBack(): void;
  /** Every document of the first register's fiscal memory. */
  documents(): readonly FnDocument[];
  /** Cash in its drawer without what was there in the morning, kopecks. */
  drawer(): Promise<number>;
  /** Lines of its paper. */
  paper(): readonly string[];
  task(id: string): Promise<TaskRow | undefined>;
  tasks(): Promise<readonly TaskRow[]>;
  /** Lets the clock of the device run ahead: nobody waits for its pauses. */
  hurry(ms: number): void;
  /** The last lines of the device's log. */
  lastLines(count: number): Promise<readonly string[]>;
  end(): Promise<void>;
}

const MORNING_FLOAT_MINOR = 1_000_000_00;
const REGISTER_BOOT_MS = 25;
const REGISTER_TRIES = 100;

export async function openCounter(libraryPath: string): Promise<Counter> {
  const root = mkdtempSync(join(tmpdir(), 'prilavok-simulation-'));
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  let booting: Promise<void> | undefined;
  /** A register that lost its power gets it back in a moment. */
  const boot = (): void => {
    booting ??= (async () => {
      await delay(REGISTER_BOOT_MS);
      await restartPatiently(bench);
      if (other === undefined) port = bench.register().port;
    })().finally(() => {
      booting = undefined;
    });
  };
  const bench = await openBench({ onKill: boot });
  let port = bench.register().port;
  let other: Bench | undefined;
  await putFloat(bench, libraryPath);

  /** Speaks to the register's page, which goes and comes with its power. */
  const atRegister = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tried = 0; ; tried += 1) {
      await booting;
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TypeError) || tried === REGISTER_TRIES) throw error;
        await delay(REGISTER_BOOT_MS);
      }
    }
  };
  const registerState = (): Promise<Record<string, unknown>> => atRegister(() => bench.state());

  const queue = createQueueServer();
  const endings: Promise<void>[] = [];
  let crashes: Moment[] = [];
  let callOff: (() => void)[] = [];
  let due = 0;
  let swap = false;
  let born = 0;
  let wire: Wire;
  let current: Promise<Life>;

  const bear = async (): Promise<Life> => {
    const folder = join(root, String(born));
    born += 1;
    if (swap) {
      swap = false;
      other = await openBench({ fnSerial: '9999078902009999' });
      port = other.register().port;
    }
    wire = await openWire(() => port);
    const life = await beginLife({ folder, libraryPath, wire, door: await queue.open(), token: 'token', now });
    doomNext(life);
    await life.start();
    return life;
  };
  const doomNext = (life: Life): void => {
    const [moment, ...rest] = crashes;
    if (moment === undefined) return;
    crashes = rest;
    const forget = life.dieAt(moment, join(root, String(born)), () => {
      due -= 1;
      const next = Promise.resolve().then(bear);
      // Whoever waits for it hears of its failure; until somebody does, it is nobody's unhandled rejection.
      next.catch(() => undefined);
      current = next;
      endings.push(life.end());
    });
    callOff.push(forget);
  };

  await makeFirstDay(join(root, 'first'));
  takeImage(join(root, 'first'), join(root, '0'));
  current = bear();
  await current;

  const rows = async (where: string, ...params: readonly unknown[]): Promise<TaskRow[]> =>
    (await current)
      .read<{ id: string; state: FiscalState; task: string; document: string | null }>(
        `SELECT id, state, task, document FROM fiscal_tasks ${where}`,
        ...params,
      )
      .map(({ id, state, task, document }) => {
        const { type, receipt, cash } = JSON.parse(task) as FiscalTask;
        return {
          id,
          state,
          type,
          totalMinor: receipt?.totalMinor ?? cash?.amountMinor ?? 0,
          document: document === null ? undefined : (JSON.parse(document) as FiscalDocument),
        };
      });
  const fnFile = `${bench.stateFile}.fn`;

  return {
    queue,
    lives: () => born,
    life: () => current,
    async doom(moments) {
      crashes = [...moments];
      due += crashes.length;
      doomNext(await current);
    },
    cutAt(moment) {
      const at = wire;
      due += 1;
      const forget = at.watch(moment, () => {
        due -= 1;
        at.cut();
      });
      callOff.push(forget);
    },
    async arm(fault) {
      // A shift that is closed does not grow old.
      if (fault.point === 'shift_expired' && !isShiftOpen(await registerState())) return;
      await atRegister(() => bench.arm(fault));
    },
    async calm() {
      for (const forget of callOff) forget();
      callOff = [];
      crashes = [];
      const left = (await registerState())['faults'] as readonly unknown[];
      await atRegister(() => bench.post('/faults/clear', {}));
      const hasAllCome = due === 0 && left.length === 0;
      due = 0;
      return hasAllCome;
    },
    async setPaper(present) {
      await atRegister(() => bench.post('/paper', { present }));
    },
    async hasPaper() {
      return (await registerState())['paper'] === true;
    },
    async owesPaper() {
      const { paper, unprinted, slipOwed } = await registerState();
      return paper === true && (unprinted !== null || slipOwed === true);
    },
    swapAtDeath() {
      swap = true;
    },
    swapBack() {
      const gone = other;
      other = undefined;
      port = bench.register().port;
      wire.cut();
      if (gone !== undefined) endings.push(gone.dispose());
    },
    documents: () =>
      linesOf(fnFile)
        .slice(1)
        .map((line) => JSON.parse(line) as FnDocument),
    async drawer() {
      return Number((await registerState())['cashMinor']) - MORNING_FLOAT_MINOR;
    },
    paper: () => linesOf(`${bench.stateFile}.tape`).flatMap((line) => (JSON.parse(line) as { lines: string[] }).lines),
    task: async (id) => (await rows('WHERE id = ?', id))[0],
    tasks: () => rows('ORDER BY seq'),
    hurry(ms) {
      ahead += ms;
    },
    lastLines: async (count) =>
      (await current).log
        .tail()
        .slice(-count)
        .map((entry) => JSON.stringify(entry)),
    async end() {
      await (await current).end();
      await Promise.all(endings);
      await booting;
      await other?.dispose();
      await bench.dispose();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const isShiftOpen = ({ shift }: Record<string, unknown>): boolean => (shift as { state: string }).state !== 'closed';

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

/** Change and returns need cash in the drawer. */
async function putFloat(bench: Bench, libraryPath: string): Promise<void> {
  const driver = openDriver(libraryPath);
  await driver.open(bench.register().port);
  await driver.putIn(MORNING_FLOAT_MINOR);
  driver.free();
}

/** Its predecessor may still be letting go of the state file. */
async function restartPatiently(bench: Bench): Promise<void> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await bench.restart();
    } catch (error) {
      if (!(error instanceof StateFileError) || tried === 20) throw error;
      await delay(10);
    }
  }
}
