import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, buildShim, openBench } from '#emulators/kkt/testing.ts';
import { describeBindings } from '#emulators/kkt/testing-bindings.ts';
import { bindFptr, type FptrBinding, type FptrHandle, type FptrMethod } from './binding.ts';
import { DriverError, Param, Port, RecordsType, Setting } from './constants.ts';
import { FptrError } from './fptr-error.ts';
import { bytes, double, type FptrParam, int, str } from './fptr-param.ts';

const shim = buildShim();
const EXPORTS = readFileSync(new URL('../../../../../emulators/kkt/shim/exports.txt', import.meta.url), 'utf8');

describeBindings('the interface of the driver', (bind) => {
  let bench: Bench;
  let binding: FptrBinding;
  let handle: FptrHandle;

  const call = async (method: FptrMethod, params: readonly FptrParam[] = []): Promise<void> => {
    for (const param of params) binding.setParam(handle, param);
    await binding.call(handle, method);
  };

  beforeAll(async () => {
    bench = await openBench({ version: '10.10.6.3' });
    binding = bind();
    handle = binding.create();
    binding.setSetting(handle, Setting.PORT, String(Port.TCPIP));
    binding.setSetting(handle, Setting.IPADDRESS, '127.0.0.1');
    binding.setSetting(handle, Setting.IPPORT, String(bench.register().port));
    await binding.call(handle, 'apply_single_settings');
    await binding.call(handle, 'open');
  });
  afterAll(async () => {
    binding.destroy(handle);
    await bench.dispose();
  });

  test('says the version of the register it is connected to', () => {
    expect(binding.version()).toMatch(/^10\.10\.6\.3( \(emulated\))?$/);
  });

  test.each([
    ['Cyrillic', 'Кофе «Латте» — № 5'],
    ['characters past the basic plane', 'чай 🍵 и 𝔘𝔫𝔦𝔠𝔬𝔡𝔢'],
    ['exactly the first guess of the buffer', 'щ'.repeat(511)],
    ['one more than the first guess', 'щ'.repeat(512)],
    ['many times the first guess, ending in a pair', `${'ю'.repeat(3000)}🎟`],
    ['nothing', ''],
  ])('carries text there and back: %s', async (_name, text) => {
    // Reading an empty list of records is refused with the id in the text: the longest way a text can go.
    await call('util_form_tlv', [str(1086, text)]);
    const formed = binding.outputs(handle).bytes(Param.TAG_VALUE);
    const inCodePage = Array.from(text, (char) => (/[ -~а-яА-Я№]/u.test(char) ? char : '?')).join('');
    await call('begin_read_records', [
      int(Param.RECORDS_TYPE, RecordsType.PARSE_COMPLEX_ATTR),
      bytes(Param.TAG_VALUE, formed),
    ]);
    const id = binding.outputs(handle).str(Param.RECORDS_ID);
    await call('read_next_record', [str(Param.RECORDS_ID, id)]);
    expect(binding.outputs(handle).str(Param.TAG_VALUE)).toBe(inCodePage);
  });

  test('tells a refusal by number and text, and forgets the params of the refused call', async () => {
    await expect(call('open_receipt', [int(Param.RECEIPT_TYPE, 1)])).rejects.toMatchObject({
      code: DriverError.NO_ACTIVE_OPERATOR,
      text: 'Кассир не зарегистрирован',
    });
    await call('operator_login', [str(1021, 'Иванова')]);
    await expect(call('open_receipt')).rejects.toMatchObject({ code: DriverError.NO_REQUIRED_PARAM });
  });

  test('answers a method that the register does not know with error 11', async () => {
    await expect(call('flash_firmware' as FptrMethod)).rejects.toMatchObject({ code: DriverError.NOT_SUPPORTED });
    await expect(call('report', [int(Param.REPORT_TYPE, 8)])).rejects.toMatchObject({
      code: DriverError.NOT_SUPPORTED,
    });
  });

  test.each([
    ['a number for a text', { id: 1021, type: 'str', value: 5 }],
    ['a text with a NUL', { id: 1021, type: 'str', value: 'a\0b' }],
    ['half a character', { id: 1021, type: 'str', value: '\ud83c' }],
    ['a negative integer', { id: Param.REPORT_TYPE, type: 'int', value: -1 }],
    ['a fraction for an integer', { id: Param.REPORT_TYPE, type: 'int', value: 1.5 }],
    ['no number', { id: Param.PRICE, type: 'double', value: Number.NaN }],
    ['a text for bytes', { id: 1084, type: 'bytearray', value: 'abc' }],
    ['an id that is none', { id: -5, type: 'int', value: 1 }],
  ])('stops %s before native code sees it', (_name, param) => {
    expect(() => binding.setParam(handle, param as unknown as FptrParam)).toThrow(TypeError);
  });

  test('reports a dead address as "no connection", soon', async () => {
    const other = await openBench();
    const { port } = other.register();
    await other.dispose();
    const lone = binding.create();
    const started = performance.now();
    const open = async (): Promise<void> => {
      binding.setSetting(lone, Setting.PORT, String(Port.TCPIP));
      binding.setSetting(lone, Setting.IPADDRESS, '127.0.0.1');
      binding.setSetting(lone, Setting.IPPORT, String(port));
      await binding.call(lone, 'apply_single_settings');
      await binding.call(lone, 'open');
    };
    await expect(open()).rejects.toMatchObject({ code: DriverError.NO_CONNECTION });
    expect(performance.now() - started).toBeLessThan(3000);
    binding.destroy(lone);
  });

  test('gives each handle its own params', async () => {
    const other = binding.create();
    binding.setParam(other, double(Param.PRICE, 1));
    await expect(binding.call(other, 'query_data')).rejects.toMatchObject({ code: DriverError.CONNECTION_DISABLED });
    await call('query_data', [int(Param.DATA_TYPE, 13)]);
    expect(binding.outputs(handle).time(Param.DATE_TIME).year).toBeGreaterThan(2020);
    binding.destroy(other);
  });
});

