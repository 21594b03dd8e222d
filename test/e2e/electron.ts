/** The screens in Electron's own window, where its binary is. The device is the world's own: its browser shell makes room. */
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { electronBinary } from '../../scripts/electron-binary.mjs';
import { ROOT, until } from '../../scripts/processes.ts';
import type { DeviceMode } from '../../scripts/world.ts';
import type { WorldFacts } from './world.ts';

export interface ElectronScreen {
  readonly page: Page;
  close(): Promise<void>;
}

/** Two processes never share a device's folder, so the browser shell of this device is stopped first, and stays so. */
export async function openElectron(mode: DeviceMode, world: WorldFacts): Promise<ElectronScreen> {
  const { path, why } = electronBinary();
  if (path === undefined) throw new Error(why);
  const { pid, args } = world.processes[mode];
  await stopProcess(pid);
  const app: ElectronApplication = await _electron.launch({
    executablePath: path,
    args: [join(ROOT, '.vite/build/main.cjs'), ...args],
    cwd: ROOT,
  });
  return { page: await app.firstWindow(), close: () => app.close() };
}

async function stopProcess(pid: number): Promise<void> {
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  };
  if (signal('SIGTERM')) await until(`process ${pid} to end`, () => (signal(0) ? undefined : true));
}
