import { boot } from '../app/boot.tsx';
import { ManagerApp } from './manager-app.tsx';

void boot({ areas: ['common', 'errors', 'enrolment', 'staff', 'receipt', 'manager'], children: <ManagerApp /> });
