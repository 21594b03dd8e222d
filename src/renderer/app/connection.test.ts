import { expect, it, vi } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { createConnection, type Line } from './connection.ts';

/** A line that answers its own number, and the hand that cuts it. */
function testLine(number: number) {
  const cut = Promise.withResolvers<void>();
  const line: Line = { link: { call: async () => number }, closed: cut.promise };
  return { line, cut: cut.resolve };
}
const call = (connection: ReturnType<typeof createConnection>) =>
  connection.link.call(['x'], undefined, { context: {} });
const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true));

it('holds early calls until the line opens', async () => {
  const dialled = Promise.withResolvers<Line>();
  const connection = createConnection({ dial: () => dialled.promise, wait: async () => undefined });
  connection.start();
  const early = call(connection);
  expect(connection.state()).toBe('connecting');
  dialled.resolve(testLine(1).line);
  expect(await early).toBe(1);
  expect(connection.state()).toBe('open');
});

it('refuses calls at once while the line is lost, and dials again', async () => {
  const [one, two] = [testLine(1), testLine(2)];
  const lines = [one, two];
  const again = Promise.withResolvers<void>();
  const dial = vi.fn(async () => {
    const next = lines.shift();
    if (!next) throw new Error('no more lines');
    return next.line;
  });
  const connection = createConnection({ dial, wait: () => again.promise });
  const states: string[] = [];
  connection.subscribe(() => states.push(connection.state()));
  connection.start();
  await until(() => connection.state() === 'open');
  one.cut();
  await until(() => connection.state() === 'lost');
  await expect(call(connection)).rejects.toMatchObject({ code: 'app.unavailable' });
  again.resolve();
  await until(() => connection.state() === 'open');
  expect(await call(connection)).toBe(2);
  expect(states).toEqual(['open', 'lost', 'open']);
  connection.stop();
});

it('is patient with a core that is starting, then says that it is gone', async () => {
  const waits: number[] = [];
  const enough = Promise.withResolvers<void>();
  const connection = createConnection({
    dial: async () => {
      throw new AppError('app.unavailable', 'not yet');
    },
    wait: async (ms) => {
      waits.push(ms);
      if (waits.length === 4) expect(connection.state()).toBe('connecting');
      if (waits.length === 6) {
        connection.stop();
        enough.resolve();
      }
    },
  });
  connection.start();
  const early = call(connection);
  await expect(early).rejects.toMatchObject({ code: 'app.unavailable' });
  await enough.promise;
  expect(connection.state()).toBe('lost');
  expect(waits).toEqual([250, 500, 1000, 2000, 5000, 5000]);
});
