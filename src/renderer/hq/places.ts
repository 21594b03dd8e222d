/** Where one can go, in the order of the navigation. */
import {
  type Icon,
  IconBell,
  IconCalendarRepeat,
  IconCashRegister,
  IconFileTypePdf,
  IconLayoutDashboard,
  IconList,
  IconPlugConnected,
  IconPrinter,
  IconReceipt,
  IconRefreshDot,
  IconScale,
  IconShieldCheck,
  IconStack2,
  IconTags,
  IconUsers,
} from '@tabler/icons-react';

export type PlaceName =
  | 'summary'
  | 'orders'
  | 'receipts'
  | 'reports'
  | 'queue'
  | 'alerts'
  | 'catalogue'
  | 'registers'
  | 'devices'
  | 'sync'
  | 'reconciliation'
  | 'users'
  | 'audit'
  | 'jobs'
  | 'connections';

export const PLACES: readonly (readonly [string, PlaceName, Icon])[] = [
  ['/', 'summary', IconLayoutDashboard],
  ['/orders', 'orders', IconList],
  ['/receipts', 'receipts', IconReceipt],
  ['/reports', 'reports', IconFileTypePdf],
  ['/reconciliation', 'reconciliation', IconScale],
  ['/queue', 'queue', IconStack2],
  ['/alerts', 'alerts', IconBell],
  ['/catalogue', 'catalogue', IconTags],
  ['/registers', 'registers', IconPrinter],
  ['/devices', 'devices', IconCashRegister],
  ['/sync', 'sync', IconRefreshDot],
  ['/users', 'users', IconUsers],
  ['/audit', 'audit', IconShieldCheck],
  ['/jobs', 'jobs', IconCalendarRepeat],
  ['/connections', 'connections', IconPlugConnected],
];
