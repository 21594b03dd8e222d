/** A fault in the place of what could not be shown: the sentence of its code, its gesture, its reference. */
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { errorText } from '../app/error-text.ts';
import { useText } from '../app/i18n/i18n.ts';
import classes from './error-state.module.css';
import { StatePanel } from './state-panel.tsx';

export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const t = useText();
  const { text, gesture, ref } = errorText(t, error);
  return (
    <StatePanel
      role="alert"
      icon={IconAlertTriangle}
      tone={gesture === 'none' ? 'warn' : 'bad'}
      title={text}
      text={ref === undefined ? undefined : <ErrorRef value={ref} />}
      action={
        onRetry ? (
          <Button variant="default" leftSection={<IconRefresh size={18} aria-hidden />} onClick={onRetry}>
            {t('common:action.retry')}
          </Button>
        ) : undefined
      }
    />
  );
}

/** The same fault as one line: inside a form, under a button. */
export function ErrorLine({ error }: { readonly error: unknown }) {
  const t = useText();
  const { text, ref } = errorText(t, error);
  return (
    <p className={classes.line} role="alert">
      <IconAlertTriangle className={classes.icon} aria-hidden stroke={2} />
      <span>
        {text}
        {ref === undefined ? null : (
          <>
            {' '}
            <ErrorRef value={ref} />
          </>
        )}
      </span>
    </p>
  );
}

function ErrorRef({ value }: { readonly value: string }) {
  const t = useText();
  return <small className={classes.ref}>{t('common:error.ref', { ref: value })}</small>;
}
