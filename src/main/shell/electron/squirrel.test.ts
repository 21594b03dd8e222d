import { expect, it } from 'vitest';
import { squirrelErrand } from './squirrel.ts';

const EXE = 'C:\\Users\\till\\AppData\\Local\\prilavok\\app-0.1.0\\prilavok.exe';
const UPDATE = 'C:\\Users\\till\\AppData\\Local\\prilavok\\Update.exe';

it('makes and removes the shortcuts, and otherwise leaves', () => {
  const make = { run: { file: UPDATE, args: ['--createShortcut=prilavok.exe'] } };
  expect(squirrelErrand(['--squirrel-install', '0.1.0'], EXE)).toEqual(make);
  expect(squirrelErrand(['--squirrel-updated', '0.2.0'], EXE)).toEqual(make);
  expect(squirrelErrand(['--squirrel-uninstall', '0.1.0'], EXE)?.run?.args).toEqual(['--removeShortcut=prilavok.exe']);
  expect(squirrelErrand(['--squirrel-obsolete', '0.1.0'], EXE)).toEqual({});
});

it('does not mistake an ordinary start for the installer’s', () => {
  for (const args of [[], ['--squirrel-firstrun'], ['--mode', 'kiosk'], ['--mode', '--squirrel-install']]) {
    expect(squirrelErrand(args, EXE)).toBeUndefined();
  }
});
