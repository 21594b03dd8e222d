/** No page leaves our origin, opens a window, embeds a guest or downloads - in any web contents, also those we did not make. */
import type { App, Session, WebContents } from 'electron';
import type { Logger } from '#main/core.ts';
import { isOwnAddress, originOf } from './origin.ts';

export type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** Call before `ready`, so that no contents exist that it has not seen. */
export function guardNavigation(app: Pick<App, 'on'>, log: Logger): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, log));
}

export function guardContents(contents: GuardedContents, log: Logger): void {
  const stayHome = (event: { readonly url: string; preventDefault(): void }): void => {
    if (isOwnAddress(event.url)) return;
    event.preventDefault();
    // The origin alone: an address may carry a name or a token.
    log.warn('navigation refused', { origin: originOf(event.url) ?? 'unreadable' });
  };
  contents.on('will-navigate', stayHome);
  contents.on('will-frame-navigate', stayHome);
  contents.on('will-redirect', stayHome);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log.warn('webview refused');
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn('window refused', { origin: originOf(url) ?? 'unreadable' });
    return { action: 'deny' };
  });
}

export function refuseDownloads(session: Pick<Session, 'on'>, log: Logger): void {
  session.on('will-download', (event, item) => {
    event.preventDefault();
    log.warn('download refused', { type: item.getMimeType() });
  });
}
