/** What a car's units put on the bus, and how the adapter writes it. */
import type { Car, Unit } from './cars.ts';

/** The two bytes of a code. */
const pair = (code: string): number[] => [
  ('PCBU'.indexOf(code.charAt(0)) << 6) | (Number(code.charAt(1)) << 4) | Number.parseInt(code.charAt(2), 16),
  Number.parseInt(code.slice(3), 16),
];
const hex = (bytes: readonly number[]): string[] =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

export const isOnCan = (car: Car): boolean => Number(car.protocol) >= 6;

const CODES: Readonly<Record<string, (unit: Unit) => readonly string[] | undefined>> = {
  '03': (unit) => unit.stored,
  '07': (unit) => unit.pending,
  '0A': (unit) => unit.permanent,
};

/** Messages of one unit to one request; none when it has nothing to say, which on old buses is the answer "no codes". */
export function messagesOf(car: Car, unit: Unit, request: string): number[][] {
  if (request === '0100') return [[0x41, 0x00, 0xbe, 0x3e, 0xb8, 0x11]];
  if (request === '0101') return [[0x41, 0x01, (unit.lamp ? 0x80 : 0) | unit.stored.length, ...unit.monitors]];
  if (request === '0902') {
    if (unit.vin === undefined) return [];
    const text = [...Buffer.from(unit.vin, 'latin1')];
    if (isOnCan(car)) return [[0x49, 0x02, 0x01, ...text]];
    const padded = [0, 0, 0, ...text];
    return [1, 2, 3, 4, 5].map((index) => [0x49, 0x02, index, ...padded.slice((index - 1) * 4, index * 4)]);
  }
  const codes = CODES[request]?.(unit);
  if (codes === undefined) return [];
  const service = Number.parseInt(request, 16) + 0x40;
  if (isOnCan(car)) return [[service, codes.length, ...codes.flatMap(pair)]];
  return Array.from({ length: Math.ceil(codes.length / 3) }, (_, index) => {
    const three = codes.slice(index * 3, index * 3 + 3).flatMap(pair);
    return [service, ...three, ...Array.from({ length: 6 - three.length }, () => 0)];
  });
}

/** One line of the adapter, as bytes in text, the header first. */
type Line = readonly string[];

function canLines(car: Car, unit: Unit, message: readonly number[], headers: boolean): Line[] {
  const eleven = car.protocol === '6' || car.protocol === '8';
  const head = !headers
    ? []
    : eleven
      ? [unit.address.toString(16).toUpperCase()]
      : ['18', 'DA', 'F1', ...hex([unit.address - 0x7d8])];
  const pad = (bytes: number[]) => [...bytes, ...Array.from({ length: 8 - bytes.length }, () => 0xaa)];
  if (message.length <= 7) return [[...head, ...hex(headers ? pad([message.length, ...message]) : message)]];
  const rest = message.slice(6);
  const count = Math.ceil(rest.length / 7);
  if (!headers) {
    const parts = [
      message.slice(0, 6),
      ...Array.from({ length: count }, (_, index) => rest.slice(index * 7, index * 7 + 7)),
    ];
    return [
      [message.length.toString(16).toUpperCase().padStart(3, '0')],
      ...parts.map((part, index) => [`${(index % 16).toString(16).toUpperCase()}:`, ...hex(part)]),
    ];
  }
  return [
    [...head, ...hex([0x10 | (message.length >> 8), message.length & 0xff, ...message.slice(0, 6)])],
    ...Array.from({ length: count }, (_, index) => [
      ...head,
      ...hex(pad([0x20 | ((index + 1) % 16), ...rest.slice(index * 7, index * 7 + 7)])),
    ]),
  ];
}

function oldLines(car: Car, unit: Unit, message: readonly number[], headers: boolean): Line[] {
  if (!headers) return [hex(message)];
  const address = unit.address - 0x7d8;
  const head =
    car.protocol === '5'
      ? [0x80 | message.length, 0xf1, address]
      : car.protocol === '1'
        ? [0x41, 0x6b, address]
        : [0x48, 0x6b, address];
  const all = [...head, ...message];
  return [hex([...all, all.reduce((sum, byte) => (sum + byte) & 0xff, 0)])];
}

/** Frames of all units as they come together on a bus: interleaved. */
export function linesOf(
  car: Car,
  request: string,
  options: { readonly headers: boolean; readonly only?: string | undefined },
): Line[] {
  const queues = car.units
    .filter((unit) => options.only === undefined || unit.address.toString(16).toUpperCase() === options.only)
    .map((unit) =>
      messagesOf(car, unit, request).flatMap((message) =>
        isOnCan(car) ? canLines(car, unit, message, options.headers) : oldLines(car, unit, message, options.headers),
      ),
    );
  const lines: Line[] = [];
  // Without headers the adapter itself keeps the parts of a message together.
  if (!options.headers) return queues.flat();
  while (queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) {
      const line = queue.shift();
      if (line) lines.push(line);
    }
  }
  return lines;
}
