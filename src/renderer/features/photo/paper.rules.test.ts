import { expect, it } from 'vitest';
import type { PhotoView } from '#shared/rpc/photos.contract.ts';
import { PATIENCE_MS, type PaperState, paperState } from './paper.rules.ts';

const photo = (patch: Partial<PhotoView>): PhotoView => ({
  imageId: 'a1'.repeat(32),
  url: '/blobs/a1',
  takenAt: 1,
  canPrint: true,
  order: { id: '01', number: 'K-0001', printStatus: 'new' },
  ...patch,
});
const printed = { id: '01', number: 'K-0001', printStatus: 'printed' } as const;

it.each<[string, PhotoView | null, number, PaperState]>([
  ['paid a moment ago', photo({}), 0, 'printing'],
  ['written down', photo({ print: { state: 'queued' } }), 0, 'printing'],
  ['with the print system', photo({ print: { state: 'spooled' } }), 5000, 'printing'],
  ['out of paper', photo({ print: { state: 'spooled', trouble: 'no_paper' } }), 5000, 'no_paper'],
  ['stopped', photo({ print: { state: 'spooled', trouble: 'stopped' } }), 5000, 'stopped'],
  ['out', photo({ print: { state: 'printed' }, order: printed }), 5000, 'printed'],
  ['handed over by the staff meanwhile', photo({ print: { state: 'failed' }, order: printed }), 5000, 'printed'],
  ['refused', photo({ print: { state: 'failed' } }), 5000, 'failed'],
  ['nobody knows', photo({ print: { state: 'unknown' } }), 5000, 'unknown'],
  ['no printer here', photo({ canPrint: false }), 0, 'staff'],
  ['paid, and its order not heard of yet', { ...photo({ canPrint: false }), order: undefined }, 0, 'printing'],
  ['it takes too long', photo({ print: { state: 'spooled' } }), PATIENCE_MS, 'staff'],
  ['not begun for too long', photo({}), PATIENCE_MS, 'staff'],
  ['gone from here', null, 0, 'staff'],
])('%s', (_name, view, waited, state) => {
  expect(paperState(view, waited)).toBe(state);
});
