import { boot } from '../app/boot.tsx';
import { savedLanguage } from '../app/i18n/staff-language.ts';
import { CashierApp } from './cashier-app.tsx';

void boot({
  language: savedLanguage(),
  areas: ['common', 'errors', 'enrolment', 'staff', 'receipt', 'cashier', 'desk', 'sync', 'exchange'],
  children: <CashierApp />,
});
