import { boot } from '../app/boot.tsx';
import { CashierApp } from './cashier-app.tsx';

void boot({ areas: ['common', 'errors', 'enrolment', 'receipt', 'cashier'], children: <CashierApp /> });
