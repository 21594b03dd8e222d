import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fiscalQr } from './fiscal.rules.ts';
import { readReceiptQr } from './fiscal-qr.rules.ts';

const QR = 't=20261121T1406&s=480.00&fn=9999078900005419&i=1042&fp=0123456789&n=1';
const READ = {
  fnNumber: '9999078900005419',
  fiscalDocumentNumber: 1042,
  fiscalSign: '0123456789',
  totalMinor: 48_000,
  operation: 'sell',
};

test.each([
  ['as it is printed', QR, READ],
  ['in capitals, as a scanner types it', QR.toUpperCase(), READ],
  ['in another order, with seconds and a line end', `n=1&fp=0123456789&${QR.replace('&n=1', '')}\r`, READ],
  ['of a return', QR.replace('n=1', 'n=2'), { ...READ, operation: 'sell_return' }],
  ['without kopecks', QR.replace('480.00', '480'), READ],
])('a receipt’s code is read %s', (_name, text, read) => {
  expect(readReceiptQr(text)).toEqual(read);
});

test.each([
  ['a barcode', '4600000010001'],
  ['an address', 'https://example.ru/?fn=9999078900005419&i=1&fp=1&s=1.00&n=1'],
  ['a short memory number', QR.replace('9999078900005419', '999')],
  ['no sign', QR.replace('fp=0123456789', 'fp=')],
  ['an operation that is none', QR.replace('n=1', 'n=7')],
  ['nothing', ''],
])('%s is none', (_name, text) => {
  expect(readReceiptQr(text)).toBeUndefined();
});

test('whatever a register writes is read back', () => {
  fc.assert(
    fc.property(
      fc.record({
        totalMinor: fc.nat({ max: 100_000_000_000 }),
        fiscalDocumentNumber: fc.integer({ min: 1, max: 2_000_000_000 }),
        fiscalSign: fc.stringMatching(/^\d{1,10}$/),
        fnNumber: fc.stringMatching(/^\d{16}$/),
      }),
      fc.constantFrom('sell', 'sell_return'),
      (document, kind) => {
        const wallTime = { year: 2026, month: 11, day: 21, hour: 14, minute: 6 };
        const { totalMinor, fiscalDocumentNumber, fiscalSign, fnNumber } = document;
        expect(readReceiptQr(fiscalQr({ ...document, wallTime, kind }).toUpperCase())).toEqual({
          totalMinor,
          fiscalDocumentNumber,
          fiscalSign,
          fnNumber,
          operation: kind,
        });
      },
    ),
  );
});
