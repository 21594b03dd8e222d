import { UnstyledButton } from '@mantine/core';
import { REFUND_REASONS, type RefundReason } from '#shared/payments/refunds.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './refund-dialog.module.css';

/** Why goods came back: one of a few, for the shop to count. */
export function RefundReasons({
  chosen,
  onChoose,
}: {
  readonly chosen: RefundReason | undefined;
  readonly onChoose: (reason: RefundReason) => void;
}) {
  const t = useText();
  return (
    <fieldset className={classes.reasons}>
      <legend>{t('cashier:refund.why')}</legend>
      {REFUND_REASONS.map((reason) => (
        <UnstyledButton
          key={reason}
          className={classes.reason}
          aria-pressed={reason === chosen}
          onClick={() => onChoose(reason)}
        >
          {t(`cashier:refund.reason.${reason}`)}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
