/** One order in a list: all of it opens the card, and its button marks it. */
import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PartnerOrder } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import classes from './order-row.module.css';
import { OrderStatusTag } from './order-status.tsx';
import { Thumbnail } from './photo.tsx';

/** The class of the frame of a list of these. */
export const listClass = classes.list;

export function OrderHead() {
  const t = useText();
  return (
    <>
      <span>{t('partner:order.time')}</span>
      <span>{t('partner:order.photo')}</span>
      <span>{t('partner:order.customer')}</span>
      <span>{t('partner:order.kiosk')}</span>
      <span>{t('partner:order.state')}</span>
      <span />
    </>
  );
}

export function OrderRow({
  order,
  isFresh = false,
  isOpen,
  onOpen,
  children,
}: {
  readonly order: PartnerOrder;
  /** It came while the page was open. */
  readonly isFresh?: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  /** What may be done with it. */
  readonly children?: ReactNode;
}) {
  const t = useText();
  const { timeZone } = usePartner();
  return (
    <li className={classes.row} data-fresh={isFresh || undefined} data-open={isOpen || undefined} data-order={order.id}>
      <WhenCell className={classes.when} at={Date.parse(order.createdAt)} timeZone={timeZone} />
      <span className={classes.photo}>
        <Thumbnail order={order} />
      </span>
      <UnstyledButton className={classes.who} onClick={onOpen}>
        <span className={classes.name}>
          <bdi>{order.customerName ?? t('partner:order.nameless')}</bdi>
        </span>
        <small>{t('partner:order.number', { number: order.number })}</small>
      </UnstyledButton>
      <span className={classes.kiosk}>
        <bdi>{order.kiosk.name}</bdi>
      </span>
      <span className={classes.state}>
        <OrderStatusTag status={order.status} />
      </span>
      <span className={classes.act}>{children}</span>
    </li>
  );
}
