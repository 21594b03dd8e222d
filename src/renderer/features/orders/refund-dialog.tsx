/** Giving a whole sale back. What goes to whom is said before the button, because money leaves the till. */
import { Button, Modal } from '@mantine/core';
import { IconCash, IconCreditCard } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { tendersOf } from './orders.rules.ts';
import classes from './refund-dialog.module.css';

export function RefundDialog({
  details,
  newId,
  onRefunded,
  onClose,
}: {
  readonly details: OrderDetails;
  readonly newId: () => string;
  readonly onRefunded: (reply: CheckoutReply) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  // One id for as long as the dialog is open: pressing again after a dropped line is the same refund.
  const [id] = useState(newId);
  const refund = useMutation({ ...api.payments.refund.mutationOptions(), onSuccess: onRefunded });
  const { order, payments } = details;
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={t('cashier:refund.title', { number: order.number })}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <div className={classes.body}>
        <p className={classes.text}>{t('cashier:refund.text', { date: format.dateTime(order.createdAt) })}</p>
        <ul className={classes.tenders}>
          {tendersOf(payments).map(({ type, sumMinor }) => (
            <li key={type}>
              {type === 'cash' ? <IconCash size={24} aria-hidden /> : <IconCreditCard size={24} aria-hidden />}
              <span>{t(`cashier:refund.${type}`)}</span>
              <strong>{format.money(sumMinor)}</strong>
            </li>
          ))}
        </ul>
        <p className={classes.text}>{t('cashier:refund.fiscal')}</p>
        {refund.isError ? <ErrorLine error={refund.error} /> : null}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cashier:refund.back')}
          </Button>
          <Button color="red" loading={refund.isPending} onClick={() => refund.mutate({ id, orderId: order.id })}>
            {t('cashier:refund.confirm', { amount: format.money(order.totalMinor) })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
