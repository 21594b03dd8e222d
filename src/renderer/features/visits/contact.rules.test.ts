import { describe, expect, it } from 'vitest';
import {
  type ContactDraft,
  emptyDraft,
  erase,
  readContact,
  showPhone,
  typeInto,
  withDomain,
  withPhone,
} from './contact.rules.ts';

const email = emptyDraft({});
const phone: ContactDraft = { ...email, way: 'phone' };
const typed = (draft: ContactDraft, text: string) => text.split('').reduce(typeInto, draft);

describe('e-mail', () => {
  it('reads an address typed key by key', () => {
    expect(readContact(typed(email, 'Anna@Example.ru'))).toEqual({ email: 'anna@example.ru' });
  });
  it('is no address until it is whole', () => {
    expect(readContact(typed(email, 'anna@'))).toBeUndefined();
    expect(readContact(email)).toBeUndefined();
  });
  it('lets a domain key replace the domain', () => {
    const first = withDomain(typed(email, 'anna'), 'mail.ru');
    expect(first.email).toBe('anna@mail.ru');
    expect(withDomain(first, 'gmail.com').email).toBe('anna@gmail.com');
  });
  it('erases from the end', () => {
    expect(erase(typed(email, 'ab')).email).toBe('a');
    expect(erase(email).email).toBe('');
  });
});

describe('phone', () => {
  it('starts as Russian and stops at eleven digits', () => {
    const whole = typed(phone, '90012345678888');
    expect(whole.phone).toBe('+79001234567');
    expect(readContact(whole)).toEqual({ phone: '+79001234567' });
  });
  it('forgives the 8 in front', () => {
    expect(typed(phone, '89001234567').phone).toBe('+79001234567');
    expect(withPhone(phone, '8 (900) 123-45-67').phone).toBe('+79001234567');
  });
  it('takes another country once the 7 is erased', () => {
    const other = typed(erase(phone), '972501234567');
    expect(readContact(other)).toEqual({ phone: '+972501234567' });
  });
  it('never loses its plus', () => {
    expect(erase(erase(erase(phone))).phone).toBe('+');
  });
  it.each([
    ['+7', '+7'],
    ['+79', '+7 9'],
    ['+7900', '+7 900'],
    ['+79001', '+7 900 1'],
    ['+790012345', '+7 900 123-45'],
    ['+79001234567', '+7 900 123-45-67'],
    ['+97250', '+97250'],
  ])('shows %s as %s', (raw, shown) => {
    expect(showPhone(raw)).toBe(shown);
  });
});
