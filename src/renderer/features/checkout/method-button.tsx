import { Button } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { useCheckoutStore } from './checkout.store.ts';
import classes from './pay-panel.module.css';

/** One of the two ways that most sales are paid. */
export const MethodButton = memo(function MethodButton({
  method,
  icon,
  keys,
}: {
  readonly method: 'card' | 'cash';
  readonly icon: ReactNode;
  readonly keys: string;
}) {
  const t = useText();
  const chosen = useCheckoutStore((state) => state.method);
  const choose = useCheckoutStore((state) => state.choose);
  // Until a way is chosen the card is the likely one; after that the button of the form is the only loud thing.
  const isLoud = chosen === undefined && method === 'card';
  return (
    <Button
      variant={isLoud ? 'filled' : 'default'}
      className={classes.method ?? ''}
      data-chosen={chosen === method || undefined}
      aria-pressed={chosen === method}
      leftSection={icon}
      rightSection={<KeyHint keys={keys} />}
      onClick={() => choose(method)}
    >
      {t(`cashier:pay.method.${method}`)}
    </Button>
  );
});
