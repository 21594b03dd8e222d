/**
 * Squirrel's installer on Windows starts the program itself to tell it what happened, and waits for it to end: the program's
 * part is its shortcuts. `--squirrel-firstrun` is an ordinary start.
 */
import { basename, dirname, resolve } from 'node:path/win32';

export interface SquirrelErrand {
  /** `Update.exe` and its arguments; absent when there is nothing to do but leave. */
  readonly run?: { readonly file: string; readonly args: readonly string[] };
}

/** What the installer wants of this start; `undefined` when it is not the installer's. */
export function squirrelErrand(args: readonly string[], execPath: string): SquirrelErrand | undefined {
  const file = resolve(dirname(execPath), '..', 'Update.exe');
  const program = basename(execPath);
  const [errand = ''] = args;
  switch (errand) {
    case '--squirrel-install':
    case '--squirrel-updated':
      return { run: { file, args: [`--createShortcut=${program}`] } };
    case '--squirrel-uninstall':
      return { run: { file, args: [`--removeShortcut=${program}`] } };
    case '--squirrel-obsolete':
      return {};
    default:
      return undefined;
  }
}
