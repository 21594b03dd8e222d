/**
 * New versions: fetched and laid ready by Squirrel in the background, begun when nobody is served. What was fetched is begun
 * with the next start in any case.
 */
import type { AutoUpdater } from 'electron';
import type { Logger } from '#main/core.ts';
import type { After } from './timer.ts';

/** After the start, which has enough to do, and then a few times a day. */
const FIRST_CHECK_MS = 60_000;
const CHECK_MS = 6 * 60 * 60_000;
/** How often the moment to begin the new version is looked for. */
const LOOK_MS = 5_000;

export type Updater = Pick<AutoUpdater, 'on' | 'setFeedURL' | 'checkForUpdates' | 'quitAndInstall'>;

export interface UpdateOptions {
  readonly updater: Updater;
  /** Folder of a web server with what the maker for Squirrel wrote: `RELEASES` and packages. */
  readonly url: string;
  readonly after: After;
  /** A guest, a document, a payment, somebody signed in: it must not be cut off. */
  readonly isBusy: () => boolean;
  /** Lets the windows close, then does it. */
  readonly leave: (act: () => void) => void;
  readonly log: Logger;
}

export function followUpdates({ updater, url, after, isBusy, leave, log }: UpdateOptions): void {
  let isReady = false;

  const check = (): void => {
    if (isReady) return;
    updater.checkForUpdates();
    after(CHECK_MS, check);
  };
  const beginWhenQuiet = (): void => {
    if (isBusy()) {
      after(LOOK_MS, beginWhenQuiet);
      return;
    }
    log.info('the new version begins', { event: 'UPDATE_INSTALLED' });
    leave(() => updater.quitAndInstall());
  };

  updater.on('error', (error) => log.warn('a new version could not be fetched', { url, error }));
  updater.on('update-downloaded', (_event, _notes, version) => {
    if (isReady) return;
    isReady = true;
    log.info('a new version waits for a quiet moment', { next: version });
    beginWhenQuiet();
  });
  updater.setFeedURL({ url });
  after(FIRST_CHECK_MS, check);
}
