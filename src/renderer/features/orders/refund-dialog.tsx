/**
 * Giving back what of a sale came back. What goes to whom is said before the button, because money leaves the till; a
 * supervisor allows it after.
 */
import { Button, Modal, TextInput } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { remaindersOf } from '#shared/payments/refunds.rules.ts';
import type { RefundReason } from '#shared/payments/refunds.schema.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { RefundReply } from '#shared/rpc/payments.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { beginWith, readRefund, typeAll } from './refund.rules.ts';
import classes from './refund-dialog.module.css';
import { RefundLines } from './refund-lines.tsx';
import { RefundReasons } from './refund-reasons.tsx';
import { RefundTenders } from './refund-tenders.tsx';

export function RefundDialog({
  details,
  newId,
  isAsking,
  onRefunded,
  onClose,
}: {
  readonly details: OrderDetails;
  readonly newId: () => string;
  /** A supervisor is being asked: Escape is not ours. */
  readonly isAsking: boolean;
  readonly onRefunded: (reply: RefundReply) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const { order } = details;
  const [typed, setTyped] = useState(() => beginWith(details));
  const [reason, setReason] = useState<RefundReason>();
  const [comment, setComment] = useState('');
  const draft = readRefund(details, typed);
  const { refund, change } = useRefund(newId, onRefunded);
  const takeAll = () => {
    change();
    setTyped(typeAll(remaindersOf(order)));
  };
  useKeys({ F6: takeAll }, !isAsking);
  const isReady = draft.is === 'ready' && reason !== undefined && (reason !== 'other' || comment.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.is !== 'ready' || !isReady) return;
    refund.mutate({
      orderId: order.id,
      lines: draft.lines.map(({ line, quantityMilli }) => ({ line, quantityMilli })),
      totalMinor: draft.totalMinor,
      reason,
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnEscape={!isAsking && !refund.isPending}
      closeOnClickOutside={false}
      size={860}
      title={t('cashier:refund.title', { number: order.number })}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <form className={classes.body} onSubmit={submit} noValidate>
        <div className={classes.head}>
          <p className={classes.text}>{t('cashier:refund.text', { date: format.dateTime(order.createdAt) })}</p>
          <Button variant="light" rightSection={<KeyHint keys="F6" />} onClick={takeAll} disabled={refund.isPending}>
            {t('cashier:refund.all')}
          </Button>
        </div>
        <RefundLines
          details={details}
          typed={typed}
          isLocked={refund.isPending}
          onType={(line, text) => {
            change();
            setTyped((before) => ({ ...before, [line]: text }));
          }}
        />
        <div className={classes.columns}>
          <div className={classes.why}>
            <RefundReasons
              chosen={reason}
              onChoose={(next) => {
                change();
                setReason(next);
              }}
            />
            <TextInput
              label={t(reason === 'other' ? 'cashier:refund.comment_needed' : 'cashier:refund.comment')}
              value={comment}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => {
                change();
                setComment(event.currentTarget.value);
              }}
            />
          </div>
          <RefundTenders draft={draft} />
        </div>
        {draft.is === 'exceeds' ? (
          <p className={classes.wrong} role="alert">
            {t('errors:orders.refund_exceeds_sale')}
          </p>
        ) : null}
        {refund.isError ? <ErrorLine error={refund.error} /> : null}
        <div className={classes.buttons}>
          <p className={classes.text}>{t('cashier:refund.fiscal')}</p>
          <Button variant="default" onClick={onClose} disabled={refund.isPending}>
            {t('cashier:refund.back')}
          </Button>
          <Button
            type="submit"
            color="red"
            leftSection={<IconArrowBackUp size={20} aria-hidden />}
            disabled={!isReady}
            loading={refund.isPending}
          >
            {draft.is === 'ready'
              ? t('cashier:refund.confirm', { amount: format.money(draft.totalMinor) })
              : t('cashier:refund.nothing')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** One id for as long as what is given back stays the same: pressing again after a dropped line is the same refund. */
function useRefund(newId: () => string, onRefunded: (reply: RefundReply) => void) {
  const client = useDeviceClient();
  const approved = useApproved();
  const [id, setId] = useState(newId);
  type Request = Omit<Parameters<typeof client.payments.refund>[0], 'id' | 'approvalId'>;
  const refund = useMutation({
    mutationFn: (request: Request) =>
      approved((approvalId) =>
        client.payments.refund({ ...request, id, ...(approvalId === undefined ? {} : { approvalId }) }),
      ),
    onSuccess: onRefunded,
  });
  const change = () => {
    if (!refund.isError) return;
    refund.reset();
    setId(newId);
  };
  return { refund, change };
}
