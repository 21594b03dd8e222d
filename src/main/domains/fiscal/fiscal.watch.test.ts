import { expect, test } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { createRegisterDouble } from '#test/doubles/register-double.ts';
import type { RegisterStatus } from './fiscal.register.ts';
import { createWatch } from './fiscal.watch.ts';

const at = (hour: number, minute = 0): RegisterStatus['clock'] => ({
  year: 2026,
  month: 11,
  day: 21,
  hour,
  minute,
  second: 0,
});

test('two hours before a shift runs out it is said, once for each shift', async () => {
  const log = createMemoryLog();
  const watch = createWatch({
    now: () => 0,
    log,
    changes: { emit: () => undefined, subscribe: () => () => undefined },
  });
  const register = await createRegisterDouble().open({ ip: 'x', port: 1 });
  const status = await register.status();
  const see = (shiftNumber: number, clock: RegisterStatus['clock']) =>
    watch.see({ ...status, shiftNumber, clock, shiftExpiresAt: at(20) });
  const said = () => log.tail().filter(({ event }) => event === 'SHIFT_ENDS_SOON');
  see(117, at(17, 59));
  expect(said()).toEqual([]);
  see(117, at(18));
  see(117, at(19));
  expect(said()).toMatchObject([{ level: 'warn', shift: 117, leftMs: 7_200_000 }]);
  see(118, at(19));
  expect(said()).toHaveLength(2);
});
