import type { App } from 'electron';

/**
 * Two processes on one database are two cash registers with one memory, so this comes before anything is opened. The lock
 * belongs to the folder set as `userData`: set that first. Without the lock the caller must leave at once.
 *
 * @param onSecond somebody tried to start another one: show the window that is there
 */
export function holdSingleInstance(app: Pick<App, 'requestSingleInstanceLock' | 'on'>, onSecond: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', () => onSecond());
  return true;
}
