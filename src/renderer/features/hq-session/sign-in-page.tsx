import { useText } from '../../app/i18n/i18n.ts';
import { SignInForm } from '../../ui/sign-in-form.tsx';
import { useSignIn } from './session.ts';

/** `expired`: somebody was signed in a moment ago; the page they were on is still there behind. */
export function SignInPage({ expired }: { readonly expired: boolean }) {
  const t = useText();
  return (
    <SignInForm
      enter={useSignIn()}
      words={{
        title: t('hq:sign_in.title'),
        email: t('hq:sign_in.email'),
        password: t('hq:sign_in.password'),
        showPassword: t('hq:sign_in.show_password'),
        submit: t('hq:sign_in.submit'),
        expired: expired ? t('hq:sign_in.expired') : undefined,
      }}
    />
  );
}
