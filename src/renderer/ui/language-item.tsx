/** The other language of the staff, named in itself, and remembered by this machine. */
import { Menu } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useChangeLanguage, useLanguage } from '../app/i18n/i18n.ts';
import { STAFF_LANGUAGE_NAMES, saveLanguage } from '../app/i18n/staff-language.ts';

export function LanguageItem() {
  const language = useLanguage();
  const change = useChangeLanguage();
  const other = language === 'en' ? 'ru' : 'en';
  return (
    <Menu.Item
      lang={other}
      leftSection={<IconLanguage size={18} aria-hidden />}
      onClick={() => {
        saveLanguage(other);
        void change(other);
      }}
    >
      {STAFF_LANGUAGE_NAMES[other]}
    </Menu.Item>
  );
}
