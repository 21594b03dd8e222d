import { expect, test } from 'vitest';
import { wasServed } from './served.rules.ts';

const NOTHING = { scan: undefined, measurement: undefined };
const reading = { zone: 'hood', value: 100, source: 'hand', at: 0 } as const;

test.each([
  [
    'a scan that read the car, though the guest walked off',
    'diagnostics',
    'expired',
    { ...NOTHING, scan: { state: 'done' } },
    true,
  ],
  [
    'a scan that failed, though somebody pressed Done',
    'diagnostics',
    'completed',
    { ...NOTHING, scan: { state: 'failed' } },
    false,
  ],
  ['a scan that was cancelled', 'diagnostics', 'completed', { ...NOTHING, scan: { state: 'cancelled' } }, false],
  [
    'a scan under way when the visit ended',
    'diagnostics',
    'expired',
    { ...NOTHING, scan: { state: 'running' } },
    false,
  ],
  ['a scan of an integration', 'diagnostics', 'completed', NOTHING, true],
  ['no scan, and the guest left', 'diagnostics', 'expired', NOTHING, false],
  ['a body measured in part', 'thickness', 'expired', { ...NOTHING, measurement: { readings: [reading] } }, true],
  ['a measurement without a value', 'thickness', 'completed', { ...NOTHING, measurement: { readings: [] } }, false],
  ['a photo', 'photo', 'completed', NOTHING, true],
  ['no photo', 'photo', 'failed', NOTHING, false],
  ['a photo that was paid for, and the guest left', 'photo', 'expired', { ...NOTHING, isPhotoOrdered: true }, true],
] as const)('%s', (_name, kind, status, work, served) => {
  expect(wasServed({ kind, status }, work as Parameters<typeof wasServed>[1])).toBe(served);
});
