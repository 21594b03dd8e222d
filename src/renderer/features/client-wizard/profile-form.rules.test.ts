import { describe, expect, it, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import { unsaved } from './autosave.rules.ts';
import { profileEdit, readProfile, showProfile } from './profile-form.rules.ts';

const CLIENT: Client = {
  id: '0190a000-0000-7000-8000-000000000050',
  shopId: '0190a000-0000-7000-8000-000000000002',
  name: 'Смирнова Елена',
  phone: '+79001234567',
  registrationAddress: '101000, г. Москва, ул. Лесная, д. 12, кв. 40',
  phones: [],
  tags: [],
  status: 'new',
  createdAt: 1,
  updatedAt: 1,
};
const NOW = showProfile(CLIENT);

/** What is saved of what was typed. */
function saved(typed: Record<string, string>, now = NOW) {
  const texts = { ...now, ...typed };
  const { set, wrong } = unsaved(typed, now, readProfile(texts));
  return { edit: profileEdit(set, texts), wrong };
}

it('shows the address in fields', () => {
  expect(NOW).toMatchObject({ postal: '101000', city: 'Москва', street: 'Лесная', house: '12', apartment: '40' });
});

describe('what is saved', () => {
  test('nothing that reads the same', () => {
    expect(saved({ name: ' Смирнова Елена', phone: '8 900 123-45-67', street: 'Лесная ' })).toEqual({
      edit: {},
      wrong: [],
    });
  });
  test('one part of the address makes the whole line', () => {
    expect(saved({ apartment: '41' }).edit).toEqual({
      registrationAddress: '101000, г. Москва, ул. Лесная, д. 12, кв. 41',
    });
  });
  test('AM-04 a phone of other than ten digits, an address that is a city alone', () => {
    expect(saved({ phone: '+7999' })).toEqual({ edit: {}, wrong: ['phone'] });
    const empty = showProfile({ ...CLIENT, registrationAddress: undefined });
    expect(saved({ city: 'Москва' }, empty)).toEqual({ edit: {}, wrong: ['city'] });
    expect(saved({ city: 'Москва', street: 'Тверская' }, empty)).toEqual({
      edit: { registrationAddress: 'г. Москва, ул. Тверская' },
      wrong: [],
    });
  });
  test('a name cannot be emptied, a comment can', () => {
    expect(saved({ name: ' ', comment: '' }, { ...NOW, comment: 'утром' })).toEqual({
      edit: { comment: null },
      wrong: ['name'],
    });
  });
  test('an address is emptied whole', () => {
    const none = { postal: '', region: '', city: '', street: '', house: '', apartment: '' };
    expect(saved(none).edit).toEqual({ registrationAddress: null });
  });
});
