import { describe, expect, it } from 'vitest';
import type { Logger } from '#main/core.ts';
import { createMemoryLog } from '#main/log/log.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { PORT_CHANNEL } from '#shared/rpc/port.ts';
import { type DoubleOptions, electronDouble, ipcEvent, portPair, preventable } from '#test/security/electron-double.ts';
import { CRASH_LIMIT } from '../crash.rules.ts';
import { type ElectronShell, type ShellDevice, startElectronApp } from './app.ts';
import { EXIT } from './exit-codes.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const noFiles: ShellDevice['blobs'] = () => Promise.resolve({ status: 404, headers: {}, body: '' });

function setUp(
  mode: Mode,
  given: DoubleOptions & {
    readonly openDevice?: ElectronShell<Logger>['openDevice'];
    readonly stop?: () => Promise<void>;
    readonly isBusy?: () => boolean;
    readonly updateUrl?: string;
  } = {},
) {
  const double = electronDouble(given);
  const { calls } = double;
  const served: Mode[] = [];
  const timers: { ms: number; work: () => void; cancelled: boolean }[] = [];
  let quitDevice = () => {};
  const device: ShellDevice = {
    serve: (_port, as) => void served.push(as),
    blobs: noFiles,
    isBusy: () => given.isBusy?.() ?? false,
    stop: given.stop ?? (async () => void calls.push('device.stop')),
  };
  const shell: ElectronShell<Logger> = {
    mode,
    version: '1.2.3',
    platform: 'linux',
    updateUrl: given.updateUrl,
    paths: { userData: '/data/chromium', preload: '/app/preload.cjs', pages: '/app/pages' },
    openLog: () => {
      calls.push('log');
      return createMemoryLog();
    },
    now: () => 0,
    after: (ms, work) => {
      const timer = { ms, work, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    openSecrets: async () => {
      calls.push('secrets');
      return createMemorySecrets();
    },
    openDevice:
      given.openDevice ??
      (async ({ quit }) => {
        calls.push('device');
        quitDevice = quit;
        return device;
      }),
  };
  const fire = () => {
    for (const { cancelled, work } of timers.splice(0)) if (!cancelled) work();
  };
  return {
    ...double,
    served,
    fire,
    quitDevice: () => quitDevice(),
    start: () => startElectronApp(double.electron, shell),
  };
}

describe('starting', () => {
  it('takes each step before the one that needs it', async () => {
    const { start, calls } = setUp('cashier');
    expect(await start()).toBe('running');
    expect(calls).toEqual([
      'setPath userData',
      'lock',
      'log',
      'enableSandbox',
      'scheme prilavok',
      'ready',
      'menu none',
      'protocol prilavok',
      'secrets',
      'device',
      'window.loadURL prilavok://app/cashier/',
      'window.show',
    ]);
  });

  it('leaves without touching anything when another one runs', async () => {
    const { start, calls, exits } = setUp('cashier', { locked: true });
    expect(await start()).toBe('second_instance');
    expect(calls).toEqual(['setPath userData', 'lock']);
    expect(exits).toEqual([EXIT.quit]);
  });

  it('shows the window that is there when a second one is started', async () => {
    const { start, app, calls } = setUp('cashier');
    await start();
    app.emit('second-instance');
    expect(calls.slice(-2)).toEqual(['window.restore', 'window.focus']);
  });

  it('serves the window it opened, as its mode, and no other', async () => {
    const { start, ipc, windows, served } = setUp('manager');
    await start();
    const [window] = windows;
    const { main, page } = portPair();
    ipc.emit(PORT_CHANNEL, ipcEvent(window!.contents.id, {}, [main]));
    const other = portPair();
    ipc.emit(PORT_CHANNEL, ipcEvent(99, {}, [other.main]));
    expect(served).toEqual(['manager']);
    page.close();
    other.page.close();
  });

  it('guards every contents made later', async () => {
    const { start, windows } = setUp('kiosk');
    await start();
    expect(windows[0]!.attempt('will-navigate', { url: 'https://evil.example/' })).toBe(true);
    expect(windows[0]!.open('https://evil.example/')).toEqual({ action: 'deny' });
  });

  it('has locked the session before a page is in it', async () => {
    const locked: unknown[] = [];
    const { start, session, handlers } = setUp('cashier', {
      openDevice: async () => {
        const download = preventable({});
        session.emit('will-download', download, { getMimeType: () => 'text/csv' });
        locked.push(download.prevented, handlers.device?.({} as never));
        handlers.request?.({} as never, 'geolocation', (granted) => locked.push(granted), {
          isMainFrame: true,
          requestingUrl: 'prilavok://app/cashier/',
        });
        return { serve: () => {}, blobs: noFiles, isBusy: () => false, stop: async () => {} };
      },
    });
    expect(await start()).toBe('running');
    expect(locked).toEqual([true, false, false]);
  });

  it('keeps a kiosk’s screen awake', async () => {
    const { start, calls } = setUp('kiosk');
    await start();
    expect(calls).toContain('awake prevent-display-sleep');
  });
});

describe('a device that does not start', () => {
  const failing = async () => {
    throw new AppError('db.from_future', 'written by 9.9.9 in /srv/secret/place');
  };

  it('says so on the screen, by its code only, and serves nothing', async () => {
    const { start, windows, handlers, ipc, served } = setUp('cashier', { openDevice: failing });
    expect(await start()).toBe('failed');
    expect(windows[0]!.loaded).toEqual(['prilavok://app/failure']);
    const page = await (await handlers.page!(new Request('prilavok://app/failure'))).text();
    expect(page).toContain('db.from_future');
    expect(page).not.toContain('/srv/secret/place');
    ipc.emit(PORT_CHANNEL, ipcEvent(windows[0]!.contents.id, {}, [portPair().main]));
    expect(served).toEqual([]);
  });

  it('ends with the code of a failed start when the window is closed', async () => {
    const { start, windows, exits } = setUp('cashier', { openDevice: failing });
    await start();
    expect(windows[0]!.close()).toBe(true);
    await turn();
    expect(exits).toEqual([EXIT.startFailed]);
  });

  it('leaves a kiosk to its supervisor after a while', async () => {
    const { start, windows, exits, fire } = setUp('kiosk', { openDevice: failing });
    await start();
    expect(windows[0]!.close()).toBe(false);
    fire();
    await turn();
    expect(exits).toEqual([EXIT.startFailed]);
  });
});

describe('ending', () => {
  it('closes the window, then stops the device, then leaves', async () => {
    const { start, windows, calls, exits } = setUp('cashier');
    await start();
    expect(windows[0]!.close()).toBe(true);
    await turn();
    expect(calls.slice(-2)).toEqual(['app.quit', 'device.stop']);
    expect(exits).toEqual([EXIT.quit]);
  });

  it('is refused to whoever stands at a kiosk', async () => {
    const { start, windows, exits, calls } = setUp('kiosk');
    await start();
    const { window, attempt, close } = windows[0]!;
    expect(close()).toBe(false);
    expect(attempt('before-input-event', {}, { key: 'F4', alt: true, control: false, meta: false })).toBe(true);
    window.emit('leave-full-screen');
    window.emit('minimize');
    expect(calls.slice(-2)).toEqual(['window.setKiosk true', 'window.restore']);
    expect(exits).toEqual([]);
  });

  it('is given to the kiosk’s service menu', async () => {
    const { start, quitDevice, windows, exits } = setUp('kiosk');
    await start();
    quitDevice();
    await turn();
    expect(windows).toEqual([]);
    expect(exits).toEqual([EXIT.quit]);
  });

  it('is not held up by a page that asks to stay', async () => {
    const { start, windows } = setUp('cashier');
    await start();
    expect(windows[0]!.attempt('will-prevent-unload')).toBe(true);
  });

  it('happens in order when the system shuts down', async () => {
    const { start, power, exits, calls } = setUp('kiosk');
    await start();
    power.emit('shutdown');
    await turn();
    expect(calls).toContain('device.stop');
    expect(exits).toEqual([EXIT.quit]);
  });

  it('tells the supervisor of a page that keeps crashing', async () => {
    const { start, windows, exits, calls, fire } = setUp('kiosk');
    await start();
    const crash = () => windows[0]?.events.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    for (let n = 0; n < CRASH_LIMIT.count; n += 1) {
      crash();
      fire();
    }
    expect(exits).toEqual([]);
    crash();
    await turn();
    expect(calls).toContain('device.stop');
    expect(exits).toEqual([EXIT.crashLoop]);
  });

  it('does not wait for ever for a device that does not stop', async () => {
    const { start, windows, exits, fire } = setUp('cashier', { stop: () => new Promise(() => {}) });
    await start();
    windows[0]!.close();
    await turn();
    expect(exits).toEqual([]);
    fire();
    expect(exits).toEqual([EXIT.stopFailed]);
  });

  it('says when stopping failed', async () => {
    const stop = async () => {
      throw new Error('no');
    };
    const { start, windows, exits } = setUp('cashier', { stop });
    await start();
    windows[0]!.close();
    await turn();
    expect(exits).toEqual([EXIT.stopFailed]);
  });
});

describe('a new version', () => {
  const URL = 'https://updates.example/kiosk';

  it('is not looked for where nobody said where it is', async () => {
    const { start, fire, calls } = setUp('kiosk');
    await start();
    fire();
    expect(calls.filter((call) => call.startsWith('updater'))).toEqual([]);
  });

  it('AU-09 update: fetched during a payment, it is installed only on the attract screen', async () => {
    let isPaying = true;
    const { start, fire, calls, updater, windows, exits } = setUp('kiosk', { updateUrl: URL, isBusy: () => isPaying });
    await start();
    fire();
    expect(calls.slice(-2)).toEqual([`updater.from ${URL}`, 'updater.check']);
    updater.emit('update-downloaded', {}, '', '1.3.0');
    for (let looks = 0; looks < 10; looks += 1) fire();
    expect(calls).not.toContain('updater.install');
    expect(windows).toHaveLength(1);

    isPaying = false;
    fire();
    expect(calls).toContain('updater.install');
    // Even the kiosk's window, which nothing else closes; and the device is stopped in its order.
    expect(windows).toHaveLength(0);
    await turn();
    expect(calls.slice(-1)).toEqual(['device.stop']);
    expect(exits).toEqual([EXIT.quit]);
  });

  it('that cannot be fetched is looked for again, and nothing else happens', async () => {
    const { start, fire, calls, updater, exits } = setUp('kiosk', { updateUrl: URL });
    await start();
    fire();
    updater.emit('error', new Error('no network'));
    fire();
    expect(calls.filter((call) => call === 'updater.check')).toHaveLength(2);
    expect(exits).toEqual([]);
  });

  it('is installed once, however often it is said to be there', async () => {
    const { start, fire, calls, updater } = setUp('cashier', { updateUrl: URL });
    await start();
    fire();
    updater.emit('update-downloaded', {}, '', '1.3.0');
    updater.emit('update-downloaded', {}, '', '1.3.0');
    fire();
    expect(calls.filter((call) => call === 'updater.install')).toHaveLength(1);
  });
});
