import { Button } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import classes from './pay-panel.module.css';

/** The one loud button of the column: it makes the sale. */
export function SubmitButton({
  ref,
  isReady,
  isSending,
  children,
}: {
  readonly ref: Ref<HTMLButtonElement>;
  readonly isReady: boolean;
  readonly isSending: boolean;
  readonly children: ReactNode;
}) {
  const t = useText();
  return (
    <Button
      ref={ref}
      type="submit"
      className={classes.submit ?? ''}
      fullWidth
      disabled={!isReady}
      loading={isSending}
      rightSection={<KeyHint keys={t('cashier:key.enter')} />}
    >
      {children}
    </Button>
  );
}
