/** Where an invitation leads: choose a password, then sign in with it. */
import { Button, PasswordInput, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProductMark } from '../../ui/product-mark.tsx';
import classes from './users.module.css';
import { useChoosePassword } from './users.queries.ts';

const LEAST = 10;

export function PasswordPage({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const t = useText();
  const choose = useChoosePassword();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setTried] = useState(false);
  const fault =
    password.length < LEAST
      ? t('console:password.short', { count: LEAST })
      : password === again
        ? undefined
        : t('console:password.differ');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined && !choose.isPending) choose.mutate({ secret, password });
  };
  const field = (label: string, value: string, set: (text: string) => void) => (
    <PasswordInput
      label={label}
      autoComplete="new-password"
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': t('hq:sign_in.show_password') }}
    />
  );
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit} noValidate>
        <div className={classes.brand}>
          <ProductMark />
          <span>{t('common:product')}</span>
        </div>
        <Title order={1}>{t('console:password.title')}</Title>
        {choose.isSuccess ? (
          <>
            <Notice tone="good" icon={IconCheck}>
              {t('console:password.done')}
            </Notice>
            <Button size="lg" onClick={onDone}>
              {t('hq:sign_in.submit')}
            </Button>
          </>
        ) : (
          <>
            {field(t('console:password.new'), password, setPassword)}
            {field(t('console:password.again'), again, setAgain)}
            {isTried && fault !== undefined ? (
              <Notice tone="warn" icon={IconAlertTriangle}>
                {fault}
              </Notice>
            ) : null}
            {choose.isError ? <ErrorLine error={choose.error} /> : null}
            <Button type="submit" size="lg" loading={choose.isPending}>
              {t('console:password.submit')}
            </Button>
          </>
        )}
      </form>
    </main>
  );
}
