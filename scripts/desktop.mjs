// `npm run desktop`: the suite in a real Electron window, from the sources. Arguments go to the program: `npm run desktop -- --mode kiosk`.
import { spawn } from 'node:child_process';
import { electronBinary } from './electron-binary.mjs';
import { buildPages } from './pages.mjs';

const { why } = electronBinary();
if (why !== undefined) {
  console.error(`desktop: ${why}`);
  process.exit(1);
}
buildPages();
const isWindows = process.platform === 'win32';
const forge = spawn('electron-forge', ['start', '--', ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: isWindows,
});
forge.on('exit', (code) => process.exit(code ?? 1));
