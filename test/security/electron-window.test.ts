/** Attacks on the window: its preferences, a kiosk's keys and its cross, and the words that must not appear in the code. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isKeyAllowed, type KeyPress } from '#main/shell/electron/kiosk-keys.ts';
import { windowOptions } from '#main/shell/electron/windows.ts';
import { MODES } from '#shared/kernel/mode.ts';

const display = {
  bounds: { x: 100, y: 0, width: 1080, height: 1920 },
  workArea: { x: 100, y: 40, width: 1080, height: 1880 },
};
const optionsOf = (mode: (typeof MODES)[number], packaged = true) =>
  windowOptions({ mode, display, packaged, preload: '/app/preload.cjs' });

describe('window preferences', () => {
  it.each(MODES)('of a %s are three words: all that is safe by default is left alone', (mode) => {
    expect(optionsOf(mode).webPreferences).toEqual({ preload: '/app/preload.cjs', devTools: false, spellcheck: false });
  });

  it('give developer tools to an unpacked app only', () => {
    for (const mode of MODES) expect(optionsOf(mode, false).webPreferences?.devTools).toBe(true);
  });

  it('fill the screen of a kiosk, and leave a cashier’s desktop to the cashier', () => {
    expect(optionsOf('kiosk')).toMatchObject({ ...display.bounds, kiosk: true, fullscreen: true, frame: false });
    for (const mode of ['cashier', 'manager'] as const) {
      const options = optionsOf(mode);
      expect(options.kiosk).toBeUndefined();
      expect(options.width).toBeLessThanOrEqual(display.workArea.width);
      expect(options.minHeight).toBeLessThanOrEqual(display.workArea.height);
    }
  });
});

describe('keys of a kiosk', () => {
  const press = (key: string, held: Partial<KeyPress> = {}): boolean =>
    isKeyAllowed({ key, control: false, alt: false, meta: false, ...held });

  it('AU-08 kiosk exit: Alt+F4, Alt+Tab, F11, Ctrl+Shift+I and every other shortcut stop before the page', () => {
    for (const key of ['r', 'R', 'w', 'q', 'p', 'n', 't', 'i', 'u', '+', '-', '0', 'F4', 'Tab', 'Escape']) {
      expect(press(key, { control: true }), `Ctrl+${key}`).toBe(false);
      expect(press(key, { alt: true }), `Alt+${key}`).toBe(false);
      expect(press(key, { meta: true }), `Meta+${key}`).toBe(false);
    }
    for (const key of ['i', 'j', 'Delete', ' ', '1']) expect(press(key, { control: true, alt: true })).toBe(false);
    for (let n = 1; n <= 24; n += 1) expect(press(`F${n}`), `F${n}`).toBe(false);
    const others = ['BrowserBack', 'BrowserHome', 'BrowserRefresh', 'LaunchMail', 'PrintScreen', 'ContextMenu', 'Meta'];
    for (const key of others) expect(press(key), key).toBe(false);
  });

  it('reach it when they are typing', () => {
    for (const key of [
      'a',
      'Я',
      'é',
      'ש',
      '4',
      '@',
      ' ',
      '₽',
      'Enter',
      'Tab',
      'Backspace',
      'ArrowLeft',
      'Dead',
      'Shift',
    ]) {
      expect(press(key), key).toBe(true);
    }
    // AltGr on a Spanish keyboard.
    expect(press('@', { control: true, alt: true })).toBe(true);
  });
});

describe('the code', () => {
  const root = join(import.meta.dirname, '..', '..');
  const sources = globSync('src/{main,preload,renderer}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

  it.each([
    'nodeIntegration',
    'contextIsolation',
    'webSecurity',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'enableBlinkFeatures',
    'webviewTag',
    'openExternal',
    'openDevTools',
    'no-sandbox',
    'sandbox: false',
    'loadFile',
    'executeJavaScript',
    'ELECTRON_RUN_AS_NODE',
  ])('never says %s', (word) => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter(({ text }) => text.includes(word)).map(({ file }) => file)).toEqual([]);
  });

  it('imports electron as a value in the two entries only', () => {
    const importers = sources
      .filter(({ text }) => /^import (?!type\b)[^;]* from 'electron'/m.test(text))
      .map(({ file }) => file);
    expect(importers.map((file) => file.replaceAll('\\', '/')).toSorted()).toEqual([
      'src/main/main.ts',
      'src/preload/preload.ts',
    ]);
  });

  it('keeps the preload to twenty lines', () => {
    const text = readFileSync(join(root, 'src/preload/preload.ts'), 'utf8');
    expect(text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  });
});
