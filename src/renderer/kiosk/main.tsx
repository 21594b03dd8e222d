import './kiosk.css';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { boot } from '../app/boot.tsx';
import { kioskTheme } from './kiosk.theme.ts';
import { KioskApp } from './kiosk-app.tsx';

void boot({
  areas: ['common', 'errors', 'enrolment', 'receipt', 'kiosk', 'checks', 'report', 'photo', 'staff', 'attendant'],
  languages: LANGUAGES,
  theme: kioskTheme,
  children: <KioskApp />,
});
