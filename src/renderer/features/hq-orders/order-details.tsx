import { IconCloudUp } from '@tabler/icons-react';
import type { HqOrder } from '#shared/hq/hq.api.ts';
import { largestUnit, useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { FiscalDocumentFacts, FiscalRecordTag } from '../../ui/fiscal-record.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { delayOf, returnedOf } from './order.rules.ts';
import classes from './order-details.module.css';

export function OrderDetails({ row, timeZone }: { readonly row: HqOrder; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const { order, payments, refunds, receipts } = row;
  const money = (minor: number) => format.money(minor, { currency: order.currency });
  return (
    <div className={classes.details}>
      <section>
        <h2>{t('hq:order.lines')}</h2>
        <ul className={classes.lines}>
          {order.lines.map((line, index) => (
            // Lines of a placed order neither move nor change: the place is the identity.
            <li key={index}>
              <bdi className={classes.name}>{line.name}</bdi>
              <span className={classes.count}>
                {format.quantity(line.quantityMilli)} × {format.sum(line.priceMinor)}
                {line.discount === undefined ? null : (
                  <>
                    {' • '}
                    {t('receipt:discount', {
                      amount: format.sum(line.discount.lineMinor + line.discount.receiptMinor),
                    })}
                  </>
                )}
                {returnedOf(order, index) === 0 ? null : (
                  <>
                    {' • '}
                    {t('hq:order.returned', { quantity: format.quantity(returnedOf(order, index)) })}
                  </>
                )}
              </span>
              <bdi>{format.sum(line.totalMinor)}</bdi>
            </li>
          ))}
          <li className={classes.total}>
            <span className={classes.name}>{t('receipt:total')}</span>
            <span />
            <bdi>{money(order.totalMinor)}</bdi>
          </li>
        </ul>
        <h2>{t('hq:order.payments')}</h2>
        {payments.length === 0 ? (
          <p className={classes.quiet}>{t('hq:order.no_payments')}</p>
        ) : (
          <ul className={classes.lines}>
            {payments.map((payment) => (
              <li key={payment.id}>
                <span className={classes.name}>
                  {t(`hq:order.payment.${payment.kind}`)} • {t(`hq:order.method.${payment.method}`)}
                </span>
                <span className={classes.count}>{format.time(payment.confirmedAt)}</span>
                <bdi>{format.sum(payment.amountMinor)}</bdi>
              </li>
            ))}
          </ul>
        )}
        {refunds.map((refund) => (
          <p key={refund.id} className={classes.refund}>
            {t('hq:order.refund.why', { reason: t(`hq:order.refund.reason.${refund.reason}`) })}
            {refund.comment === undefined ? null : ` • ${refund.comment}`}
            <span className={classes.quiet}>
              {t('hq:order.refund.by', { operator: refund.operatorName, approver: refund.approvedBy })}
            </span>
          </p>
        ))}
        <p className={classes.times}>
          {t('hq:order.made', { date: format.dateTime(order.createdAt) })}
          {order.operatorName === undefined ? null : ` • ${t('hq:order.operator', { name: order.operatorName })}`}
        </p>
        <Delay row={row} />
      </section>
      <section>
        <h2>{t('hq:order.receipts')}</h2>
        {receipts.length === 0 ? <p className={classes.quiet}>{t('hq:order.no_receipts')}</p> : null}
        {receipts.map((record) => (
          <article key={record.id} className={classes.receipt}>
            <header>
              <strong>{t(`hq:fiscal.type.${record.type}`)}</strong>
              <FiscalRecordTag status={record.status} />
            </header>
            {record.errorText === undefined ? null : <p className={classes.fault}>{record.errorText}</p>}
            {record.document ? <FiscalDocumentFacts document={record.document} timeZone={timeZone} /> : null}
          </article>
        ))}
      </section>
    </div>
  );
}

/** An order made without a link arrives late: that is how the system works, and worth saying. */
function Delay({ row }: { readonly row: HqOrder }) {
  const t = useText();
  const delay = delayOf(row);
  if (delay === undefined) return null;
  const [count, unit] = largestUnit(delay);
  return (
    <StatusTag tone="info" icon={IconCloudUp}>
      {t(`hq:order.late.${unit}`, { count })}
    </StatusTag>
  );
}
