import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import classes from './pay-panel.module.css';
import type { Checkout } from './use-checkout.ts';

/** The line dropped in the middle: the sale may have been made. Nothing else can be done until that is known. */
export function UncertainSale({ checkout }: { readonly checkout: Checkout }) {
  const t = useText();
  return (
    <div className={classes.box}>
      <Notice tone="warn" icon={IconAlertTriangle} role="alert">
        {t('cashier:pay.uncertain')}
      </Notice>
      <Button
        leftSection={<IconRefresh size={20} aria-hidden />}
        onClick={checkout.ask}
        className={classes.submit ?? ''}
      >
        {t('cashier:pay.ask_again')}
      </Button>
      <p className={classes.hint}>{t('cashier:pay.forget_hint')}</p>
      <Button variant="subtle" color="gray" onClick={checkout.forget}>
        {t('cashier:pay.forget')}
      </Button>
    </div>
  );
}
