import { useMutation } from '@tanstack/react-query';
import { useText } from '../app/i18n/i18n.ts';
import { SignInForm } from '../ui/sign-in-form.tsx';
import { signIn } from './manager-http.ts';

/** `hasExpired`: somebody was signed in a moment ago; their page is still there behind. */
export function SignInPage({ hasExpired }: { readonly hasExpired: boolean }) {
  const t = useText();
  const enter = useMutation({ mutationFn: signIn });
  return (
    <SignInForm
      enter={enter}
      words={{
        title: t('wizard:server.sign_in'),
        email: t('wizard:server.email'),
        password: t('wizard:server.password'),
        showPassword: t('wizard:server.show_password'),
        submit: t('wizard:server.submit'),
        expired: hasExpired ? t('wizard:server.expired') : undefined,
      }}
    />
  );
}
