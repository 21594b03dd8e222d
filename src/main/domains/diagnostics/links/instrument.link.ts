import { readAddress } from './address.rules.ts';
import { serialLink } from './serial.link.ts';
import { tcpLink } from './tcp.link.ts';
import type { OpenTextLink } from './text.link.ts';

/** @param address matches `INSTRUMENT_ADDRESS`. */
export function instrumentLink(address: string): OpenTextLink {
  const where = readAddress(address);
  return where.kind === 'tcp' ? tcpLink(where) : serialLink(where);
}
