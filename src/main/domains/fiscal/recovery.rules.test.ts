import { describe, expect, test } from 'vitest';
import type { FoundDocument } from './fiscal.register.ts';
import { type Baseline, type Evidence, judge } from './recovery.rules.ts';

const baseline: Baseline = {
  fnNumber: '9999078902001234',
  kktSerial: 'K1',
  lastDocumentNumber: 1041,
  shiftNumber: 7,
  shiftState: 'open',
  expectedTotalMinor: 50_000,
  attempt: 1,
  at: 1_000,
};
const sale = {
  id: 'task-1',
  type: 'sale' as const,
  receipt: { kind: 'sell' as const, taxationSystem: 'osn' as const, items: [], payments: [], totalMinor: 50_000 },
};
const found = (number: number, extra: Partial<FoundDocument> = {}): FoundDocument => ({
  fiscalDocumentNumber: number,
  kind: 'sell',
  fiscalSign: '1',
  totalMinor: 50_000,
  at: { year: 2026, month: 11, day: 21, hour: 1, minute: 2, second: 3 },
  ...extra,
});
const evidence = (documents: Evidence['documents'], status: Partial<Evidence['status']> = {}): Evidence => ({
  status: {
    kktSerial: 'K1',
    fnNumber: '9999078902001234',
    lastDocumentNumber: 1041 + documents.length,
    receiptOpen: false,
    ...status,
  },
  documents,
});

describe('recovery by proof', () => {
  test.each<[string, Evidence, ReturnType<typeof judge>['kind']]>([
    ['another register answers', evidence([], { kktSerial: 'K2' }), 'unknown'],
    ['the fiscal memory was changed', evidence([], { fnNumber: '9999078902009999' }), 'unknown'],
    ['the number went back', evidence([], { lastDocumentNumber: 1040 }), 'unknown'],
    ['nothing was written', evidence([]), 'not_closed'],
    ['nothing was written, a receipt hangs open', evidence([], { receiptOpen: true }), 'not_closed'],
    ['our document is there', evidence([found(1042, { taskId: 'task-1' })]), 'closed'],
    [
      'only the shift was opened: the number grew, and it proves nothing',
      evidence([found(1042, { kind: 'open_shift', totalMinor: 0 })]),
      'not_closed',
    ],
    [
      'the shift was opened and ours followed',
      evidence([found(1042, { kind: 'open_shift', totalMinor: 0 }), found(1043, { taskId: 'task-1' })]),
      'closed',
    ],
    ["the same sum, but another task's", evidence([found(1042, { taskId: 'task-2' })]), 'not_closed'],
    ['a document could not be read', evidence([undefined]), 'unknown'],
    [
      'ours is there although another could not be read',
      evidence([undefined, found(1043, { taskId: 'task-1' })]),
      'closed',
    ],
    ['one document without an id fits', evidence([found(1042)]), 'closed'],
    ['two documents without an id fit', evidence([found(1042), found(1043)]), 'unknown'],
    ['a document without an id has another sum', evidence([found(1042, { totalMinor: 60_000 })]), 'not_closed'],
    ['a document without an id is of another kind', evidence([found(1042, { kind: 'sell_return' })]), 'not_closed'],
  ])('%s', (_, given, kind) => {
    expect(judge(sale, baseline, given).kind).toBe(kind);
  });

  test('a receipt left open is to be cancelled', () => {
    expect(judge(sale, baseline, evidence([], { receiptOpen: true }))).toEqual({
      kind: 'not_closed',
      openReceipt: true,
    });
  });

  test('a shift document is ours by its kind where the register keeps no id', () => {
    const verdict = judge(
      { id: 't', type: 'close_shift' },
      baseline,
      evidence([found(1042, { kind: 'close_shift', totalMinor: 0 })]),
    );
    expect(verdict.kind).toBe('closed');
  });
});
