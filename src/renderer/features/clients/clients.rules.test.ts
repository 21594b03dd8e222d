import { describe, expect, it, test } from 'vitest';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import { type Draft, draftOf, EMPTY_DRAFT, nextTab, overtaken, readDraft, TABS } from './clients.rules.ts';

test.each([
  ['new', 1, 'processed'],
  ['in_work', 1, 'new'],
  ['new', -1, 'in_work'],
] as const)('from %s by %d to %s', (from, by, to) => {
  expect(nextTab(from, by)).toBe(to);
});

it('has every tab there is', () => {
  expect([...TABS].toSorted()).toEqual([...ClientTab.options].toSorted());
});

const OPENED: Draft = draftOf({
  id: '0190a000-0000-7000-8000-000000000050',
  shopId: '0190a000-0000-7000-8000-000000000002',
  name: 'Смирнова Елена',
  phone: '+79001234567',
  comment: 'утром',
  phones: [],
  tags: ['опт'],
  status: 'new',
  createdAt: 1,
  updatedAt: 1,
});

describe('a form read back', () => {
  test('says nothing of what was let be, however it is shown', () => {
    expect(readDraft(OPENED, OPENED)).toMatchObject({ isGood: true, isChanged: false, set: {} });
    expect(readDraft({ ...OPENED, name: ' Смирнова Елена ' }, OPENED)).toMatchObject({ isChanged: false });
  });

  test('says what was changed, emptied, added and taken off', () => {
    const draft = { ...OPENED, phone: '8 900 111 22 33', comment: ' ', email: 'a@b.ru', tags: ['vip'] };
    expect(readDraft(draft, OPENED)).toEqual({
      isGood: true,
      isChanged: true,
      set: { phone: '+79001112233', comment: null, email: 'a@b.ru' },
      addTags: ['vip'],
      removeTags: ['опт'],
    });
  });

  test.each([
    ['name', { name: ' ' }],
    ['phone', { phone: '123' }],
    ['email', { email: 'не почта' }],
    ['tags', { tags: ['м'.repeat(33)] }],
  ] as const)('names the wrong field: %s', (field, changes) => {
    expect(readDraft({ ...OPENED, ...changes }, OPENED)).toEqual({ isGood: false, wrong: [field] });
  });

  test('a new file needs its name only', () => {
    expect(readDraft(EMPTY_DRAFT, EMPTY_DRAFT)).toEqual({ isGood: false, wrong: ['name'] });
    expect(readDraft({ ...EMPTY_DRAFT, name: 'Анна' }, EMPTY_DRAFT)).toMatchObject({
      isGood: true,
      set: { name: 'Анна' },
    });
  });
});

test('a field is overtaken when somebody else wrote another value into it meanwhile', () => {
  const mine = { ...OPENED, comment: 'вечером', name: 'Смирнова Е.' };
  expect(overtaken(mine, OPENED, OPENED)).toEqual([]);
  expect(overtaken(mine, OPENED, { ...OPENED, email: 'a@b.ru', comment: 'ночью' })).toEqual(['comment']);
  expect(overtaken(mine, OPENED, { ...OPENED, comment: 'вечером' })).toEqual([]);
});
