import { expect, test } from 'vitest';
import { loadFptrLibrary } from './library.ts';

test('a path that holds no driver is an answer that names it, not an exception', async () => {
  const found = await loadFptrLibrary({ libraryPath: '/nonexistent/libfptr10.so', platform: process.platform });
  expect(found).toMatchObject({ available: false, reason: expect.stringContaining('/nonexistent/libfptr10.so') });
});

test('a given path is the only one tried, an empty one is none given', async () => {
  const given = await loadFptrLibrary({ libraryPath: '/nonexistent/a.so', platform: 'linux' });
  expect(given).toMatchObject({ reason: expect.not.stringContaining('; ') });
  const mac = await loadFptrLibrary({ libraryPath: '', platform: 'darwin' });
  if (!mac.available) expect(mac.reason).toMatch(/fptr10\.framework.*libfptr10\.dylib/);
});
