import { Button, PasswordInput, TextInput, Title } from '@mantine/core';
import { IconClockExclamation, IconLogin2 } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProductMark } from '../../ui/product-mark.tsx';
import { useSignIn } from './session.ts';
import classes from './sign-in-page.module.css';

/** `expired`: somebody was signed in a moment ago; the page they were on is still there behind. */
export function SignInPage({ expired }: { readonly expired: boolean }) {
  const t = useText();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate({ email: email.trim(), password }, { onError: () => setPassword('') });
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <ProductMark />
          <span>{t('common:product')}</span>
        </div>
        <Title order={1}>{t('hq:sign_in.title')}</Title>
        {expired ? (
          <Notice tone="warn" icon={IconClockExclamation}>
            {t('hq:sign_in.expired')}
          </Notice>
        ) : null}
        <TextInput
          label={t('hq:sign_in.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          ref={first}
          dir="ltr"
        />
        <PasswordInput
          label={t('hq:sign_in.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('hq:sign_in.show_password') }}
        />
        {signIn.isError ? <ErrorLine error={signIn.error} /> : null}
        <Button type="submit" size="lg" loading={signIn.isPending} leftSection={<IconLogin2 size={20} aria-hidden />}>
          {t('hq:sign_in.submit')}
        </Button>
      </form>
    </main>
  );
}
