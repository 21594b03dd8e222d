import { boot } from '../app/boot.tsx';
import { KioskApp } from './kiosk-app.tsx';

void boot({ areas: ['common', 'errors', 'enrolment', 'receipt', 'kiosk'], children: <KioskApp /> });
