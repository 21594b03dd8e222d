import { UnstyledButton } from '@mantine/core';
import { LANGUAGES, type Language } from '#shared/visits/visits.schema.ts';
import { useChangeLanguage, useLanguage, useText } from '../app/i18n/i18n.ts';
import classes from './language-switch.module.css';

/** Languages in their own names: short to see, whole to hear. Not translated, so not in the text files. */
const NAMES: Readonly<Record<Language, { readonly short: string; readonly whole: string }>> = {
  ru: { short: 'RU', whole: 'Русский' },
  en: { short: 'EN', whole: 'English' },
  fr: { short: 'FR', whole: 'Français' },
  es: { short: 'ES', whole: 'Español' },
  he: { short: 'עב', whole: 'עברית' },
};

export function LanguageSwitch() {
  const t = useText();
  const language = useLanguage();
  const change = useChangeLanguage();
  return (
    <fieldset className={classes.switch} aria-label={t('kiosk:language')}>
      {LANGUAGES.map((one) => (
        <UnstyledButton
          key={one}
          className={classes.language}
          lang={one}
          aria-label={`${NAMES[one].short}, ${NAMES[one].whole}`}
          aria-pressed={one === language}
          onClick={() => void change(one)}
        >
          {NAMES[one].short}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
