/**
 * The browser in which the screens are shown, started and watched by the device itself: a page that crashed or hangs, and a
 * browser that has gone, is begun anew; one that keeps dying ends the process, whose supervisor knows what to do.
 *
 * The address with its token goes to the browser by a pipe: a command line is for everybody on the machine to read. The
 * browser keeps nothing on the disk, so that no guest is left in it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Logger } from '#main/core.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { CRASH_LIMIT, decideAfterCrash } from '../crash.rules.ts';
import type { After } from '../electron/timer.ts';
import { connectDevTools, type DevTools } from './devtools-pipe.ts';

export interface ScreenOptions {
  /** Path of a Chromium. */
  readonly browser: string;
  /** Beside ours. */
  readonly args: readonly string[];
  /** With the token. */
  readonly url: string;
  readonly mode: Mode;
  /** The browser's own folder; nothing of a page is written there. */
  readonly profile: string;
  /** Unix ms. */
  readonly now: () => number;
  /** Runs what waits for the next attempt. */
  readonly after: After;
  readonly log: Logger;
  /** Starting it again does not help any more. */
  readonly giveUp: () => void;
  readonly limits?: { readonly beatMs: number; readonly hungMs: number };
}

export interface Screen {
  close(): Promise<void>;
}

/** As long as the other shell waits (`electron/crash.ts`). */
const LIMITS = { beatMs: 5000, hungMs: 15_000 };

export function openScreen(options: ScreenOptions): Screen {
  const { now, log, limits = LIMITS } = options;
  let deaths: readonly number[] = [];
  let isClosed = false;
  let browser: ChildProcess | undefined;
  let cancelBeat: (() => void) | undefined;
  let cancelBegin: (() => void) | undefined;

  const begin = (): void => {
    const child = spawn(options.browser, argsOf(options), { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    browser = child;
    const kill = (reason: string) => {
      if (browser !== child || isClosed) return;
      log.warn('the screen is begun anew', { reason });
      child.kill('SIGKILL');
    };
    child.once('error', (error) => {
      log.error('the browser cannot be started', { browser: options.browser, error });
      ended(child);
    });
    child.once('exit', (code, signal) => {
      if (!isClosed) log.warn('the browser has gone', { code, signal });
      ended(child);
    });
    const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
    const tools = connectDevTools(input, output);
    show(tools, options.url)
      .then((sessionId) => watch(tools, sessionId, kill))
      .catch((error: unknown) => kill(String(error)));
  };

  const ended = (child: ChildProcess): void => {
    if (browser !== child) return;
    browser = undefined;
    cancelBeat?.();
    if (isClosed) return;
    const at = now();
    const decision = decideAfterCrash('crashed', deaths, at);
    deaths = [...deaths.filter((earlier) => at - earlier < CRASH_LIMIT.withinMs), at];
    if (decision.act === 'reload') cancelBegin = options.after(decision.afterMs, begin);
    else options.giveUp();
  };

  const watch = (tools: DevTools, sessionId: string, kill: (reason: string) => void): void => {
    tools.onEvent((method) => {
      if (method === 'Target.targetCrashed' || method === 'Inspector.targetCrashed') kill('the page crashed');
    });
    const beat = (): void => {
      const hung = setTimeout(() => kill('the page does not respond'), limits.hungMs);
      tools
        .call('Runtime.evaluate', { expression: '1' }, sessionId)
        .then(() => {
          const timer = setTimeout(beat, limits.beatMs);
          cancelBeat = () => clearTimeout(timer);
        })
        .catch((error: unknown) => kill(String(error)))
        .finally(() => clearTimeout(hung));
    };
    beat();
  };

  begin();
  return {
    close: async () => {
      isClosed = true;
      cancelBeat?.();
      cancelBegin?.();
      const child = browser;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const argsOf = ({ mode, profile, args }: ScreenOptions): string[] => [
  '--remote-debugging-pipe',
  `--user-data-dir=${profile}`,
  '--incognito',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-session-crashed-bubble',
  '--disable-translate',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  ...(mode === 'kiosk' ? ['--kiosk'] : ['--start-maximized']),
  ...args,
  'about:blank',
];

/** Brings the browser's first page to the address. Answers the session by which it is spoken to. */
async function show(tools: DevTools, url: string): Promise<string> {
  await tools.call('Target.setDiscoverTargets', { discover: true });
  const { targetInfos } = (await tools.call('Target.getTargets')) as {
    targetInfos: { type: string; targetId: string }[];
  };
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId ?? (await newPage(tools));
  const { sessionId } = await tools.call('Target.attachToTarget', { targetId, flatten: true });
  await tools.call('Inspector.enable', {}, String(sessionId));
  await tools.call('Page.navigate', { url }, String(sessionId));
  return String(sessionId);
}

const newPage = async (tools: DevTools): Promise<string> =>
  String((await tools.call('Target.createTarget', { url: 'about:blank' }))['targetId']);
