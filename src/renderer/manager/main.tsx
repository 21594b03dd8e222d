import { boot } from '../app/boot.tsx';
import { savedLanguage } from '../app/i18n/staff-language.ts';
import { ManagerApp } from './manager-app.tsx';

void boot({
  language: savedLanguage(),
  areas: ['common', 'errors', 'enrolment', 'staff', 'receipt', 'manager', 'sync', 'partner'],
  children: <ManagerApp />,
});
