/** Messages of SAE J1979 read: trouble codes, the VIN, the lamp and the self-checks. */
import type { Monitor } from '#shared/diagnostics/diagnostics.schema.ts';
import type { Message } from './frames.rules.ts';

/** A unit that needs more time says so, and answers later: not a refusal. */
const RESPONSE_PENDING = 0x78;
const NEGATIVE = 0x7f;

/** Answers to a service, without refusals and without what another service said late. */
export const answersTo = (messages: readonly Message[], service: number): Message[] =>
  messages.filter(({ bytes }) => bytes[0] === service + 0x40);

/** Did every unit that spoke refuse the service? */
export const isRefused = (messages: readonly Message[], service: number): boolean => {
  const said = messages.filter(({ bytes }) => !(bytes[0] === NEGATIVE && bytes[2] === RESPONSE_PENDING));
  return said.length > 0 && said.every(({ bytes }) => bytes[0] === NEGATIVE && bytes[1] === service);
};

/** `0133` → `P0133`, `C100` → `U0100`. Two zero bytes are padding, no code. */
export function readCode(high: number, low: number): string | undefined {
  if (high === 0 && low === 0) return undefined;
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${'PCBU'.charAt(high >> 6)}${(high >> 4) & 3}${hex(high & 15, 1)}${hex(low, 2)}`;
}

/**
 * Codes of services 03, 07 and 0A, by unit. On CAN a count stands before them; older buses send three to a frame, padded
 * with zeros, in as many frames as it takes.
 */
export function readCodes(messages: readonly Message[], service: number, onCan: boolean): Map<string, string[]> {
  const byUnit = new Map<string, string[]>();
  for (const { unit, bytes } of answersTo(messages, service)) {
    const pairs = bytes.slice(onCan ? 2 : 1);
    const count = onCan ? Math.min(bytes[1] ?? 0, Math.floor(pairs.length / 2)) : Math.floor(pairs.length / 2);
    const codes = byUnit.get(unit) ?? [];
    for (let index = 0; index < count; index += 1) {
      const code = readCode(pairs[index * 2] ?? 0, pairs[index * 2 + 1] ?? 0);
      if (code !== undefined && !codes.includes(code)) codes.push(code);
    }
    byUnit.set(unit, codes);
  }
  return byUnit;
}

/** ISO 3779: capitals and digits without I, O and Q. */
const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;

/**
 * The VIN of service 09 PID 02. On CAN one message with a count; on older buses five, numbered, padded in front with
 * zeros. Nothing when it is not a whole VIN: half of one would be somebody else's.
 */
export function readVin(messages: readonly Message[]): string | undefined {
  const parts = answersTo(messages, 0x09).filter(({ bytes }) => bytes[1] === 0x02);
  for (const unit of new Set(parts.map((part) => part.unit))) {
    const text = parts
      .filter((part) => part.unit === unit)
      .toSorted((a, b) => (a.bytes[2] ?? 0) - (b.bytes[2] ?? 0))
      .flatMap(({ bytes }) => bytes.slice(3))
      .filter((byte) => byte > 0x20)
      .map((byte) => String.fromCharCode(byte))
      .join('');
    if (VIN.test(text)) return text;
  }
  return undefined;
}

export interface CarStatus {
  readonly lampOn: boolean;
  readonly ready: readonly Monitor[];
  readonly notReady: readonly Monitor[];
}

const ALWAYS: readonly Monitor[] = ['misfire', 'fuel_system', 'components'];
const SPARK: readonly (Monitor | undefined)[] = [
  'catalyst',
  'heated_catalyst',
  'evaporation',
  'secondary_air',
  'gasoline_filter',
  'oxygen_sensor',
  'oxygen_heater',
  'egr',
];
const DIESEL: readonly (Monitor | undefined)[] = [
  'hydrocarbon_catalyst',
  'nox_treatment',
  undefined,
  'boost',
  undefined,
  'exhaust_sensor',
  'particulate_filter',
  'egr',
];

/** Service 01 PID 01 of all units as one: the lamp is on if one lights it, a check is open if one has it open. */
export function readStatus(messages: readonly Message[]): CarStatus | undefined {
  const units = answersTo(messages, 0x01).filter(({ bytes }) => bytes[1] === 0x01 && bytes.length >= 6);
  if (units.length === 0) return undefined;
  const open = new Set<Monitor>();
  const closed = new Set<Monitor>();
  const note = (monitor: Monitor | undefined, available: number, incomplete: number, bit: number) => {
    if (monitor === undefined || ((available >> bit) & 1) === 0) return;
    (((incomplete >> bit) & 1) === 1 ? open : closed).add(monitor);
  };
  for (const { bytes } of units) {
    const [, , , b = 0, c = 0, d = 0] = bytes;
    ALWAYS.forEach((monitor, bit) => note(monitor, b, b >> 4, bit));
    (b & 8 ? DIESEL : SPARK).forEach((monitor, bit) => note(monitor, c, d, bit));
  }
  return {
    lampOn: units.some(({ bytes }) => ((bytes[2] ?? 0) & 0x80) !== 0),
    ready: [...closed].filter((monitor) => !open.has(monitor)),
    notReady: [...open],
  };
}
