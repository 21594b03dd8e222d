/** The QR code of a receipt as a scanner reads it back. What writes it is `fiscalQr` of `fiscal.rules.ts`. */
import type { FiscalDocument } from './fiscal.schema.ts';

/** Tag 1054: what the receipt is of. */
export type ReceiptOperation = 'sell' | 'sell_return' | 'buy' | 'buy_return';

export interface ReceiptQr extends Pick<FiscalDocument, 'fnNumber' | 'fiscalDocumentNumber' | 'fiscalSign'> {
  readonly totalMinor: number;
  readonly operation: ReceiptOperation;
}

const OPERATIONS: Readonly<Record<string, ReceiptOperation>> = {
  '1': 'sell',
  '2': 'sell_return',
  '3': 'buy',
  '4': 'buy_return',
};

/** Reads `t=20261121T1406&s=480.00&fn=…&i=…&fp=…&n=1` in any case; undefined when the text is no receipt's code. */
export function readReceiptQr(text: string): ReceiptQr | undefined {
  const members = new Map(
    text
      .trim()
      .toLowerCase()
      .split('&')
      .map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)];
      }),
  );
  const fn = members.get('fn') ?? '';
  const number = members.get('i') ?? '';
  const sign = members.get('fp') ?? '';
  const sum = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(members.get('s') ?? '');
  const operation = OPERATIONS[members.get('n') ?? ''];
  const isReceipt = /^\d{16}$/.test(fn) && /^[1-9]\d{0,9}$/.test(number) && /^\d{1,10}$/.test(sign);
  if (!isReceipt || sum?.[1] === undefined || operation === undefined) return undefined;
  return {
    fnNumber: fn,
    fiscalDocumentNumber: Number(number),
    fiscalSign: sign,
    totalMinor: Number(sum[1]) * 100 + Number((sum[2] ?? '').padEnd(2, '0')),
    operation,
  };
}
