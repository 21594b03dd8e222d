/** People of the currency desk, their phones and their desktops; and prices that a test sets. */
import { PriceSource } from '#shared/exchange/amounts.schema.ts';
import type { Prices } from '../features/exchange/price-source.port.ts';
import { giveToWallet } from '../features/exchange/wallets.service.ts';
import { addUser, type enrolledDevice, PASSWORD, type TestApp, type TestOrganization } from './test-app.ts';

export interface FixedPrices extends Prices {
  /** Dollars as decimal text, at every source; `undefined` = no source knows it. */
  set(assetId: string, price: string | undefined): void;
}

export function createFixedPrices(start: Readonly<Record<string, string>> = { bitcoin: '60000' }): FixedPrices {
  const prices = new Map(Object.entries(start));
  return {
    set: (assetId, price) => {
      if (price === undefined) prices.delete(assetId);
      else prices.set(assetId, price);
    },
    now: async (_source, ids) => new Map([...prices].filter(([id]) => ids.includes(id))),
    lastDay: async (source, id) => {
      PriceSource.parse(source);
      const price = prices.get(id);
      return price === undefined ? [] : [{ at: 0, price }];
    },
  };
}

export interface Desk {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly headers: Record<string, string>;
}

export const loginAs = (test: TestApp, email: string, password = PASSWORD) =>
  test.app.inject({ method: 'POST', url: '/auth/login', payload: { email, password } });

/** Somebody signed in with a wallet of the acceptance scenarios: 1000.00 in cash and half a bitcoin bought at 40000. */
export async function deskOf(
  test: TestApp,
  organization: TestOrganization,
  { quantity = '0.5' }: { readonly quantity?: string } = {},
): Promise<Desk> {
  const { userId, email } = await addUser(test, organization, ['cashier']);
  const { organizationId } = organization;
  const ports = { now: () => test.clock.now, newId: test.newId };
  const asset = { id: 'bitcoin', quantity, unitPrice: '40000' };
  await test.db.transaction((tx) => giveToWallet(tx, ports, { organizationId, userId }, { cashMinor: 100_000, asset }));
  const { access_token: token } = (await loginAs(test, email)).json<{ access_token: string }>();
  return { userId, email, token, headers: { authorization: `Bearer ${token}` } };
}

/** The desktop shows a code, and the person types it. */
export async function pair(
  test: TestApp,
  desk: Desk,
  desktop: Awaited<ReturnType<typeof enrolledDevice>>,
): Promise<void> {
  const shown = await test.app.inject({ method: 'POST', url: '/crypto/pairing-codes', headers: desktop.headers });
  const { code } = shown.json<{ code: string }>();
  await test.app.inject({ method: 'POST', url: '/crypto/pairings', headers: desk.headers, payload: { code } });
}
