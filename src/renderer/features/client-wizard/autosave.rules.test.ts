import { describe, expect, it, test } from 'vitest';
import { overtaken, settled, unsaved } from './autosave.rules.ts';

/** A name must be there; a phone is digits; the rest may be emptied. */
const read = (field: string, text: string): unknown => {
  const trimmed = text.trim();
  if (field === 'name') return trimmed === '' ? undefined : trimmed;
  if (trimmed === '') return null;
  return field === 'phone' && !/^\d{10}$/.test(trimmed) ? undefined : trimmed;
};
const NOW = { name: 'Анна', phone: '9001234567', comment: '' };

describe('what is saved', () => {
  test('only what reads otherwise than the file', () => {
    expect(unsaved({ name: 'Анна ', phone: '9001112233', comment: ' ' }, NOW, read)).toEqual({
      set: { phone: '9001112233' },
      wrong: [],
    });
  });
  test('an emptied field is said to be empty', () => {
    expect(unsaved({ phone: '' }, NOW, read)).toEqual({ set: { phone: null }, wrong: [] });
  });
  test('what cannot be held is named and does not stop the rest', () => {
    expect(unsaved({ phone: '900', name: 'Инна' }, NOW, read)).toEqual({ set: { name: 'Инна' }, wrong: ['phone'] });
  });
  test('a field that the file holds nothing of', () => {
    expect(unsaved({ email: 'a@b.ru' }, NOW, read)).toEqual({ set: { email: 'a@b.ru' }, wrong: [] });
  });
});

it('lets go what the file holds, and nothing under the hand that types', () => {
  expect(settled({ name: 'Анна ' }, NOW, read, undefined)).toEqual(['name']);
  expect(settled({ name: 'Анна ' }, NOW, read, 'name')).toEqual([]);
  expect(settled({ name: 'Анна' }, NOW, read, 'name')).toEqual(['name']);
  expect(settled({ name: 'Инна', phone: '900' }, NOW, read, undefined)).toEqual([]);
});

describe('AM-06 what somebody else changed under the hand that types', () => {
  const basis = { was: NOW, sent: {} };
  const typed = { name: 'Инна' };
  test('the same field is disputed, another one is not', () => {
    expect(overtaken(basis, { typed, now: { ...NOW, name: 'Яна' }, read })).toEqual(['name']);
    expect(overtaken(basis, { typed, now: { ...NOW, comment: 'Звонить утром' }, read })).toEqual([]);
  });
  test('nobody disputes one’s own words, nor the same ones', () => {
    expect(overtaken({ was: NOW, sent: { name: 'Ин' } }, { typed, now: { ...NOW, name: 'Ин' }, read })).toEqual([]);
    expect(overtaken(basis, { typed: { name: 'Яна ' }, now: { ...NOW, name: 'Яна' }, read })).toEqual([]);
  });
  test('a part of an address is disputed with the whole of it', () => {
    const whole = ['city', 'street'];
    const was = { ...NOW, city: 'Москва', street: 'Лесная' };
    const now = { ...was, street: 'Полевая' };
    expect(overtaken({ was, sent: {} }, { typed: { city: 'Тверь' }, now, read, whole })).toEqual(['street']);
    expect(overtaken({ was, sent: {} }, { typed, now, read, whole })).toEqual([]);
  });
  test('what is masked cannot be compared: whatever is there may be somebody else’s', () => {
    const meanwhile = { typed: { series: '4509', number: '123456' }, now: {}, read, masked: { series: '••••' } };
    expect(overtaken({ was: {}, sent: {} }, meanwhile)).toEqual(['series']);
  });
});