const title = shim.path === undefined ? `the C library: ${shim.reason}` : 'the C library';
describe.skipIf(shim.path === undefined)(title, () => {
  let binding: FptrBinding;
  let handle: FptrHandle;

  beforeAll(() => {
    binding = bindFptr(shim.path ?? '');
    handle = binding.create();
  });
  afterAll(() => binding.destroy(handle));

  test('exports each of the 165 names of the vendor', () => {
    const library = koffi.load(shim.path ?? '');
    const names = EXPORTS.trim().split('\n');
    expect(names).toHaveLength(165);
    for (const name of names) expect(() => library.func(`int ${name}(void *h)`), name).not.toThrow();
  });

  test('keeps every character on the way: settings never leave the library', async () => {
    const library = koffi.load(shim.path ?? '');
    const get = library.func(
      'int libfptr_get_single_setting(void *h, const wchar_t *key, _Out_ void *value, int size)',
    );
    const value = `касса 🧾 ${'ё'.repeat(600)}`;
    binding.setSetting(handle, 'UserPassword', value);
    await binding.call(handle, 'apply_single_settings');
    const small = Buffer.alloc(8 * koffi.sizeof('wchar_t'));
    const needed = Number(get(handle, 'UserPassword', small, 8));
    expect(needed).toBe(Array.from(value).length + 1);
    expect(koffi.decode(small, 'wchar_t', -1)).toBe('касса 🧾');
    const whole = Buffer.alloc(needed * koffi.sizeof('wchar_t'));
    get(handle, 'UserPassword', whole, needed);
    expect(koffi.decode(whole, 'wchar_t', -1)).toBe(value);
  });

  test('reads settings from JSON and writes them back as JSON', () => {
    const library = koffi.load(shim.path ?? '');
    const set = library.func('int libfptr_set_settings(void *h, const wchar_t *json)');
    const get = library.func('int libfptr_get_settings(void *h, _Out_ void *value, int size)');
    expect(set(handle, '{"BaudRate": 9600, "AutoReconnect": true, "ComFile": "C\\\\OM\\"4"}')).toBe(0);
    expect(set(handle, '{"BaudRate": }')).toBe(-1);
    const buffer = Buffer.alloc(4096 * koffi.sizeof('wchar_t'));
    get(handle, buffer, 4096);
    const settings: unknown = JSON.parse(String(koffi.decode(buffer, 'wchar_t', -1)));
    expect(settings).toMatchObject({ BaudRate: 9600, AutoReconnect: true, ComFile: 'C\\OM"4', Port: 0 });
  });
});

test('a symbol that the driver lacks is error 14 when it is called, not when the library is loaded', () => {
  const libc = process.platform === 'darwin' ? 'libSystem.dylib' : 'libc.so.6';
  const binding = bindFptr(libc);
  expect(() => binding.version()).toThrow(FptrError);
  expect(() => binding.version()).toThrow(expect.objectContaining({ code: DriverError.NOT_LOADED }));
});
