import { boot } from '../app/boot.tsx';
import { browserLanguage } from '../app/i18n/staff-language.ts';
import { createHqRouter, HqApp } from './hq-app.tsx';
import { HqServer } from './hq-server.tsx';

void boot({
  language: browserLanguage(),
  areas: ['common', 'errors', 'receipt', 'hq', 'console', 'monitor', 'goods', 'sync', 'reports', 'partner'],
  withDevice: false,
  children: (
    <HqServer fetch={(input, init) => fetch(input, init)}>
      <HqApp router={createHqRouter()} />
    </HqServer>
  ),
});
