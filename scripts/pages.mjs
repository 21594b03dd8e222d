// The built pages, which both shells serve.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const MODES = ['kiosk', 'cashier', 'manager'];

export const arePagesBuilt = () =>
  MODES.every((mode) => existsSync(path.join(root, 'dist', 'renderer', mode, 'index.html')));

/** Builds `dist/renderer`; ends the process when that fails, as there is nothing to go on with. */
export function buildPages() {
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
