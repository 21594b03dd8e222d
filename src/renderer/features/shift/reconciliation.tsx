/** Our records of a shift beside the register's counters; where they differ, why, line by line. */
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconCoins,
  IconFileAlert,
  IconHelpHexagon,
} from '@tabler/icons-react';
import { Fragment } from 'react';
import type { DifferenceCause, ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import type { Format } from '../../app/format.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { Notice } from '../../ui/notice.tsx';
import classes from './reconciliation.module.css';

export type Reading = Pick<ShiftReport, 'register' | 'ledger' | 'differences' | 'causes'>;

const ROWS = ['sell', 'sellReturn', 'cashIn', 'cashOut'] as const;
const MEASURES = ['count', 'totalMinor', 'cashMinor', 'cardMinor'] as const;
const SIDES = ['ledger', 'register'] as const;

export function Reconciliation({ reading }: { readonly reading: Reading }) {
  const t = useText();
  const format = useShopFormat();
  const differs = (row: string, measure: string) =>
    reading.differences.some((one) => one.row === row && one.measure === measure);
  return (
    <div className={classes.reconciliation}>
      {reading.differences.length === 0 ? (
        <Notice tone="good" icon={IconCheck}>
          {t('desk:reconcile.agrees')}
        </Notice>
      ) : (
        <Notice tone="warn" icon={IconAlertTriangle}>
          <strong className={classes.lead}>{t('desk:reconcile.differs')}</strong>
          <ul className={classes.causes}>
            {reading.causes.map((cause, index) => {
              const CauseIcon = ICONS[cause.kind];
              return (
                // A reading never changes: the place is the identity.
                <li key={index}>
                  <CauseIcon size={18} aria-hidden />
                  {causeText(t, format, cause)}
                </li>
              );
            })}
          </ul>
        </Notice>
      )}
      <table className={classes.table} aria-label={t('desk:reconcile.title')}>
        <thead>
          <tr>
            <th scope="col">{t('desk:reconcile.operation')}</th>
            <th scope="col">{t('desk:reconcile.source')}</th>
            {MEASURES.map((measure) => (
              <th key={measure} scope="col" className={classes.number}>
                {t(`desk:reconcile.measure.${measure}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map((row) => (
            <Fragment key={row}>
              {SIDES.map((side) => (
                <tr key={side} data-side={side}>
                  {side === 'ledger' ? (
                    <th scope="rowgroup" rowSpan={2}>
                      {t(`desk:reconcile.row.${row}`)}
                    </th>
                  ) : null}
                  <td className={classes.side}>{t(`desk:reconcile.side.${side}`)}</td>
                  {MEASURES.map((measure) => {
                    const values: Readonly<Record<string, number>> = reading[side][row];
                    const value = values[measure];
                    const isOff = side === 'register' && differs(row, measure);
                    return (
                      <td key={measure} className={classes.number} data-off={isOff || undefined}>
                        {value === undefined ? null : measure === 'count' ? format.number(value) : format.sum(value)}
                        {isOff ? <span className="visually-hidden">{t('desk:reconcile.off')}</span> : null}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ICONS: Readonly<Record<DifferenceCause['kind'], Icon>> = {
  foreign_document: IconFileAlert,
  unknown_task: IconHelpHexagon,
  missing_document: IconFileAlert,
  foreign_cash: IconCoins,
  unexplained: IconHelpHexagon,
};

function causeText(t: Text, format: Format, cause: DifferenceCause): string {
  const amount = format.money(Math.abs(cause.totalMinor));
  switch (cause.kind) {
    case 'foreign_document':
      return t(`desk:cause.foreign_document.${cause.receiptKind}`, { number: cause.fiscalDocumentNumber, amount });
    case 'unknown_task':
      return t('desk:cause.unknown_task', { amount });
    case 'missing_document':
      return t('desk:cause.missing_document', { number: cause.fiscalDocumentNumber, amount });
    case 'foreign_cash':
      return t(`desk:cause.foreign_cash.${cause.direction}`, { count: Math.abs(cause.count), amount });
    case 'unexplained':
      return t(`desk:cause.unexplained.${cause.row}`, { amount });
    default:
      return unreachable(cause);
  }
}
