/** The one window of a device, by mode: how it looks, and how a kiosk's window is held in place. */
import type { BrowserWindow, BrowserWindowConstructorOptions, Display, WebContents } from 'electron';
import type { Mode } from '#shared/kernel/mode.ts';
import { isKeyAllowed } from './kiosk-keys.ts';

const TITLES: Readonly<Record<Mode, string>> = {
  kiosk: 'Прилавок',
  cashier: 'Прилавок — касса',
  manager: 'Прилавок — управление',
};

/** What shows until the page paints: the same as the pages' own, so that nothing flashes. */
const BACKGROUND = '#ffffff';

export interface WindowSetting {
  readonly mode: Mode;
  readonly display: Pick<Display, 'bounds' | 'workArea'>;
  readonly packaged: boolean;
  /** Path of the preload bundle. */
  readonly preload: string;
}

/**
 * Pure, so that a test can read every preference. What is safe by default (sandbox, context isolation, no Node, web security)
 * is left to the default: naming it would only be a place to turn it off.
 */
export function windowOptions({ mode, display, packaged, preload }: WindowSetting): BrowserWindowConstructorOptions {
  const common = {
    title: TITLES[mode],
    backgroundColor: BACKGROUND,
    show: false,
    autoHideMenuBar: true,
    webPreferences: { preload, devTools: !packaged, spellcheck: false },
  } satisfies BrowserWindowConstructorOptions;
  if (mode === 'kiosk') {
    return { ...common, ...display.bounds, kiosk: true, fullscreen: true, frame: false, skipTaskbar: true };
  }
  const { workArea } = display;
  return {
    ...common,
    width: Math.min(1440, workArea.width),
    height: Math.min(900, workArea.height),
    minWidth: Math.min(1024, workArea.width),
    minHeight: Math.min(680, workArea.height),
  };
}

export type KioskWindow = Pick<BrowserWindow, 'on' | 'setKiosk' | 'restore'> & {
  readonly webContents: Pick<WebContents, 'on'>;
};

/**
 * Holds a kiosk's window: shortcuts stop before the page, and it is not closed, minimised or taken out of full screen
 * unless the device is quitting. What the system itself owns (Alt+Tab, Ctrl+Alt+Del) is locked by the system's own kiosk
 * settings, not here.
 */
export function holdKiosk(window: KioskWindow, isQuitting: () => boolean): void {
  window.webContents.on('before-input-event', (event, input) => {
    if (!isKeyAllowed(input)) event.preventDefault();
  });
  window.on('close', (event) => {
    if (!isQuitting()) event.preventDefault();
  });
  window.on('leave-full-screen', () => {
    if (!isQuitting()) window.setKiosk(true);
  });
  window.on('minimize', () => window.restore());
}
