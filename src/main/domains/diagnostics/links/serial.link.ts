/**
 * An instrument on a serial port, as USB and paired Bluetooth ones are, on every system. The native part is `serialport`'s
 * own binding, loaded when a port is first opened: a kiosk whose instruments are on the network does without it.
 */
import type { autoDetect, BindingPortInterface } from '@serialport/bindings-cpp';
import type { BaudRate } from './address.rules.ts';
import type { OpenTextLink, TextLink } from './text.link.ts';

const MODULE = '@serialport/bindings-cpp';
const BUFFER_BYTES = 1024;

type Load = () => Promise<{ readonly autoDetect: typeof autoDetect }>;

export const serialLink =
  (
    { path, baud }: { readonly path: string; readonly baud: BaudRate },
    load: Load = () => import('@serialport/bindings-cpp'),
  ): OpenTextLink =>
  async (signal) => {
    signal.throwIfAborted();
    const bindings = await load().catch((cause: unknown) => {
      throw new Error(`serial ports need ${MODULE}, which cannot be loaded here: ${String(cause)}`, { cause });
    });
    signal.throwIfAborted();
    const opening = bindings
      .autoDetect()
      .open({ path, baudRate: baud, dataBits: 8, parity: 'none', stopBits: 1, lock: true });
    const gaveUp = Promise.withResolvers<never>();
    const give = () => gaveUp.reject(signal.reason as Error);
    signal.addEventListener('abort', give, { once: true });
    try {
      return linkOf(await Promise.race([opening, gaveUp.promise]));
    } catch (error) {
      // A port that opens after all must not stay taken.
      if (signal.aborted) opening.then((port) => port.close()).catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener('abort', give);
    }
  };

function linkOf(port: BindingPortInterface): TextLink {
  let onText: ((text: string) => void) | undefined;
  let onClose: (() => void) | undefined;
  let isClosed = false;
  /** A port takes one write at a time. */
  let written: Promise<void> = Promise.resolve();
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    if (port.isOpen) port.close().catch(() => {});
    onClose?.();
  };
  const read = async (): Promise<void> => {
    const buffer = Buffer.alloc(BUFFER_BYTES);
    while (!isClosed) {
      const { bytesRead } = await port.read(buffer, 0, buffer.length);
      // One byte is one character: what is not ASCII is noise that the reader drops.
      onText?.(buffer.toString('latin1', 0, bytesRead));
    }
  };
  // A pulled USB plug is an error of reading, and so is a port that we close.
  read().catch(end);
  return {
    write: (text) => {
      written = written.then(() => (isClosed ? undefined : port.write(Buffer.from(text, 'latin1')))).catch(end);
    },
    onText: (listener) => {
      onText = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    close: end,
  };
}
