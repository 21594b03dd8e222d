import { expect, it } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { VisitKind } from '#shared/visits/visits.schema.ts';
import { printsNow, readServices } from './services.rules.ts';

const item = (kind: VisitKind | undefined, active = true): CatalogueItem => ({
  id: '01930000-0000-7000-8000-000000000001',
  sku: 'A',
  name: 'Service',
  category: 'Services',
  priceMinor: 48_000,
  vat: 'none',
  paymentObject: 'service',
  unit: 'piece',
  favourite: false,
  active,
  ...(kind ? { kioskService: kind } : {}),
});
const register = (patch: Partial<RegisterView>): RegisterView => ({
  state: 'ready',
  isMain: true,
  since: 0,
  shift: { state: 'open', number: 1 },
  cashMinor: 0,
  unsentDocuments: 0,
  paperPresent: true,
  paperNearEnd: false,
  queued: 0,
  failed: 0,
  ...patch,
});

it('shows kinds in their own order and leaves out what is no service', () => {
  const services = readServices([item('photo'), item(undefined), item('diagnostics')], register({}), true, []);
  expect(services.map((one) => one.kind)).toEqual(['diagnostics', 'photo']);
});

it('leaves out of order what a person took out of order here', () => {
  const services = readServices([item('photo'), item('diagnostics')], register({}), true, ['photo', 'printing']);
  expect(services.map(({ kind, available }) => [kind, available])).toEqual([
    ['diagnostics', true],
    ['photo', false],
  ]);
});

it('puts only the switched-off service out of order', () => {
  const services = readServices([item('photo', false), item('diagnostics')], register({}), true, []);
  expect(services.map((one) => [one.kind, one.available])).toEqual([
    ['diagnostics', true],
    ['photo', false],
  ]);
});

it('sells nothing without the address of a register, and sells on with a silent one', () => {
  expect(readServices([item('photo')], register({ state: 'not_configured' }), true, [])[0]?.available).toBe(false);
  expect(readServices([item('photo')], register({ state: 'unavailable' }), true, [])[0]?.available).toBe(true);
  expect(readServices([item('photo')], undefined, true, [])[0]?.available).toBe(true);
});

it('sells no diagnosis without an adapter, and everything else', () => {
  const services = readServices([item('diagnostics'), item('thickness')], register({}), false, []);
  expect(services.map((one) => [one.kind, one.available])).toEqual([
    ['diagnostics', false],
    ['thickness', true],
  ]);
});

it.each([
  [{ state: 'ready' }, true],
  [{ state: 'ready', paperPresent: false }, false],
  [{ state: 'unavailable' }, false],
  [{ state: 'blocked' }, false],
] as const)('%j prints now: %s', (patch, prints) => {
  expect(printsNow(register(patch))).toBe(prints);
});
