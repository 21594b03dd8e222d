/** A receipt that looks like one: what was sold, how it was paid, and what the fiscal memory says of it. */
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { useFormat } from '../app/format.ts';
import { useText } from '../app/i18n/i18n.ts';
import { PaperHead, type PaperShop } from './paper-head.tsx';
import { QrCode } from './qr-code.tsx';
import classes from './receipt-paper.module.css';

export interface ReceiptPaperProps {
  readonly kind: 'sale' | 'refund';
  readonly shop?: PaperShop & { readonly timeZone: string };
  readonly orderNumber?: string;
  readonly lines: readonly Pick<
    OrderLine,
    'name' | 'priceMinor' | 'quantityMilli' | 'totalMinor' | 'vat' | 'discount'
  >[];
  readonly totalMinor: number;
  readonly tenders: readonly { readonly type: 'cash' | 'card'; readonly sumMinor: number }[];
  readonly operatorName?: string;
  /** Absent while the register has not closed it. */
  readonly document?: FiscalDocument;
  /** What is said in its place; that it is being printed, unless said otherwise. */
  readonly pending?: string;
}

export function ReceiptPaper(props: ReceiptPaperProps) {
  const { kind, shop, lines, totalMinor, tenders, operatorName, document, orderNumber, pending } = props;
  const t = useText();
  const format = useFormat(shop?.timeZone);
  return (
    <article className={classes.paper} aria-label={t('receipt:title')}>
      <PaperHead shop={shop} />
      <p className={classes.kind}>
        {t(`receipt:kind.${kind}`)}
        {orderNumber === undefined ? null : <bdi className={classes.number}>{orderNumber}</bdi>}
      </p>
      <ul className={classes.lines}>
        {lines.map((line, index) => (
          // Lines of a closed receipt neither move nor change: the place is the identity.
          <li key={index} className={classes.line}>
            <bdi className={classes.name}>{line.name}</bdi>
            <span className={classes.count}>
              <bdi>
                {format.quantity(line.quantityMilli)} × {format.sum(line.priceMinor)}
              </bdi>
            </span>
            <bdi className={classes.sum}>{format.sum(line.totalMinor)}</bdi>
            {line.discount === undefined ? null : (
              <span className={classes.off}>
                {t('receipt:discount', { amount: format.sum(line.discount.lineMinor + line.discount.receiptMinor) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      <dl className={classes.totals}>
        <div className={classes.total}>
          <dt>{t('receipt:total')}</dt>
          <dd>
            <bdi>{format.money(totalMinor)}</bdi>
          </dd>
        </div>
        {tenders.map((tender, index) => (
          <Row key={index} name={t(`receipt:tender.${tender.type}`)} value={format.sum(tender.sumMinor)} />
        ))}
        {operatorName === undefined ? null : <Row name={t('receipt:operator')} value={operatorName} />}
      </dl>
      {document ? (
        <footer className={classes.fiscal}>
          <dl className={classes.facts}>
            <Row name={t('receipt:date')} value={format.dateTime(document.fiscalAt)} />
            <Row name={t('receipt:shift')} value={String(document.shiftNumber)} />
            <Row name={t('receipt:kkt')} value={document.registrationNumber} />
            <Row name={t('receipt:fn')} value={document.fnNumber} />
            <Row name={t('receipt:fd')} value={String(document.fiscalDocumentNumber)} />
            <Row name={t('receipt:fp')} value={document.fiscalSign} />
          </dl>
          {document.qr === undefined ? null : (
            <QrCode className={classes.qr ?? ''} text={document.qr} label={t('receipt:qr')} />
          )}
        </footer>
      ) : (
        <p className={classes.pending}>{pending ?? t('receipt:pending')}</p>
      )}
    </article>
  );
}

function Row({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes.row}>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}
