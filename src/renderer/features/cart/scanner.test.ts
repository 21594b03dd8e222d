import { describe, expect, it, test } from 'vitest';
import { feed, SCANNER_IDLE, type ScannerKey } from './scanner.ts';

const typed = (text: string, gap: number, from = 0): ScannerKey[] =>
  text.split('').map((char, index) => ({
    key: char,
    code: /\d/.test(char) ? `Digit${char}` : /[A-Za-z]/.test(char) ? `Key${char.toUpperCase()}` : '',
    at: from + index * gap,
  }));
/** A scanner pretends to be an American keyboard; the layout of the page may be Russian, where these keys make other signs. */
const scannedQr = (text: string): ScannerKey[] =>
  text.split('').flatMap((char, index): ScannerKey[] => {
    const at = index * 6;
    const shift = { key: 'Shift', code: 'ShiftLeft', shift: true, at };
    if (char === '&') return [shift, { key: '?', code: 'Digit7', shift: true, at: at + 3 }];
    if (char === '=') return [{ key: '=', code: 'Equal', shift: false, at }];
    if (char === '.') return [{ key: 'ю', code: 'Period', shift: false, at }];
    if (/[A-Z]/.test(char)) return [shift, { key: 'Е', code: `Key${char}`, shift: true, at: at + 3 }];
    if (/[a-z]/.test(char)) return [{ key: 'е', code: `Key${char.toUpperCase()}`, shift: false, at }];
    return [{ key: char, code: `Digit${char}`, shift: false, at }];
  });
const enter = (at: number): ScannerKey => ({ key: 'Enter', code: 'Enter', at });

/** Everything scanned in a run of keys. */
function scans(keys: readonly ScannerKey[]): string[] {
  let state = SCANNER_IDLE;
  const found: string[] = [];
  for (const key of keys) {
    const step = feed(state, key);
    state = step.state;
    if (step.kind === 'scanned') found.push(step.barcode);
  }
  return found;
}

describe('a scan', () => {
  test.each<[string, ScannerKey[], string[]]>([
    ['EAN-13 at 8 ms a key', [...typed('4607034376901', 8), enter(104)], ['4607034376901']],
    [
      'the QR of a receipt, whatever layout is on',
      [...scannedQr('t=20261121T1406&s=480.00&fn=9999078900005419&i=1042&fp=123&n=1'), enter(400)],
      ['T=20261121T1406&S=480.00&FN=9999078900005419&I=1042&FP=123&N=1'],
    ],
    ['a slow scanner', [...typed('46070343', 50), enter(400)], ['46070343']],
    ['a short in-house code', [...typed('A123', 10), enter(40)], ['A123']],
    [
      'two in a row',
      [...typed('11111111', 5), enter(40), ...typed('22222222', 5, 300), enter(340)],
      ['11111111', '22222222'],
    ],
    ['a hand on the keyboard', [...typed('46070343', 90), enter(720)], []],
    ['a hand, then Enter at once', [...typed('4607', 120), enter(361)], []],
    ['Enter long after a fast run', [...typed('4607034376901', 8), enter(2000)], []],
    ['three fast keys', [...typed('123', 5), enter(15)], []],
    [
      'a code after slow typing',
      [...typed('ab', 200), ...typed('4607034376901', 8, 1000), enter(1104)],
      ['4607034376901'],
    ],
    ['Enter alone', [enter(0)], []],
  ])('%s', (_, keys, expected) => {
    expect(scans(keys)).toEqual(expected);
  });
});

it('reads letters by their place, so a Russian layout does not spoil a code', () => {
  const keys: ScannerKey[] = [
    { key: 'Ф', code: 'KeyA', at: 0 },
    { key: 'И', code: 'KeyB', at: 5 },
    { key: '1', code: 'Numpad1', at: 10 },
    { key: '2', code: 'Digit2', at: 15 },
    { key: 'Tab', code: 'Tab', at: 20 },
  ];
  expect(scans(keys)).toEqual(['AB12']);
});

it('is not broken by Shift', () => {
  const keys = typed('ABCD', 8).flatMap((key) => [{ key: 'Shift', code: 'ShiftLeft', at: key.at - 1 }, key]);
  expect(scans([...keys, enter(32)])).toEqual(['ABCD']);
});

it('tells keys inside a burst from a shortcut', () => {
  const first = feed(SCANNER_IDLE, { key: '+', code: 'NumpadAdd', at: 0 });
  const second = feed(first.state, { key: '+', code: 'NumpadAdd', at: 8 });
  const later = feed(second.state, { key: '+', code: 'NumpadAdd', at: 300 });
  expect([first.kind, second.kind, later.kind]).toEqual(['typing', 'burst', 'typing']);
});
