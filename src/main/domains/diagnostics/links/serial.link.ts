/**
 * An adapter on a serial port, as USB and paired Bluetooth ones are: the device file itself, set up by `stty`. Linux and
 * macOS; Windows has no such program and needs a native module.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { ReadStream, WriteStream } from 'node:tty';
import type { BaudRate } from './address.rules.ts';
import type { OpenTextLink, TextLink } from './text.link.ts';

/** Eight bits, no parity, one stop, nothing translated, nothing echoed, no modem lines; a read waits for a character. */
export const sttyArgs = (path: string, baud: BaudRate, platform: NodeJS.Platform): string[] => [
  platform === 'darwin' ? '-f' : '-F',
  path,
  String(baud),
  'raw',
  '-echo',
  'cs8',
  '-parenb',
  '-cstopb',
  'clocal',
  '-crtscts',
  'min',
  '1',
  'time',
  '0',
];

export const serialLink =
  ({ path, baud }: { readonly path: string; readonly baud: BaudRate }, platform = process.platform): OpenTextLink =>
  async (signal) => {
    if (platform === 'win32') throw new Error('serial ports of Windows need a native module');
    // Held while it is set up: a port that nobody holds forgets its settings. Without NONBLOCK the open itself may wait
    // for a modem line for ever, and NOCTTY keeps a modem's hang-up from ending this process.
    const file = await openFile(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    try {
      await run('stty', sttyArgs(path, baud, platform), signal);
      return deviceLink(file.fd, () => void file.close().catch(() => {}));
    } catch (error) {
      await file.close();
      throw error;
    }
  };

/** Streams of a terminal wait in the event loop; those of a file would hold a thread of the pool in a read for ever. */
function deviceLink(fd: number, release: () => void): TextLink {
  const reading = new ReadStream(fd);
  const writing = new WriteStream(fd);
  let onClose: (() => void) | undefined;
  let isClosed = false;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    reading.destroy();
    writing.destroy();
    release();
    onClose?.();
  };
  reading.setEncoding('latin1');
  // A pulled USB plug is an error of reading or an end of file.
  for (const stream of [reading, writing]) stream.on('error', end);
  reading.on('end', end);
  return {
    write: (text) => void writing.write(text, 'latin1'),
    onText: (listener) => void reading.removeAllListeners('data').on('data', listener as (data: unknown) => void),
    onClose: (listener) => {
      onClose = listener;
    },
    close: end,
  };
}

const run = (program: string, args: readonly string[], signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program}: ${said.trim()}`))));
  });
