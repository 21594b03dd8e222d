import { once } from 'node:events';
import { createServer } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFiscalWorld, type FiscalWorld, saleTask, TASK_A, TASK_B } from '#test/doubles/fiscal-world.ts';
import { type OpenRegister, RegisterError } from './fiscal.register.ts';
import { checkConnection } from './registers.check.ts';

let world: FiscalWorld;
beforeEach(() => {
  world = createFiscalWorld();
});
const events = () => world.core.log.tail().map(({ event }) => event);

describe('where a register is', () => {
  const TASK_KKT = { ip: '192.168.0.10', port: 5555 };

  test("AF-23 the device's own address wins over the task's, and the difference is logged once", () => {
    world.state.policy = { ip: '10.0.0.5', port: 5555 };
    const { fiscal, registers } = world.start();
    fiscal.accept({ ...saleTask(TASK_A), kkt: TASK_KKT });
    fiscal.accept({ ...saleTask(TASK_B), kkt: TASK_KKT });
    expect(registers.address('fd-1')).toEqual({ ip: '10.0.0.5', port: 5555 });
    expect(events().filter((event) => event === 'FISCAL_KKT_ADDRESS_MISMATCH')).toHaveLength(1);
  });

  test('a device without an address of its own goes where the server says, until a person says otherwise', async () => {
    world.state.policy = undefined;
    const { fiscal, registers } = world.start();
    expect(fiscal.view().state).toBe('not_configured');
    fiscal.accept({ ...saleTask(TASK_A), kkt: TASK_KKT });
    expect(await registers.get('fd-1')).toMatchObject({ address: TASK_KKT, addressFrom: 'server' });
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
    registers.setAddress('fd-1', { ip: '10.0.0.7', port: 5556 });
    expect(await registers.get('fd-1')).toMatchObject({ address: { ip: '10.0.0.7' }, addressFrom: 'device' });
    registers.setAddress('fd-1', null);
    expect(registers.address('fd-1')).toEqual(TASK_KKT);
  });

  test("an address that the configuration sets is not a screen's to change", () => {
    const { registers } = world.start();
    expect(() => registers.setAddress('fd-1', TASK_KKT)).toThrow(
      expect.objectContaining({ code: 'fiscal.address_by_policy' }),
    );
  });
});

describe('which register it is', () => {
  test('another one at the same address gets nothing until a person accepts it', async () => {
    const first = world.start();
    await first.fiscal.tick();
    world.register.kktSerial = '00106799999999';
    const { fiscal, registers } = world.start();
    world.enqueue(fiscal, saleTask(TASK_A));
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('queued');
    expect(fiscal.view()).toMatchObject({
      state: 'another_register',
      kktSerial: '00106799999999',
      expectedSerial: '00106700000001',
    });
    expect(world.register.commands).toEqual([]);
    registers.accept('fd-1', '00106799999999');
    await fiscal.tick();
    expect(fiscal.task(TASK_A)).toMatchObject({ state: 'reported', attempts: 1 });
  });

  test('a new fiscal memory in the same register is used, and said', async () => {
    const first = world.start();
    await first.fiscal.tick();
    world.register.fnNumber = '9999078902005678';
    const { fiscal } = world.start();
    await fiscal.tick();
    expect(fiscal.view().state).toBe('ready');
    expect(events()).toContain('FISCAL_FN_REPLACED');
  });
});

describe('several registers', () => {
  test('each has its own queue: one that is away does not hold up the other', async () => {
    const { fiscal, registers } = world.start();
    await registers.setAgent('fd-2', { serverUrl: 'http://server', token: 'secret', name: 'Касса 2' });
    world.enqueue(fiscal, saleTask(TASK_A, 100, 'fd-2'));
    world.enqueue(fiscal, saleTask(TASK_B, 200, 'fd-1'));
    await fiscal.tick();
    expect(fiscal.task(TASK_B).state).toBe('reported');
    expect(fiscal.task(TASK_A).state).toBe('queued');
    expect(fiscal.views().map(({ id, isMain, state, queued }) => [id, isMain, state, queued])).toEqual([
      ['fd-1', true, 'ready', 0],
      ['fd-2', false, 'not_configured', 1],
    ]);
    registers.setAddress('fd-2', { ip: '127.0.0.1', port: 5557 });
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
  });

  test('sales go to the main one; the token of the other is kept out of the database', async () => {
    const { fiscal, registers } = world.start();
    await registers.setAgent('fd-2', { serverUrl: 'http://server', token: 'T0KEN-VALUE', name: 'Касса 2' });
    registers.setMain('fd-2');
    expect(fiscal.fiscalDeviceId()).toBe('fd-2');
    expect(await registers.agent('fd-2')).toEqual({ serverUrl: 'http://server', token: 'T0KEN-VALUE' });
    expect(world.core.db.$client.serialize().includes('T0KEN-VALUE')).toBe(false);
    expect(JSON.stringify(world.core.log.tail())).not.toContain('T0KEN-VALUE');
    await registers.remove('fd-2');
    expect(registers.ids()).toEqual(['fd-1']);
    expect(await registers.agent('fd-2')).toBeUndefined();
  });
});

describe('AF-22 «Проверить соединение»', () => {
  const check = async (open: OpenRegister | undefined, port: number) =>
    checkConnection(
      { ip: '127.0.0.1', port },
      { driver: { open, reason: 'no driver here' }, now: () => world.core.now(), busy: undefined },
    );
  const listen = async () => {
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
  };

  test('a register says who it is, and its handle is closed', async () => {
    const { port, close } = await listen();
    let closed = 0;
    const open: OpenRegister = async (address) => {
      const register = await world.register.open(address);
      return { ...register, close: async () => void (closed += 1) };
    };
    expect(await check(open, port)).toMatchObject({
      model: 'АТОЛ 27Ф',
      kktSerial: '00106700000001',
      fnNumber: '9999078902001234',
      shiftState: 'open',
    });
    expect(closed).toBe(1);
    close();
  });

  test('nobody at the address: said with the address, without asking the driver', async () => {
    const { port, close } = await listen();
    close();
    const open: OpenRegister = () => Promise.reject(new Error('the driver was asked'));
    await expect(check(open, port)).rejects.toMatchObject({
      code: 'fiscal.register_unavailable',
      message: `no answer from 127.0.0.1:${port}`,
      details: { address: `127.0.0.1:${port}`, why: 'ECONNREFUSED' },
    });
  });

  test('something that is no register, and a machine without a driver', async () => {
    const { port, close } = await listen();
    const refuse: OpenRegister = () =>
      Promise.reject(new RegisterError({ driverCode: 2, text: 'Нет связи', retryable: true }));
    await expect(check(refuse, port)).rejects.toMatchObject({ code: 'fiscal.register_unavailable' });
    await expect(check(undefined, port)).rejects.toMatchObject({ code: 'fiscal.register_not_configured' });
    close();
  });
});
