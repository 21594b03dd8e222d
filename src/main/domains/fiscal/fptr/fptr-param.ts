/**
 * Params of the driver with the type they are sent in. Said by name and never guessed from the value: the driver
 * takes a whole price sent as an integer for another thing than the same price sent as a double.
 */
import type { WallTime } from '#shared/kernel/wall-time.ts';

export type FptrParam = FptrValue & {
  readonly id: number;
  /** Goes to the fiscal memory but not to paper. */
  readonly hidden?: true;
};
type FptrValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'datetime'; readonly value: WallTime }
  | { readonly type: 'bytearray'; readonly value: Uint8Array };

export const bool = (id: number, value: boolean): FptrParam => ({ id, type: 'bool', value });
export const int = (id: number, value: number): FptrParam => ({ id, type: 'int', value });
export const double = (id: number, value: number): FptrParam => ({ id, type: 'double', value });
export const str = (id: number, value: string): FptrParam => ({ id, type: 'str', value });
export const bytes = (id: number, value: Uint8Array): FptrParam => ({ id, type: 'bytearray', value });
/** Kopecks, sent in roubles as the driver wants them. */
export const money = (id: number, minor: number): FptrParam => double(id, minor / 100);
export const hidden = (param: FptrParam): FptrParam => ({ ...param, hidden: true });

const INT_MAX = 0x7fffffff;
const UINT_MAX = 0xffffffff;

/** Throws a TypeError for what must never cross into native code: there a wrong type is a crash, not an error. */
export function assertParam(param: FptrParam): void {
  const { id, type } = param;
  if (!Number.isInteger(id) || id < 0 || id > INT_MAX) throw new TypeError(`param id ${id}`);
  if (!isOfType(param)) throw new TypeError(`param ${id} is not a ${type}`);
}

function isOfType(param: FptrParam): boolean {
  switch (param.type) {
    case 'bool':
      return typeof param.value === 'boolean';
    case 'int':
      return Number.isInteger(param.value) && param.value >= 0 && param.value <= UINT_MAX;
    case 'double':
      return Number.isFinite(param.value);
    case 'str':
      return isWideText(param.value);
    case 'datetime':
      return wallFields(param.value).every((field) => Number.isInteger(field) && field >= 0 && field <= INT_MAX);
    case 'bytearray':
      return param.value instanceof Uint8Array;
  }
}

/** A C string ends at its first NUL, and half of a surrogate pair is no character. */
export const isWideText = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('\0') && value.isWellFormed();

export const wallFields = (at: WallTime): readonly [number, number, number, number, number, number] => [
  at.year,
  at.month,
  at.day,
  at.hour,
  at.minute,
  at.second,
];
