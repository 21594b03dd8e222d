/** How documents look on paper: 42 characters a line, as on an 80 mm printer. */

import type { WallTime } from '#shared/kernel/wall-time.ts';
import { CASH, type Counters, type FnDocument, type Identity, type Total } from './model.ts';
import { findTag, type Tlv, tagGroup, tagNumber, tagText } from './tags.ts';
import { wallCompact, wallText } from './wall-time.ts';

const WIDTH = 42;
const RULE = '-'.repeat(WIDTH);

export interface Layout {
  readonly lines: readonly string[];
  readonly qr?: string;
}

const money = (minor: number): string => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
const quantity = (milli: number): string => String(milli / 1000);
const center = (text: string): string => ' '.repeat(Math.max(0, Math.floor((WIDTH - text.length) / 2))) + text;

/** Left and right ends of one line; the right end goes to the next line when both do not fit. */
function ends(left: string, right: string): string[] {
  const gap = WIDTH - left.length - right.length;
  return gap >= 1 ? [left + ' '.repeat(gap) + right] : [...wrap(left), right.padStart(WIDTH)];
}

/** Cuts at words; a word longer than the line is cut anywhere. */
export function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= WIDTH) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    for (; rest.length > WIDTH; rest = rest.slice(WIDTH)) lines.push(rest.slice(0, WIDTH));
    line = rest;
  }
  if (line !== '') lines.push(line);
  return lines;
}

const RECEIPT_NAMES = new Map([
  [1, 'ПРИХОД'],
  [2, 'ВОЗВРАТ ПРИХОДА'],
  [4, 'РАСХОД'],
  [5, 'ВОЗВРАТ РАСХОДА'],
]);
const PAYMENT_NAMES = ['НАЛИЧНЫМИ', 'БЕЗНАЛИЧНЫМИ', 'ПРЕДОПЛАТА (АВАНС)', 'ПОСЛЕДУЮЩАЯ ОПЛАТА (КРЕДИТ)', 'ИНАЯ ФОРМА'];
const TAXATION_NAMES = new Map([
  [1, 'ОСН'],
  [2, 'УСН доход'],
  [4, 'УСН доход - расход'],
  [16, 'ЕСХН'],
  [32, 'Патент'],
]);
/** By tag 1199. */
export const VAT_NAMES = new Map([
  [1, 'НДС 20%'],
  [2, 'НДС 10%'],
  [3, 'НДС 20/120'],
  [4, 'НДС 10/110'],
  [5, 'НДС 0%'],
  [6, 'НДС не облагается'],
  [7, 'НДС 5%'],
  [8, 'НДС 7%'],
  [9, 'НДС 5/105'],
  [10, 'НДС 7/107'],
  [11, 'НДС 22%'],
  [12, 'НДС 22/122'],
]);
const METHOD_NAMES = [
  '',
  'ПРЕДОПЛАТА 100%',
  'ПРЕДОПЛАТА',
  'АВАНС',
  'ПОЛНЫЙ РАСЧЕТ',
  'ЧАСТИЧНЫЙ РАСЧЕТ И КРЕДИТ',
  'ПЕРЕДАЧА В КРЕДИТ',
  'ОПЛАТА КРЕДИТА',
];
const OBJECT_NAMES = new Map([
  [1, 'ТОВАР'],
  [2, 'ПОДАКЦИЗНЫЙ ТОВАР'],
  [3, 'РАБОТА'],
  [4, 'УСЛУГА'],
  [10, 'ПЛАТЕЖ'],
  [12, 'СОСТАВНОЙ ПРЕДМЕТ РАСЧЕТА'],
  [13, 'ИНОЙ ПРЕДМЕТ РАСЧЕТА'],
]);
const VAT_TOTALS = new Map([
  [1102, 'СУММА НДС 20%'],
  [1103, 'СУММА НДС 10%'],
  [1104, 'СУММА С НДС 0%'],
  [1105, 'СУММА БЕЗ НДС'],
  [1106, 'СУММА НДС 20/120'],
  [1107, 'СУММА НДС 10/110'],
]);

const heading = (identity: Identity): string[] => [
  ...wrap(identity.organisation).map(center),
  ...wrap(identity.address).map(center),
  ...wrap(identity.place).map(center),
];

const footer = (identity: Identity, document: FnDocument): string[] => [
  ...ends(`ИНН ${identity.vatin}`, `РН ККТ ${identity.registrationNumber.trim()}`),
  ...ends(`ФН ${identity.fnSerial}`, wallText(document.wall)),
  ...ends(`ФД ${document.number}`, `ФП ${document.sign}`),
  ...ends(`ЗН ККТ ${identity.kktSerial}`, 'ФФД 1.2'),
];

/** The fiscal QR text of 54-FZ; tag 1054 numbers the kinds 1 to 4 while the driver skips 3. */
export const qrText = (document: FnDocument, identity: Identity): string =>
  [
    `t=${wallCompact(document.wall)}`,
    `s=${money(document.totalMinor)}`,
    `fn=${identity.fnSerial}`,
    `i=${document.number}`,
    `fp=${document.sign}`,
    `n=${tagNumber(document.tlvs, 1054)}`,
  ].join('&');

