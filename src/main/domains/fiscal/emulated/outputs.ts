/** What the register left behind, read with the driver's lenient casts: what is not there is nought. */
import type { FptrOutputs } from '../fptr/binding.ts';
import type { Param } from './wire.ts';

/** Callers build a date of it: zeros would throw. */
const NO_TIME = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

function numberOf(param: Param | undefined): number {
  switch (param?.type) {
    case 'bool':
      return param.value ? 1 : 0;
    case 'int':
    case 'double':
      return param.value;
    case 'string':
      return Number.parseFloat(param.value) || 0;
    case 'datetime':
    case 'bytes':
    case undefined:
      return 0;
  }
}

const padded = (field: number, digits = 2): string => String(field).padStart(digits, '0');

function textOf(param: Param | undefined): string {
  switch (param?.type) {
    case 'string':
      return param.value;
    case 'bool':
    case 'int':
      return String(numberOf(param));
    case 'double':
      return String(Number(param.value.toPrecision(15)));
    case 'datetime': {
      const { year, month, day, hour, minute, second } = param.value;
      const date = [padded(year, 4), padded(month), padded(day)].join('.');
      return `${date} ${[hour, minute, second].map((field) => padded(field)).join(':')}`;
    }
    case 'bytes':
    case undefined:
      return '';
  }
}

/** @param left asked at each reading: another call leaves other params */
export function outputsOf(left: () => readonly Param[]): FptrOutputs {
  const last = (id: number): Param | undefined => left().findLast((param) => param.id === id);
  const double = (id: number): number => numberOf(last(id));
  return {
    bool: (id) => double(id) !== 0,
    int: (id) => Math.trunc(double(id)) >>> 0,
    double,
    money: (id) => Math.round(double(id) * 100),
    str: (id) => textOf(last(id)),
    time: (id) => {
      const param = last(id);
      return param?.type === 'datetime' ? param.value : NO_TIME;
    },
    bytes: (id) => {
      const param = last(id);
      return param?.type === 'bytes' ? param.value : Buffer.alloc(0);
    },
  };
}
