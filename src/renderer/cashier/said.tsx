import { Button } from '@mantine/core';
import { IconBarcodeOff, IconTag, IconX } from '@tabler/icons-react';
import { useText } from '../app/i18n/i18n.ts';
import { Notice } from '../ui/notice.tsx';
import classes from './sale-screen.module.css';

/** What is said once above the receipt. */
export type Word = { readonly about: 'scan'; readonly barcode: string } | { readonly about: 'prices' };

export function Said({ word, onClose }: { readonly word: Word; readonly onClose: () => void }) {
  const t = useText();
  return (
    <div className={classes.said}>
      <Notice
        tone="warn"
        icon={word.about === 'scan' ? IconBarcodeOff : IconTag}
        role="alert"
        action={
          <Button variant="subtle" color="gray" onClick={onClose} leftSection={<IconX size={18} aria-hidden />}>
            {t('cashier:close')}
          </Button>
        }
      >
        {word.about === 'scan' ? t('cashier:find.no_barcode', { barcode: word.barcode }) : t('cashier:cart.repriced')}
      </Notice>
    </div>
  );
}