function itemLines(item: readonly Tlv[]): string[] {
  const vat = tagNumber(item, 1199);
  const vatSum = findTag(item, 1200);
  return [
    ...wrap(tagText(item, 1030)),
    ...ends(
      `  ${quantity(tagNumber(item, 1023))} x ${money(tagNumber(item, 1079))}`,
      `=${money(tagNumber(item, 1043))}`,
    ),
    ...(vatSum === undefined
      ? [`  ${VAT_NAMES.get(vat) ?? ''}`]
      : ends(`  ${VAT_NAMES.get(vat) ?? ''}`, `=${money(tagNumber(item, 1200))}`)),
    `  ${OBJECT_NAMES.get(tagNumber(item, 1212)) ?? ''}, ${METHOD_NAMES[tagNumber(item, 1214)] ?? ''}`.slice(0, WIDTH),
  ];
}

function vatTotalLines(tlvs: readonly Tlv[]): string[] {
  const plain = tlvs.flatMap((tlv) => {
    const name = VAT_TOTALS.get(tlv.tag);
    return name === undefined ? [] : ends(name, `=${money(tagNumber([tlv], tlv.tag))}`);
  });
  const grouped = tlvs
    .filter((tlv) => tlv.tag === 1115)
    .flatMap(tagGroup)
    .flatMap((entry) => {
      const group = tagGroup(entry);
      return ends(`СУММА ${VAT_NAMES.get(tagNumber(group, 1199)) ?? ''}`, `=${money(tagNumber(group, 1120))}`);
    });
  return [...plain, ...grouped];
}

function userLines(tlvs: readonly Tlv[]): string[] {
  return tlvs.flatMap((tlv) => {
    if (tlv.notPrinted === true) return [];
    if (tlv.tag === 1192) return wrap(`ДОП. РЕКВИЗИТ: ${tagText([tlv], 1192)}`);
    return tlv.tag === 1084 ? ends(tagText(tagGroup(tlv), 1085), tagText(tagGroup(tlv), 1086)) : [];
  });
}

function receiptLines(document: FnDocument): string[] {
  const { tlvs } = document;
  const taxation = TAXATION_NAMES.get(tagNumber(tlvs, 1055));
  const contact = tagText(tlvs, 1008);
  return [
    center('КАССОВЫЙ ЧЕК'),
    center(RECEIPT_NAMES.get(document.receiptType ?? 0) ?? ''),
    ...ends(`СМЕНА ${document.shift}`, `ЧЕК ${document.receiptNumber ?? ''}`),
    ...wrap(`КАССИР ${tagText(tlvs, 1021)}`),
    RULE,
    ...tlvs.filter((tlv) => tlv.tag === 1059).flatMap((item) => itemLines(tagGroup(item))),
    RULE,
    ...ends('ИТОГ', `=${money(document.totalMinor)}`),
    ...document.payments.flatMap(({ type, sumMinor }) => ends(`  ${PAYMENT_NAMES[type] ?? ''}`, `=${money(sumMinor)}`)),
    ...vatTotalLines(tlvs),
    ...(taxation === undefined ? [] : ends('СНО', taxation)),
    ...(contact === '' ? [] : wrap(`ЭЛ. АДР. ПОКУПАТЕЛЯ ${contact}`)),
    ...userLines(tlvs),
    RULE,
  ];
}

const totalLine = (name: string, total: Total | undefined): string[] =>
  ends(`${name}  ${total?.count ?? 0}`, `=${money(total?.sumMinor ?? 0)}`);

/** The counters of a shift, as X and closing reports list them. */
export function counterLines(counters: Counters, cashMinor: number): string[] {
  const receipts = [...RECEIPT_NAMES].flatMap(([type, name]) => {
    const total = counters.receipts[type];
    if (total === undefined) return [];
    const payments = PAYMENT_NAMES.flatMap((payment, index) => {
      const sum = counters.payments[`${type}:${index}`];
      return sum === undefined ? [] : totalLine(`  ${payment}`, sum);
    });
    return [...totalLine(name, total), ...payments];
  });
  return [
    ...receipts,
    ...totalLine('ВНЕСЕНИЯ', counters.cashIn),
    ...totalLine('ВЫПЛАТЫ', counters.cashOut),
    ...ends('НАЛИЧНЫХ В ККТ', `=${money(cashMinor)}`),
  ];
}

export function layoutDocument(document: FnDocument, identity: Identity): Layout {
  const head = heading(identity);
  const foot = footer(identity, document);
  const cashier = wrap(`КАССИР ${tagText(document.tlvs, 1021)}`);
  switch (document.kind) {
    case 'receipt':
      return { lines: [...head, RULE, ...receiptLines(document), ...foot], qr: qrText(document, identity) };
    case 'open_shift':
      return {
        lines: [
          ...head,
          RULE,
          center('ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ'),
          center(`СМЕНА ${document.shift}`),
          ...cashier,
          RULE,
          ...foot,
        ],
      };
    case 'close_shift':
      return {
        lines: [
          ...head,
          RULE,
          center('ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ'),
          center(`СМЕНА ${document.shift}`),
          ...cashier,
          RULE,
          ...(document.totals === undefined ? [] : counterLines(document.totals.counters, document.totals.cashMinor)),
          RULE,
          ...foot,
        ],
      };
  }
}

/** A slip that is no fiscal document: a title, lines, the time. */
export const layoutNotice = (identity: Identity, wall: WallTime, title: string, lines: readonly string[]): Layout => ({
  lines: [...heading(identity), RULE, center(title), wallText(wall).padStart(WIDTH), ...lines],
});

export const layoutCash = (identity: Identity, wall: WallTime, incoming: boolean, minor: number): Layout =>
  layoutNotice(identity, wall, incoming ? 'ВНЕСЕНИЕ' : 'ВЫПЛАТА', ends(PAYMENT_NAMES[CASH] ?? '', `=${money(minor)}`));
