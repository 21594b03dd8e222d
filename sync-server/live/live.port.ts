/** Hints to whoever is connected. Called after the commit; losing every one of them loses no data. */

import type { z } from 'zod';
import type { HqChanged } from '#shared/hq/hq.api.ts';
import type { PartnerChanged } from '#shared/partner/partner.api.ts';
import type { Poke } from '#shared/sync/protocol.ts';
import type { Scope } from '#shared/sync/scopes.ts';

export interface Live {
  /** Devices of the scope should pull. */
  poke(poke: z.infer<typeof Poke>): void;
  /** The register's agent should ask for its next task. */
  taskNext(organizationId: string, fiscalDeviceId: string): void;
  /** A payment of this device stands otherwise: it should look. */
  paymentMoved(deviceId: string): void;
  /** Headquarters wants something of this device: it should ask. */
  commandWaits(deviceId: string): void;
  /** A phone wants something of this desktop: it should poll. */
  exchangeWaits(deviceId: string): void;
  /** Headquarters' pages should read these again. */
  hqChanged(organizationId: string, collections: readonly HqChanged['collections'][number][]): void;
  /** The pages of the shop's partner should read these again. Orders need no call: a poke of their shop says it. */
  partnerChanged(shopId: string, collections: readonly PartnerChanged['collections'][number][]): void;
  /** A closed session must hear nothing more. */
  dropSession(sessionId: string): void;
  /** A device may see other scopes now: it hears of them and of no others, and is told to ask. */
  regrant(deviceId: string, scopes: readonly Scope[]): void;
  /** A revoked device must hear nothing more. */
  dropDevice(deviceId: string): void;
  /** A revoked token must hear nothing more. */
  dropToken(tokenId: string): void;
}
