/** One link, with a peer that misbehaves. What the C library of the emulated register does is what is right here. */
import { stat } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeBindings } from '#emulators/kkt/testing-bindings.ts';
import { LAST_DOCUMENT, type Peer, param, someAnswer, startPeer, VERSION } from '#emulators/kkt/testing-peer.ts';
import type { FptrBinding, FptrHandle, FptrMethod } from '../fptr/binding.ts';
import { DriverError, Param, Port, Setting } from '../fptr/constants.ts';
import { bool, bytes, double, type FptrParam, hidden, int, str } from '../fptr/fptr-param.ts';
import { bindEmulated } from './binding.ts';
import { PrivateParam, type Request } from './wire.ts';

const AT = { year: 2026, month: 11, day: 21, hour: 9, minute: 5, second: 7 };

describeBindings('a link', (bind) => {
  let peer: Peer;
  let binding: FptrBinding;
  let handle: FptrHandle;

  const call = async (method: FptrMethod, params: readonly FptrParam[] = [], on = handle): Promise<void> => {
    for (const each of params) binding.setParam(on, each);
    await binding.call(on, method);
  };
  const codeOf = (method: FptrMethod, params?: readonly FptrParam[], on?: FptrHandle): Promise<number> =>
    call(method, params, on).then(
      () => 0,
      (error: { code: number }) => error.code,
    );
  const set = async (settings: Readonly<Record<string, string>>, on = handle): Promise<void> => {
    for (const [key, value] of Object.entries(settings)) binding.setSetting(on, key, value);
    await binding.call(on, 'apply_single_settings');
  };
  const ours = () => ({
    [Setting.PORT]: String(Port.TCPIP),
    [Setting.IPADDRESS]: '127.0.0.1',
    [Setting.IPPORT]: String(peer.port),
  });
  const opened = async (): Promise<FptrHandle> => {
    const made = binding.create();
    await set(ours(), made);
    await binding.call(made, 'open');
    return made;
  };
  const answerTo = (method: string, answer: ReturnType<Parameters<Peer['answer']>[0]>): void =>
    peer.answer((request) => (request.method === method ? answer : {}));
  const sentBy = (method: string): Request['params'] | undefined =>
    peer.requests.findLast((request) => request.method === method)?.params;

  beforeEach(async () => {
    peer = await startPeer();
    binding = bind();
    handle = await opened();
  });
  afterEach(async () => {
    binding.destroy(handle);
    await peer.stop();
  });

  test('sends the params as they were set, once, each in its own type', async () => {
    const tags = [
      str(1085, 'Ёлка 🎄'),
      hidden(bytes(1084, Buffer.from([0, 255]))),
      hidden(str(1085, '')),
      bool(Param.RECEIPT_TYPE, true),
      int(Param.REPORT_TYPE, 0xffffffff),
      double(Param.PRICE, 0.1),
      { id: 1012, type: 'datetime', value: AT } as const,
    ];
    await call('fn_write_attributes', tags);
    expect(sentBy('fn_write_attributes')).toEqual([
      { id: 1085, type: 'string', value: 'Ёлка 🎄', notPrinted: false },
      { id: 1084, type: 'bytes', value: Buffer.from([0, 255]), notPrinted: true },
      { id: 1085, type: 'string', value: '', notPrinted: true },
      { id: Param.RECEIPT_TYPE, type: 'bool', value: true, notPrinted: false },
      { id: Param.REPORT_TYPE, type: 'int', value: 0xffffffff, notPrinted: false },
      { id: Param.PRICE, type: 'double', value: 0.1, notPrinted: false },
      { id: 1012, type: 'datetime', value: AT, notPrinted: false },
    ]);
    await call('payment');
    expect(sentBy('payment')).toEqual([]);
  });

  test('reads what was left in the type that it is asked in, and nothing of the link itself', async () => {
    answerTo('query_data', {
      params: [
        param(1, { type: 'string', value: 'first' }),
        param(1, { type: 'string', value: '12.5 руб.' }),
        param(2, { type: 'double', value: -1.5 }),
        param(3, { type: 'bool', value: true }),
        param(4, { type: 'datetime', value: AT }),
        param(5, { type: 'bytes', value: Buffer.from('байты') }),
        param(6, { type: 'double', value: 1 / 3 }),
      ],
    });
    await call('query_data');
    const out = binding.outputs(handle);
    expect([1, 2, 3, 4, 6].map((id) => out.str(id))).toEqual([
      '12.5 руб.',
      '-1.5',
      '1',
      '2026.11.21 09:05:07',
      '0.333333333333333',
    ]);
    expect([1, 2, 3, 4, 5].map((id) => out.int(id))).toEqual([12, 0xffffffff, 1, 0, 0]);
    expect([1, 2, 3, 4, 5].map((id) => out.double(id))).toEqual([12.5, -1.5, 1, 0, 0]);
    expect([1, 2, 3, 4].map((id) => out.bool(id))).toEqual([true, true, true, false]);
    expect([out.money(1), out.money(6)]).toEqual([1250, 33]);
    expect([out.time(4), out.time(1).year]).toEqual([AT, 1970]);
    expect(out.bytes(5).toString()).toBe('байты');
    const absent = [out.str(9), out.int(9), out.double(9), out.bool(9), out.bytes(9).length, out.time(9).month];
    expect(absent).toEqual(['', 0, 0, false, 0, 1]);
    expect([out.int(PrivateParam.LAST_DOCUMENT), out.str(PrivateParam.VERSION)]).toEqual([0, '']);
  });

  test('a refusal comes with its number, its words and its outputs; the next call leaves its own', async () => {
    answerTo('close_receipt', { error: 44, text: 'Нет бумаги', params: [param(1, { type: 'int', value: 5 })] });
    await expect(call('close_receipt')).rejects.toMatchObject({ name: 'FptrError', code: 44, text: 'Нет бумаги' });
    expect(binding.outputs(handle).int(1)).toBe(5);
    await call('payment');
    expect(binding.outputs(handle).int(1)).toBe(0);
  });

  test('before it is opened and after it is closed there is no connection to be had', async () => {
    const lone = binding.create();
    expect(await codeOf('query_data', [], lone)).toBe(DriverError.CONNECTION_DISABLED);
    expect(await codeOf('open', [], lone)).toBe(DriverError.PORT_NOT_AVAILABLE);
    binding.destroy(lone);
    await call('close');
    expect(await codeOf('query_data')).toBe(DriverError.CONNECTION_DISABLED);
    expect(peer.methods()).toEqual([]);
  });

  test('settings count when they are applied', async () => {
    binding.setSetting(handle, Setting.IPPORT, '1');
    await call('open');
    await set({});
    expect(await codeOf('open')).toBe(DriverError.NO_CONNECTION);
  });

  test.each([
    ['no such host.invalid', '5555'],
    ['127.0.0.1', '99999999'],
  ])('an address that is none, %s:%s, is no connection', async (address, port) => {
    await set({ [Setting.IPADDRESS]: address, [Setting.IPPORT]: port });
    expect(await codeOf('open')).toBe(DriverError.NO_CONNECTION);
  });

  test('a register that does not let itself be opened is told, and is not open', async () => {
    answerTo('hello', { error: DriverError.PORT_BUSY, text: 'Порт занят' });
    await expect(call('open')).rejects.toMatchObject({ code: DriverError.PORT_BUSY, text: 'Порт занят' });
    expect(await codeOf('query_data')).toBe(DriverError.CONNECTION_DISABLED);
  });

  test('an id of the link itself is refused by the next method, once, and nothing is sent', async () => {
    answerTo('query_data', { params: [param(1, { type: 'int', value: 5 })] });
    await call('query_data');
    expect(await codeOf('payment', [int(PrivateParam.BEGUN_AFTER, 1)])).toBe(DriverError.INVALID_PARAM);
    expect(peer.methods()).toEqual(['query_data']);
    expect(binding.outputs(handle).int(1)).toBe(0);
    expect(await codeOf('payment')).toBe(0);
  });

  test('opening it begins anew: what was set or left before is gone', async () => {
    binding.setParam(handle, int(Param.PAYMENT_TYPE, 1));
    await call('open');
    await call('payment');
    expect(sentBy('payment')).toEqual([]);
    expect(peer.connections()).toBe(2);
  });

  describe('that was hung up', () => {
    test('between two calls is connected anew, and the call goes once', async () => {
      await peer.hangUp();
      await call('payment', [int(Param.PAYMENT_TYPE, 1)]);
      expect(peer.connections()).toBe(2);
      expect(peer.methods()).toEqual(['payment']);
      expect(sentBy('payment')).toMatchObject([{ value: 1 }]);
      expect(sentBy('hello')).toEqual([]);
    });

    test('this very moment is noticed before anything is sent', async () => {
      // In the callback of a poll, so that the hang-up lies in the kernel and no poll has seen it.
      await new Promise((resolve) => stat('.', resolve));
      const gone = peer.hangUp();
      expect(await codeOf('payment')).toBe(0);
      await gone;
      expect(peer.connections()).toBe(2);
    });

    test('leaves nothing of the greeting that connected it anew', async () => {
      answerTo('hello', { params: [param(1, { type: 'int', value: 5 })] });
      await peer.hangUp();
      await call('payment');
      expect(binding.outputs(handle).int(1)).toBe(0);
    });

    test('stays so when it may not connect by itself', async () => {
      await set({ [Setting.AUTO_RECONNECT]: '0' });
      await peer.hangUp();
      expect(await codeOf('payment')).toBe(DriverError.NO_CONNECTION);
      expect(peer.methods()).toEqual([]);
    });

    test('is refused with what the register says when it is busy by now, and heals', async () => {
      await peer.hangUp();
      answerTo('hello', { error: DriverError.PORT_BUSY });
      expect(await codeOf('payment', [int(Param.PAYMENT_TYPE, 1)])).toBe(DriverError.PORT_BUSY);
      peer.answer(() => ({}));
      await call('payment');
      // The params of the refused call went with it.
      expect(sentBy('payment')).toEqual([]);
      expect(peer.connections()).toBe(3);
    });

    test.each([
      ['instead of an answer', Buffer.alloc(0)],
      ['in the middle of an answer', someAnswer().subarray(0, 9)],
    ])('%s is lost, and is never tried again by itself', async (_when, part) => {
      peer.answer(({ method }, socket) => {
        if (method === 'close_receipt') socket.end(part);
        return method === 'close_receipt' ? undefined : {};
      });
      expect(await codeOf('close_receipt')).toBe(DriverError.CONNECTION_LOST);
      expect(peer.methods()).toEqual(['close_receipt']);
      expect(await codeOf('payment')).toBe(0);
    });
  });

  describe('on which something is wrong', () => {
    test('no answer within the time is a lost connection, and a late one is nobody’s', async () => {
      await set({ [Setting.REMOTE_TIMEOUT]: '50' });
      answerTo('close_receipt', undefined);
      expect(await codeOf('close_receipt')).toBe(DriverError.CONNECTION_LOST);
      peer.say(someAnswer());
      await call('payment');
      expect(peer.connections()).toBe(2);
      expect(peer.methods()).toEqual(['close_receipt', 'payment']);
    });

    test.each([
      ['a whole answer', someAnswer()],
      ['the beginning of one', someAnswer().subarray(0, 3)],
    ])('%s that nobody asked for makes it worthless', async (_what, bytesTooMany) => {
      answerTo('query_data', Buffer.concat([someAnswer(), bytesTooMany]));
      expect(await codeOf('query_data')).toBe(0);
      answerTo('payment', { error: 44 });
      expect(await codeOf('payment')).toBe(44);
      expect(peer.connections()).toBe(2);
    });

    test.each([
      ['too short to be one', Buffer.from([2, 0, 0, 0, 0, 0])],
      ['with a text longer than itself', Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0])],
      ['with params that are cut', Buffer.from([10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])],
      ['with something after its params', Buffer.from([11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9])],
    ])('an answer %s is told as such, and the link is made anew', async (_what, answer) => {
      answerTo('query_data', answer);
      expect(await codeOf('query_data')).toBe(DriverError.INCORRECT_DATA);
      expect(await codeOf('payment')).toBe(0);
      expect(peer.connections()).toBe(2);
    });

    test('a length that no register sends is a lost connection', async () => {
      answerTo('query_data', Buffer.alloc(8, 0xff));
      expect(await codeOf('query_data')).toBe(DriverError.CONNECTION_LOST);
      expect(await codeOf('payment')).toBe(0);
    });
  });

  describe('remembers which document was begun on it', () => {
    const memory = async (on = handle): Promise<unknown[]> => {
      await call('check_document_closed', [], on);
      return (sentBy('check_document_closed') ?? []).map(({ id, value }) => [id, value]);
    };
    const begun = (by: string) => [
      [PrivateParam.BEGUN_AFTER, LAST_DOCUMENT],
      [PrivateParam.BEGUN_KIND, by],
    ];

    test.each(['open_receipt', 'open_shift', 'report'] as const)('by %s, through a new connection', async (method) => {
      expect(await memory()).toEqual([]);
      await call(method);
      await peer.hangUp();
      expect(await memory()).toEqual(begun(method));
      const other = await opened();
      expect(await memory(other)).toEqual([]);
      binding.destroy(other);
    });

    test('a receipt that the register refused to open was not begun; a shift was', async () => {
      await call('open_shift');
      answerTo('open_receipt', { error: DriverError.INVALID_MODE });
      expect(await codeOf('open_receipt')).toBe(DriverError.INVALID_MODE);
      expect(await memory()).toEqual(begun('open_shift'));
      answerTo('report', { error: DriverError.INVALID_MODE });
      expect(await codeOf('report')).toBe(DriverError.INVALID_MODE);
      expect(await memory()).toEqual(begun('report'));
    });

    test('one whose answer was lost may have been begun', async () => {
      peer.answer(({ method }, socket) => {
        if (method === 'open_receipt') socket.destroy();
        return method === 'open_receipt' ? undefined : {};
      });
      expect(await codeOf('open_receipt')).toBe(DriverError.CONNECTION_LOST);
      expect(await memory()).toEqual(begun('open_receipt'));
    });
  });

  test('a handle that is freed hangs up', async () => {
    const other = await opened();
    expect(peer.standing()).toBe(2);
    binding.destroy(other);
    await expect.poll(() => peer.standing()).toBe(1);
    await call('payment');
    expect(peer.connections()).toBe(2);
  });
});

describe('the emulated driver', () => {
  test('says in its version that it is one, whatever the register calls itself', async () => {
    const peer = await startPeer();
    const binding = bindEmulated();
    expect(binding.version()).toBe('10.10.8.0 (emulated)');
    const handle = binding.create();
    for (const [key, value] of [
      [Setting.PORT, String(Port.TCPIP)],
      [Setting.IPADDRESS, '127.0.0.1'],
      [Setting.IPPORT, String(peer.port)],
    ] as const) {
      binding.setSetting(handle, key, value);
    }
    await binding.call(handle, 'apply_single_settings');
    await binding.call(handle, 'open');
    expect(binding.version()).toBe(`${VERSION} (emulated)`);
    binding.destroy(handle);
    await peer.stop();
    expect(() => binding.outputs(handle)).toThrow('the handle was destroyed');
  });
});
