import { expect, it } from 'vitest';
import { serialLink, sttyArgs } from './serial.link.ts';

it.each([
  ['linux' as const, '-F'],
  ['darwin' as const, '-f'],
])('names the port to stty of %s its way, raw and without echo', (platform, flag) => {
  const args = sttyArgs('/dev/ttyUSB0', 38_400, platform);
  expect(args.slice(0, 3)).toEqual([flag, '/dev/ttyUSB0', '38400']);
  expect(args).toEqual(expect.arrayContaining(['raw', '-echo', 'clocal']));
});

it('a port that is not there, or is no port, is refused with the reason', async () => {
  const { signal } = new AbortController();
  await expect(serialLink({ path: '/dev/ttyNONE', baud: 9600 })(signal)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(serialLink({ path: '/dev/null', baud: 9600 })(signal)).rejects.toThrow(/stty/);
  await expect(serialLink({ path: 'COM3', baud: 9600 }, 'win32')(signal)).rejects.toThrow(/native module/);
});
