import { expect, test } from 'vitest';
import { createTestCore } from '#test/doubles/core-double.ts';
import { plansOf } from '#test/doubles/plans.ts';
import { listErasedGuests, listGuests, listReceiptContacts } from './retention.repo.ts';

test('who is to be forgotten is found by an index, however many were here', () => {
  const { db } = createTestCore();
  const plans = plansOf(db, () => {
    listGuests(db, 0, 1);
    listErasedGuests(db, 1);
    listReceiptContacts(db);
  });
  expect(plans).toEqual([
    expect.stringContaining('visits_to_forget'),
    expect.stringContaining('journal_of_erased'),
    expect.stringContaining('fiscal_tasks_with_contact'),
  ]);
  for (const plan of plans) expect(plan).not.toContain('TEMP B-TREE');
});
