import { expect, it } from 'vitest';
import { INSTRUMENT_ADDRESS, readAddress } from './address.rules.ts';

it.each([
  ['192.168.0.10:35000', { kind: 'tcp', host: '192.168.0.10', port: 35_000 }],
  ['obd.local:23', { kind: 'tcp', host: 'obd.local', port: 23 }],
  ['/dev/ttyUSB0@115200', { kind: 'serial', path: '/dev/ttyUSB0', baud: 115_200 }],
  ['/dev/serial/by-id/usb-1', { kind: 'serial', path: '/dev/serial/by-id/usb-1', baud: 38_400 }],
  ['COM3@9600', { kind: 'serial', path: 'COM3', baud: 9600 }],
])('%s', (text, address) => {
  expect(text).toMatch(INSTRUMENT_ADDRESS);
  expect(readAddress(text)).toEqual(address);
});
it.each(['192.168.0.10', '/dev/ttyUSB0@12', 'http://x:1', 'COM', '', '/etc/passwd'])('%j is none', (text) => {
  expect(text).not.toMatch(INSTRUMENT_ADDRESS);
});
