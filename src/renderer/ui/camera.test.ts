import { expect, it } from 'vitest';
import { cameraFault } from './camera.ts';

it.each([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'none'],
  ['OverconstrainedError', 'none'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
  ['', 'busy'],
])('%s of the platform is %s', (name, why) => {
  expect(cameraFault(name)).toBe(why);
});
