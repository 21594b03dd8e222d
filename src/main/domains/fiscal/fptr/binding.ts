/**
 * The driver's C interface (libfptr10) through koffi. Knows its shapes and nothing of receipts.
 *
 * [Note: driver threads] Only methods talk to the device, so only they run on koffi's worker threads; params are
 * memory of the handle and are set and read in place. One handle must see one call at a time: the session sees to it.
 *
 * koffi does not check what it is given (a number for a string is a crash), hence the assertions before each call.
 * A symbol that the installed driver lacks is found out when it is first called, and is error 14: drivers of several
 * years are in the field and each exports a little less than the next.
 */
import koffi from 'koffi';
import type { WallTime } from '#shared/kernel/wall-time.ts';
import { DriverError } from './constants.ts';
import { FptrError } from './fptr-error.ts';
import { assertParam, type FptrParam, isWideText, wallFields } from './fptr-param.ts';

/** The driver's own handle; means nothing to anybody else. */
export type FptrHandle = bigint & { readonly handle: unique symbol };

/** Methods of the shape `int f(handle)` that this product calls. */
export type FptrMethod =
  | 'open'
  | 'close'
  | 'apply_single_settings'
  | 'query_data'
  | 'fn_query_data'
  | 'operator_login'
  | 'open_shift'
  | 'report'
  | 'open_receipt'
  | 'registration'
  | 'fn_write_attributes'
  | 'payment'
  | 'close_receipt'
  | 'cancel_receipt'
  | 'check_document_closed'
  | 'continue_print'
  | 'begin_read_records'
  | 'read_next_record'
  | 'end_read_records'
  | 'util_form_tlv'
  | 'cash_income'
  | 'cash_outcome'
  | 'begin_nonfiscal_document'
  | 'print_text'
  | 'end_nonfiscal_document';

/** What a method left in the handle: to be read before the next one is called. */
export interface FptrOutputs {
  bool(id: number): boolean;
  int(id: number): number;
  double(id: number): number;
  /** Roubles of the driver as kopecks. */
  money(id: number): number;
  str(id: number): string;
  time(id: number): WallTime;
  bytes(id: number): Buffer;
}

export interface FptrBinding {
  /** What the driver calls itself, as `10.10.8.0`. */
  version(): string;
  /** Throws FptrError when there is no handle to be had. */
  create(): FptrHandle;
  destroy(handle: FptrHandle): void;
  setSetting(handle: FptrHandle, key: string, value: string): void;
  setParam(handle: FptrHandle, param: FptrParam): void;
  /** Runs on a worker thread. Rejects with FptrError when the driver refuses. */
  call(handle: FptrHandle, method: FptrMethod): Promise<void>;
  outputs(handle: FptrHandle): FptrOutputs;
}

interface Native {
  (...args: readonly unknown[]): unknown;
  async(...args: readonly unknown[]): void;
}

const FIRST_GUESS = 512;
const WCHAR = koffi.sizeof('wchar_t');

