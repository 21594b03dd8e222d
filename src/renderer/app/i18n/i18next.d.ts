import type attendant from './ru/attendant.json';
import type cashier from './ru/cashier.json';
import type checks from './ru/checks.json';
import type common from './ru/common.json';
import type console from './ru/console.json';
import type desk from './ru/desk.json';
import type enrolment from './ru/enrolment.json';
import type errors from './ru/errors.json';
import type exchange from './ru/exchange.json';
import type goods from './ru/goods.json';
import type hq from './ru/hq.json';
import type kiosk from './ru/kiosk.json';
import type manager from './ru/manager.json';
import type monitor from './ru/monitor.json';
import type partner from './ru/partner.json';
import type photo from './ru/photo.json';
import type receipt from './ru/receipt.json';
import type report from './ru/report.json';
import type reports from './ru/reports.json';
import type staff from './ru/staff.json';
import type sync from './ru/sync.json';
import type wizard from './ru/wizard.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    returnNull: false;
    resources: {
      common: typeof common;
      errors: typeof errors;
      enrolment: typeof enrolment;
      staff: typeof staff;
      receipt: typeof receipt;
      kiosk: typeof kiosk;
      checks: typeof checks;
      report: typeof report;
      photo: typeof photo;
      reports: typeof reports;
      attendant: typeof attendant;
      cashier: typeof cashier;
      desk: typeof desk;
      exchange: typeof exchange;
      manager: typeof manager;
      wizard: typeof wizard;
      goods: typeof goods;
      hq: typeof hq;
      console: typeof console;
      monitor: typeof monitor;
      partner: typeof partner;
      sync: typeof sync;
    };
  }
}
