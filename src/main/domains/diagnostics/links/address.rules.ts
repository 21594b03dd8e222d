/** Where an instrument is, as an installer writes it. */

/** `host:port`, or a serial port with its speed, `/dev/ttyUSB0@38400` or `COM3@38400`. */
export const INSTRUMENT_ADDRESS =
  /^(?:[A-Za-z0-9.-]+:\d{1,5}|(?:\/dev\/[\w./-]+|COM\d{1,3})(?:@(?:9600|19200|38400|57600|115200|230400))?)$/;

export const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200, 230_400] as const;
export type BaudRate = (typeof BAUD_RATES)[number];

export type InstrumentAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string; readonly baud: BaudRate };

/** What most adapters and gauges come set to. */
const USUAL_BAUD = 38_400;

/** @param text matches `INSTRUMENT_ADDRESS`. */
export function readAddress(text: string): InstrumentAddress {
  if (text.startsWith('/dev/') || /^COM\d/.test(text)) {
    const [path = '', speed] = text.split('@');
    return { kind: 'serial', path, baud: BAUD_RATES.find((baud) => baud === Number(speed)) ?? USUAL_BAUD };
  }
  const at = text.lastIndexOf(':');
  return { kind: 'tcp', host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}
