import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInn, isPersonalInn, maskInn } from './inn.ts';
import { formatPhone, maskEmail, maskPhone, parsePhone } from './phone.ts';
import { Phone } from './schemas.ts';

describe('INN', () => {
  const real = ['7707083893', '7736207543', '7830002293', '500100732259', '123456789047'];

  test.each(real)('%s is one', (inn) => {
    expect(isInn(inn)).toBe(true);
    expect(isPersonalInn(inn)).toBe(inn.length === 12);
  });

  test('one wrong digit shows in nearly every place', () => {
    for (const inn of real) {
      let caught = 0;
      let tried = 0;
      for (let place = 0; place < inn.length; place += 1) {
        for (let digit = 0; digit <= 9; digit += 1) {
          if (inn[place] === String(digit)) continue;
          tried += 1;
          if (!isInn(inn.slice(0, place) + digit + inn.slice(place + 1))) caught += 1;
        }
      }
      // The remainder 10 counts as 0, so a few changes are told by nobody.
      expect(caught / tried).toBeGreaterThan(0.9);
    }
  });

  test.each([
    '',
    '770708389',
    '77070838930',
    '0000000000',
    '000000000000',
    '770708389a',
    '７７０７０８３８９３',
    ' 7707083893',
  ])('%j is none', (text) => {
    expect(isInn(text)).toBe(false);
  });

  test('of ten random digits one in ten or eleven passes', () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), (digits) => {
        if (isInn(digits)) passed += 1;
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(passed / 2000).toBeGreaterThan(0.05);
    expect(passed / 2000).toBeLessThan(0.16);
  });

  test('shows its ends in a log', () => {
    expect(maskInn('123456789047')).toBe('1234****9047');
    expect(maskInn('7707083893')).toBe('7707****3893');
  });
});

describe('phone', () => {
  test.each([
    ['8 (900) 123-45-67', '+79001234567'],
    ['+7 900 123 45 67', '+79001234567'],
    ['79001234567', '+79001234567'],
    ['9001234567', '+79001234567'],
    ['+998 90 123 45 67', '+998901234567'],
    ['+1 (212) 555-0100', '+12125550100'],
  ])('%s is %s', (text, phone) => {
    expect(parsePhone(text)).toBe(phone);
    expect(Phone.parse(text)).toBe(phone);
  });

  test.each([
    '',
    '112',
    '8900123456',
    '+7900123456',
    '+790012345678',
    '2125550100',
    '+0 900 123 45 67',
    'телефон',
    '+1234567',
  ])('%j is none', (text) => {
    expect(parsePhone(text)).toBeUndefined();
    expect(Phone.safeParse(text).success).toBe(false);
  });

  test('read once is read for good, also as it is shown', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[78]? ?\(?9\d{2}\)? ?\d{3}-?\d{2}-?\d{2}$/), (typed) => {
        const phone = parsePhone(typed);
        if (phone === undefined) return;
        expect(parsePhone(phone)).toBe(phone);
        expect(parsePhone(formatPhone(phone))).toBe(phone);
      }),
    );
    expect(formatPhone('+79001234567')).toBe('+7 900 123-45-67');
  });

  test('and an e-mail show little of themselves', () => {
    expect(maskPhone('+79001234567')).toBe('+•••••••••67');
    expect(maskEmail('ivanov@mail.ru')).toBe('i•••@mail.ru');
  });
});