/** Binds a library file or, for a bare name, what the system finds by it. Throws when it cannot be loaded. */
export function bindFptr(path: string): FptrBinding {
  const library = koffi.load(path);
  const known = new Map<string, Native>();
  const native = (name: string, result: string, args: string): Native => {
    let found = known.get(name);
    if (found === undefined) {
      try {
        found = library.func(`${result} libfptr_${name}(${args})`);
      } catch (cause) {
        throw new FptrError(DriverError.NOT_LOADED, `the driver has no libfptr_${name}`, { cause });
      }
      known.set(name, found);
    }
    return found;
  };

  /** Asks for a text with a guessed size and, when it was too small, again with the size the driver named. */
  const readText = (ask: (buffer: Buffer, units: number) => unknown): string => {
    let units = FIRST_GUESS;
    for (;;) {
      // One unit more than told: not every driver counts the closing NUL.
      const buffer = Buffer.alloc((units + 1) * WCHAR);
      const needed = Number(ask(buffer, units));
      if (needed <= units) {
        // koffi decodes an empty text to null.
        const text: unknown = koffi.decode(buffer, 'wchar_t', -1);
        return typeof text === 'string' ? text : '';
      }
      units = needed;
    }
  };

  const errorOf = (handle: FptrHandle): FptrError => {
    const code = Number(native('error_code', 'int', 'void *h')(handle));
    const describe = native('error_description', 'int', 'void *h, _Out_ void *value, int size');
    const text = readText((buffer, units) => describe(handle, buffer, units));
    return new FptrError(code, text);
  };

  const setParam = (handle: FptrHandle, param: FptrParam): void => {
    assertParam(param);
    const name = `${param.hidden === true ? 'set_non_printable_param' : 'set_param'}_${param.type}`;
    const set = (type: string, ...values: readonly unknown[]): void => {
      native(name, 'void', `void *h, int id, ${type}`)(handle, param.id, ...values);
    };
    switch (param.type) {
      case 'bool':
        return set('int value', param.value ? 1 : 0);
      case 'int':
        return set('uint32_t value', param.value);
      case 'double':
        return set('double value', param.value);
      case 'str':
        return set('const wchar_t *value', param.value);
      case 'datetime':
        return set('int Y, int M, int D, int h, int m, int s', ...wallFields(param.value));
      case 'bytearray':
        return set('const uint8_t *value, int size', Buffer.from(param.value), param.value.length);
    }
  };

  const outputs = (handle: FptrHandle): FptrOutputs => {
    const number = (kind: 'bool' | 'int' | 'double', result: string, id: number): number =>
      Number(native(`get_param_${kind}`, result, 'void *h, int id')(handle, id));
    const double = (id: number): number => number('double', 'double', id);
    return {
      bool: (id) => number('bool', 'int', id) !== 0,
      int: (id) => number('int', 'uint32_t', id),
      double,
      money: (id) => Math.round(double(id) * 100),
      str: (id) => {
        const get = native('get_param_str', 'int', 'void *h, int id, _Out_ void *value, int size');
        return readText((buffer, units) => get(handle, id, buffer, units));
      },
      time: (id) => {
        const type = ['Y', 'M', 'D', 'h', 'm', 's'].map((field) => `_Out_ int *${field}`).join(', ');
        const fields = Array.from({ length: 6 }, () => [0]);
        native('get_param_datetime', 'void', `void *h, int id, ${type}`)(handle, id, ...fields);
        const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.map(([field]) => field);
        return { year, month, day, hour, minute, second };
      },
      bytes: (id) => {
        const get = native('get_param_bytearray', 'int', 'void *h, int id, _Out_ uint8_t *value, int size');
        let buffer = Buffer.alloc(FIRST_GUESS);
        let size = Number(get(handle, id, buffer, buffer.length));
        if (size > buffer.length) {
          buffer = Buffer.alloc(size);
          size = Number(get(handle, id, buffer, buffer.length));
        }
        return buffer.subarray(0, size);
      },
    };
  };

  return {
    version: () => String(native('get_version_string', 'const char *', '')()),
    create() {
      const out: [bigint | null] = [null];
      const result = Number(native('create', 'int', '_Out_ void **handle')(out));
      const [handle] = out;
      if (result !== 0 || handle === null) throw new FptrError(DriverError.INTERNAL, `create answered ${result}`);
      return handle as FptrHandle;
    },
    destroy(handle) {
      native('destroy', 'void', '_Inout_ void **handle')([handle]);
    },
    setSetting(handle, key, value) {
      if (!isWideText(key) || !isWideText(value)) throw new TypeError(`setting ${String(key)} is not a text`);
      native('set_single_setting', 'void', 'void *h, const wchar_t *key, const wchar_t *value')(handle, key, value);
    },
    setParam,
    call: (handle, method) =>
      new Promise((resolve, reject) => {
        native(method, 'int', 'void *h').async(handle, (error: unknown, result: unknown) => {
          if (error instanceof Error) reject(error);
          else if (result === 0) resolve();
          else reject(errorOf(handle));
        });
      }),
    outputs,
  };
}
