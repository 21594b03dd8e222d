/** Where one can go, in the order of the navigation. */
import {
  type Icon,
  IconCashRegister,
  IconFileTypePdf,
  IconLayoutDashboard,
  IconList,
  IconPrinter,
  IconReceipt,
  IconRefreshDot,
  IconStack2,
  IconTags,
} from '@tabler/icons-react';

export type PlaceName =
  | 'summary'
  | 'orders'
  | 'receipts'
  | 'reports'
  | 'queue'
  | 'catalogue'
  | 'registers'
  | 'devices'
  | 'sync';

export const PLACES: readonly (readonly [string, PlaceName, Icon])[] = [
  ['/', 'summary', IconLayoutDashboard],
  ['/orders', 'orders', IconList],
  ['/receipts', 'receipts', IconReceipt],
  ['/reports', 'reports', IconFileTypePdf],
  ['/queue', 'queue', IconStack2],
  ['/catalogue', 'catalogue', IconTags],
  ['/registers', 'registers', IconPrinter],
  ['/devices', 'devices', IconCashRegister],
  ['/sync', 'sync', IconRefreshDot],
];
