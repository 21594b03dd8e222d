import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconClockExclamation, IconLogin2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import { ErrorLine } from '../ui/error-state.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProductMark } from '../ui/product-mark.tsx';
import { signIn } from './manager-http.ts';
import classes from './server-app.module.css';

/** `hasExpired`: somebody was signed in a moment ago; their page is still there behind. */
export function SignInForm({ hasExpired }: { readonly hasExpired: boolean }) {
  const t = useText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation({ mutationFn: signIn, onError: () => setPassword('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!enter.isPending && email.trim() !== '' && password !== '') enter.mutate({ email: email.trim(), password });
  };
  return (
    <main className={classes.signIn}>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <ProductMark />
          <span>{t('common:product')}</span>
        </div>
        <h1 className={classes.title}>{t('wizard:server.sign_in')}</h1>
        {hasExpired ? (
          <Notice tone="warn" icon={IconClockExclamation}>
            {t('wizard:server.expired')}
          </Notice>
        ) : null}
        <TextInput
          label={t('wizard:server.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          dir="ltr"
        />
        <PasswordInput
          label={t('wizard:server.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('wizard:server.show_password') }}
        />
        {enter.isError ? <ErrorLine error={enter.error} /> : null}
        <Button type="submit" size="lg" loading={enter.isPending} leftSection={<IconLogin2 size={20} aria-hidden />}>
          {t('wizard:server.submit')}
        </Button>
      </form>
    </main>
  );
}
