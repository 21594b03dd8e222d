/** Reading what a method was given and writing what it leaves behind, with the driver's lenient casts. */
import type { Param, ParamValue } from '#main/domains/fiscal/emulated/wire.ts';
import { DriverError } from '#main/domains/fiscal/fptr/constants.ts';
import type { WallTime } from '#shared/kernel/wall-time.ts';
import { KktError } from './kkt-error.ts';

export interface Inputs {
  readonly all: readonly Param[];
  has(id: number): boolean;
  /** `undefined` when absent; error 7 when there is no number in it. */
  number(id: number): number | undefined;
  text(id: number): string | undefined;
  flag(id: number): boolean;
  bytes(id: number): Buffer | undefined;
  /** Error 8 when absent. */
  needNumber(id: number): number;
  needText(id: number): string;
  needBytes(id: number): Buffer;
  /** A sum in roubles as kopecks; error 8 when absent, 16 when it is no amount of money. */
  needMinor(id: number): number;
}

export function numberOf(param: ParamValue): number {
  if (param.type === 'int' || param.type === 'double') return param.value;
  if (param.type === 'bool') return param.value ? 1 : 0;
  const value = param.type === 'string' && param.value.trim() !== '' ? Number(param.value) : Number.NaN;
  if (!Number.isFinite(value)) throw new KktError(DriverError.UNSUPPORTED_CAST);
  return value;
}

function textOf(param: ParamValue): string {
  if (param.type === 'string') return param.value;
  if (param.type === 'int' || param.type === 'double') return String(param.value);
  throw new KktError(DriverError.UNSUPPORTED_CAST);
}

function bytesOf(param: ParamValue): Buffer {
  if (param.type !== 'bytes') throw new KktError(DriverError.UNSUPPORTED_CAST);
  return param.value;
}

/** Kopecks of an amount in roubles; error 16 when it is none. */
export function minorOf(roubles: number): number {
  const minor = Math.round(roubles * 100);
  if (!Number.isSafeInteger(minor) || minor < 0) throw new KktError(DriverError.INVALID_SUM);
  return minor;
}

export function inputsOf(params: readonly Param[]): Inputs {
  const last = (id: number): Param | undefined => params.findLast((param) => param.id === id);
  const need = (id: number): Param => {
    const param = last(id);
    if (param === undefined) throw new KktError(DriverError.NO_REQUIRED_PARAM, `Не найден обязательный параметр ${id}`);
    return param;
  };
  const maybe = <T>(id: number, read: (param: Param) => T): T | undefined => {
    const param = last(id);
    return param === undefined ? undefined : read(param);
  };
  return {
    all: params,
    has: (id) => last(id) !== undefined,
    number: (id) => maybe(id, numberOf),
    text: (id) => maybe(id, textOf),
    flag: (id) => maybe(id, numberOf) === 1,
    bytes: (id) => maybe(id, bytesOf),
    needNumber: (id) => numberOf(need(id)),
    needText: (id) => textOf(need(id)),
    needBytes: (id) => bytesOf(need(id)),
    needMinor: (id) => minorOf(numberOf(need(id))),
  };
}

export interface Outputs {
  readonly params: readonly Param[];
  flag(id: number, value: boolean): void;
  int(id: number, value: number): void;
  double(id: number, value: number): void;
  /** Kopecks, shown in roubles. */
  money(id: number, minor: number): void;
  text(id: number, value: string): void;
  time(id: number, value: WallTime): void;
  bytes(id: number, value: Buffer): void;
}

export function newOutputs(): Outputs {
  const params: Param[] = [];
  const put = (id: number, value: ParamValue): void => {
    params.push({ id, notPrinted: false, ...value });
  };
  return {
    params,
    flag: (id, value) => put(id, { type: 'bool', value }),
    int: (id, value) => put(id, { type: 'int', value }),
    double: (id, value) => put(id, { type: 'double', value }),
    money: (id, minor) => put(id, { type: 'double', value: minor / 100 }),
    text: (id, value) => put(id, { type: 'string', value }),
    time: (id, value) => put(id, { type: 'datetime', value }),
    bytes: (id, value) => put(id, { type: 'bytes', value }),
  };
}
