import type { Menu } from 'electron';
import type { Mode } from '#shared/kernel/mode.ts';

export type MenuPieces = Pick<typeof Menu, 'setApplicationMenu' | 'buildFromTemplate'>;

/**
 * No menu: its default items are reload, zoom, developer tools and quit. Only on macOS do copy and paste come from a menu,
 * so there a till keeps that one; a kiosk has none anywhere.
 */
export function setMenu(menu: MenuPieces, mode: Mode, platform: NodeJS.Platform): void {
  const needed = platform === 'darwin' && mode !== 'kiosk';
  menu.setApplicationMenu(needed ? menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null);
}
