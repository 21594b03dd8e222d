import { boot } from '../app/boot.tsx';
import { savedLanguage } from '../app/i18n/staff-language.ts';
import { ManagerApp } from './manager-app.tsx';
import { createDeviceRouter, createServerRouter } from './manager-router.tsx';
import { ServerManagerApp } from './server-app.tsx';

/** A device serves its page under its mode; the same page at the root of a host comes from the server. */
const isAtDevice = window.prilavok !== undefined || /^\/manager(\/|$)/.test(location.pathname);

void boot({
  language: savedLanguage(),
  areas: ['common', 'errors', 'enrolment', 'staff', 'receipt', 'manager', 'wizard', 'sync', 'partner'],
  withDevice: isAtDevice,
  children: isAtDevice ? (
    <ManagerApp router={createDeviceRouter()} />
  ) : (
    <ServerManagerApp router={createServerRouter()} />
  ),
});
