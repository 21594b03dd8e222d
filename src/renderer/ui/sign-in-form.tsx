/** The door of a page that a server gives: who it is by e-mail and password. */
import { Button, PasswordInput, TextInput, Title } from '@mantine/core';
import { IconClockExclamation, IconLogin2 } from '@tabler/icons-react';
import type { UseMutationResult } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { focusOnMount } from '../app/focus.ts';
import { useText } from '../app/i18n/i18n.ts';
import { ErrorLine } from './error-state.tsx';
import { Notice } from './notice.tsx';
import { ProductMark } from './product-mark.tsx';
import classes from './sign-in-form.module.css';

export interface SignInWords {
  readonly title: string;
  readonly email: string;
  readonly password: string;
  readonly showPassword: string;
  readonly submit: string;
  /** Somebody was signed in a moment ago; their page is still there behind. */
  readonly expired?: string | undefined;
}

interface Login {
  readonly email: string;
  readonly password: string;
}

export function SignInForm({
  words,
  enter,
}: {
  readonly words: SignInWords;
  readonly enter: Pick<UseMutationResult<unknown, unknown, Login>, 'mutate' | 'isPending' | 'isError' | 'error'>;
}) {
  const t = useText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (enter.isPending || email.trim() === '' || password === '') return;
    enter.mutate({ email: email.trim(), password }, { onError: () => setPassword('') });
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <ProductMark />
          <span>{t('common:product')}</span>
        </div>
        <Title order={1}>{words.title}</Title>
        {words.expired === undefined ? null : (
          <Notice tone="warn" icon={IconClockExclamation}>
            {words.expired}
          </Notice>
        )}
        <TextInput
          label={words.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          ref={focusOnMount}
          dir="ltr"
        />
        <PasswordInput
          label={words.password}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': words.showPassword }}
        />
        {enter.isError ? <ErrorLine error={enter.error} /> : null}
        <Button type="submit" size="lg" loading={enter.isPending} leftSection={<IconLogin2 size={20} aria-hidden />}>
          {words.submit}
        </Button>
      </form>
    </main>
  );
}
