import { Button } from '@mantine/core';
import { IconKeyboard, IconReceipt } from '@tabler/icons-react';
import { useText } from '../app/i18n/i18n.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import classes from './sale-screen.module.css';

/** The foot of the left column: what is not selling. */
export function SaleFoot({ onSales, onKeys }: { readonly onSales: () => void; readonly onKeys: () => void }) {
  const t = useText();
  return (
    <nav className={classes.foot} aria-label={t('cashier:more')}>
      <Button
        variant="subtle"
        color="gray"
        className={classes.footButton ?? ''}
        leftSection={<IconReceipt size={20} aria-hidden />}
        rightSection={<KeyHint keys="F6" />}
        onClick={onSales}
      >
        {t('cashier:sales.open')}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        className={classes.footButton ?? ''}
        leftSection={<IconKeyboard size={20} aria-hidden />}
        rightSection={<KeyHint keys="?" />}
        onClick={onKeys}
      >
        {t('cashier:keys.open')}
      </Button>
    </nav>
  );
}
