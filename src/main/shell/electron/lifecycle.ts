/** One way to end: windows close, the device stops, the process leaves with a code. */
import type { App } from 'electron';
import type { Logger } from '#main/core.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { After } from './timer.ts';

/** A device that does not stop in this time is left as it is: every effect was journalled before it began. */
const STOP_DEADLINE_MS = 10_000;

export interface Lifecycle {
  /** Quits in an orderly way; the first code that is not 0 is the one the process ends with. */
  readonly quit: (code: ExitCode) => void;
  /** Ends by an act of Electron's that quits by itself: a kiosk's window closes for it too. */
  readonly leave: (act: () => void) => void;
  readonly isQuitting: () => boolean;
}

export interface LifecycleOptions {
  readonly app: Pick<App, 'on' | 'quit' | 'exit'>;
  readonly after: After;
  readonly log: Logger;
  /** Stops what runs; awaited once, after the windows have closed. */
  readonly stop: () => Promise<void>;
}

export function createLifecycle({ app, after, log, stop }: LifecycleOptions): Lifecycle {
  let quitting = false;
  let stopping = false;
  let code: ExitCode = EXIT.quit;

  const stopAndExit = async (): Promise<void> => {
    const cancel = after(STOP_DEADLINE_MS, () => {
      log.error('the device does not stop: leaving it');
      app.exit(EXIT.stopFailed);
    });
    try {
      await stop();
    } catch (error) {
      log.error('the device failed to stop', { error });
      if (code === EXIT.quit) code = EXIT.stopFailed;
    }
    cancel();
    app.exit(code);
  };

  // Also raised by a signal and by the system's shutdown: from here on a kiosk's window may close.
  app.on('before-quit', () => {
    quitting = true;
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stopAndExit();
  });

  return {
    quit: (because) => {
      if (code === EXIT.quit) code = because;
      quitting = true;
      app.quit();
    },
    leave: (act) => {
      quitting = true;
      act();
    },
    isQuitting: () => quitting,
  };
}
