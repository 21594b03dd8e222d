/** From where the provider's notifications may come. They are not signed, so this is the first of two walls. */
import { BlockList, isIP } from 'node:net';

/** The vendor's published addresses (yookassa.ru/developers/using-api/webhooks). */
export const YOOKASSA_ADDRESSES = [
  '185.71.76.0/27',
  '185.71.77.0/27',
  '77.75.153.0/25',
  '77.75.156.11',
  '77.75.156.35',
  '77.75.154.128/25',
  '2a02:5180::/32',
] as const;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** One address, or a network as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Tells whether an address is in one of the networks. An IPv4 address in IPv6 clothes is the IPv4 one. */
export function allowing(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (given) => {
    const address = given.toLowerCase().startsWith('::ffff:') && given.includes('.') ? given.slice(7) : given;
    return isIP(address) !== 0 && list.check(address, familyOf(address));
  };
}
