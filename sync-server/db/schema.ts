/** Every table of the server, for drizzle-kit and for nothing else: code imports the table file of its own feature. */
export * from '../auth/auth.tables.ts';
export * from '../blobs/blobs.tables.ts';
export * from '../features/alerts/alerts.tables.ts';
export * from '../features/catalogue/catalogue.tables.ts';
export * from '../features/commands/commands.tables.ts';
export * from '../features/devices/devices.tables.ts';
export * from '../features/exchange/exchange.tables.ts';
export * from '../features/fiscal/fiscal.tables.ts';
export * from '../features/kiosk/kiosk.tables.ts';
export * from '../features/payments/payments.tables.ts';
export * from '../features/reports/reports.tables.ts';
export * from '../features/support/support.tables.ts';
export * from '../features/sync/sync.tables.ts';
export * from '../jobs/jobs.tables.ts';
export * from '../sync/cases.tables.ts';
export * from '../sync/sync.tables.ts';
