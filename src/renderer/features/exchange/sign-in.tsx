/** Whose wallet this desk sells from: by a password here, or by a phone that is paired. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconLogin2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DeskState } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './sign-in.module.css';

export function SignIn({ desk }: { readonly desk: DeskState }) {
  const t = useText();
  const client = useDeviceClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => client.exchange.signIn({ email: email.trim(), password }),
    onSettled: () => setPassword(''),
  });
  const isReady = email.trim() !== '' && password !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !signIn.isPending) signIn.mutate();
  };
  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <h2 className={classes.title}>{t('exchange:sign_in.title')}</h2>
      {desk.isSessionOver ? (
        <Notice tone="warn" icon={IconAlertTriangle}>
          {t('exchange:sign_in.over')}
        </Notice>
      ) : null}
      {desk.link === 'no_server' ? (
        <Notice tone="warn" icon={IconAlertTriangle}>
          {t('exchange:sign_in.no_server')}
        </Notice>
      ) : null}
      <TextInput
        label={t('exchange:sign_in.email')}
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('exchange:sign_in.password')}
        autoComplete="off"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('exchange:sign_in.show') }}
      />
      {signIn.error ? <ErrorLine error={signIn.error} /> : null}
      <Button
        type="submit"
        size="lg"
        loading={signIn.isPending}
        disabled={!isReady}
        leftSection={<IconLogin2 size={22} aria-hidden />}
      >
        {t('exchange:sign_in.submit')}
      </Button>
      <p className={classes.phone}>
        {t(desk.pairedWith === undefined ? 'exchange:sign_in.phone' : 'exchange:sign_in.phone_paired')}
      </p>
    </form>
  );
}
