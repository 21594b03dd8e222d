/** Where a page's port becomes a connection to the device core, after the sender has been checked. */
import type { IpcMain, MessagePortMain } from 'electron';
import type { Logger } from '#main/core.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { PORT_CHANNEL } from '#shared/rpc/port.ts';
import { checkSender } from './sender.ts';

export interface PortDoor {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly modeOf: (webContentsId: number) => Mode | undefined;
  /** Answers the contract on this port, for a window of this mode. */
  readonly serve: (port: MessagePortMain, mode: Mode) => void;
  readonly log: Logger;
}

/** A refused port is closed, so that the page's calls fail instead of waiting; a reloaded page's port replaces its last. */
export function openPortDoor({ ipcMain, modeOf, serve, log }: PortDoor): void {
  const current = new Map<number, MessagePortMain>();

  ipcMain.on(PORT_CHANNEL, (event) => {
    const verdict = checkSender(event, modeOf);
    const [port, ...rest] = event.ports;
    if (!verdict.trusted || port === undefined || rest.length > 0) {
      log.warn('port refused', { why: verdict.trusted ? 'not_one_port' : verdict.why });
      for (const refused of event.ports) refused.close();
      return;
    }
    const { id } = event.sender;
    current.get(id)?.close();
    current.set(id, port);
    port.on('close', () => {
      if (current.get(id) === port) current.delete(id);
    });
    serve(port, verdict.mode);
    // Messages wait in the port until now: nothing is lost before somebody listens.
    port.start();
  });
}
