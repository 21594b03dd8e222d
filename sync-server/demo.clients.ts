/**
 * Files of clients in the demonstration, as its manager left them: asked for, and on the way to a contract. None is signed:
 * a contract is made by the server alone, with a code that a client says.
 */
import { createSealing, organizationKey, passportPlace } from '#node/sealing.ts';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Passport, PassportField } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { orgScope, shopScope } from '#shared/sync/scopes.ts';
import { DEMO_CLIENTS, DEMO_TARIFFS, type DemoClient } from './demo.clients.data.ts';

export interface DemoShop {
  readonly organizationId: string;
  readonly shopId: string;
  /** Whose the clients are that somebody has taken. */
  readonly managerId: string;
}

const MINUTE_MS = 60_000;

/** What service costs, from the beginning on: the first of them is the one that clients have. */
export const demoTariffs = (organizationId: string, newId: NewId): readonly RowPut[] =>
  DEMO_TARIFFS.map((tariff) => {
    const id = newId();
    const fields: Tariff = { ...tariff, id, lineId: id, version: 1, effectiveFrom: 0, active: true };
    return { type: 'tariff', id, scope: orgScope(organizationId), fields };
  });

/** @param passportKey `PASSPORT_KEY` of the server that will open them. */
export function demoClients(
  shop: DemoShop,
  tariffId: string | undefined,
  { now, newId, passportKey }: { readonly now: number; readonly newId: NewId; readonly passportKey: string },
): readonly RowPut[] {
  const sealing = createSealing(organizationKey(passportKey, shop.organizationId));
  const seal = (id: string, values: NonNullable<DemoClient['passport']>) =>
    Object.fromEntries(
      Object.entries(values).map(([field, value]) => [
        field,
        sealing.seal(passportPlace(id, field as PassportField), value),
      ]),
    );
  const scope = shopScope(shop.shopId);
  return DEMO_CLIENTS.flatMap(({ minutesAgo, isTaken, appliances, passport, ...known }): RowPut[] => {
    const id = newId();
    const at = now - minutesAgo * MINUTE_MS;
    const row = { shopId: shop.shopId, createdAt: at, updatedAt: at };
    const client: Client = {
      ...row,
      ...known,
      id,
      phones: [],
      tags: [],
      ...(isTaken ? { assignedTo: shop.managerId } : {}),
      ...(isTaken && tariffId !== undefined ? { tariffId } : {}),
    };
    const items = appliances.map((appliance): RowPut => {
      const applianceId = newId();
      const fields: Appliance = { ...row, extraFeeMinor: 0, ...appliance, id: applianceId, clientId: id, photos: [] };
      return { type: 'appliance', id: applianceId, scope, fields };
    });
    const sealed: Passport | undefined = passport && { ...row, ...seal(id, passport), id };
    return [
      { type: 'client', id, scope, fields: client },
      ...items,
      ...(sealed === undefined ? [] : [{ type: 'passport', id, scope, fields: sealed } as const]),
    ];
  });
}
