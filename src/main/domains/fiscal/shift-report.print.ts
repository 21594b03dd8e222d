/** A shift report as lines of text for the register's printer. */
import type { ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { minorToDecimal } from '#shared/kernel/money.ts';
import { wallTimeIn } from '#shared/kernel/wall-time.ts';

/** Narrow enough for every roll of 57 mm. */
const WIDTH = 32;

const pad = (value: number): string => String(value).padStart(2, '0');
const pair = (name: string, value: string): string =>
  `${name}${' '.repeat(Math.max(1, WIDTH - name.length - value.length))}${value}`;
const money = (minor: number): string => minorToDecimal(minor);

/** Printed paper is in Russian, as the documents beside it are by law. */
export function reportLines(report: ShiftReport, timeZone: string): string[] {
  const { year, month, day, hour, minute } = wallTimeIn(timeZone, report.at);
  const receipts = (name: string, row: 'sell' | 'sellReturn') => {
    const { count, totalMinor, cashMinor, cardMinor } = report.register[row];
    return [
      pair(`${name}: ${count}`, money(totalMinor)),
      pair('  наличными', money(cashMinor)),
      pair('  картой', money(cardMinor)),
    ];
  };
  const cash = (name: string, row: 'cashIn' | 'cashOut') => {
    const { count, totalMinor } = report.register[row];
    return pair(`${name}: ${count}`, money(totalMinor));
  };
  const last = report.counts.at(-1);
  return [
    report.kind === 'z' ? 'ОТЧЁТ О ЗАКРЫТИИ СМЕНЫ (КОПИЯ)' : 'ОТЧЁТ БЕЗ ГАШЕНИЯ X (КОПИЯ)',
    pair(`Смена ${report.shiftNumber}`, `${pad(day)}.${pad(month)}.${year} ${pad(hour)}:${pad(minute)}`),
    `Кассир ${report.operatorName}`.slice(0, WIDTH),
    pair('ККТ', report.kktSerial),
    ...(report.fiscalDocumentNumber === undefined
      ? []
      : [pair(`ФД ${report.fiscalDocumentNumber}`, `ФП ${report.fiscalSign ?? ''}`)]),
    '-'.repeat(WIDTH),
    ...receipts('Приход', 'sell'),
    ...receipts('Возврат прихода', 'sellReturn'),
    cash('Внесения', 'cashIn'),
    cash('Выплаты', 'cashOut'),
    pair('В денежном ящике', money(report.drawerMinor)),
    ...(last === undefined
      ? []
      : [
          pair('Пересчитано', money(last.countedMinor)),
          pair('Расхождение', money(last.countedMinor - last.expectedMinor)),
        ]),
    report.differences.length === 0
      ? 'С учётной системой сходится'
      : `Расхождений с учётом: ${report.differences.length}`,
  ];
}
