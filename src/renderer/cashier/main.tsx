import { boot } from '../app/boot.tsx';
import { CashierApp } from './cashier-app.tsx';

void boot({ areas: ['common', 'errors', 'enrolment', 'staff', 'receipt', 'cashier'], children: <CashierApp /> });
