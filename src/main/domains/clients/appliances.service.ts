/** Appliances of clients, their photos, and what a tariff comes to with them. */
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { Core } from '#main/core.ts';
import {
  type Appliance,
  type ApplianceEdit,
  MAX_APPLIANCE_PHOTOS,
  NewAppliance,
} from '#shared/clients/appliances.schema.ts';
import type { ApplianceView } from '#shared/clients/file.view.ts';
import { currentTariffs, quoteOf } from '#shared/clients/tariff.rules.ts';
import type { Tariff, TariffQuote } from '#shared/clients/tariff.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { FileChange } from './file.change.ts';
import { findAppliance, findTariff, listAppliances, listTariffs } from './file.repo.ts';
import { once } from './passports.service.ts';

export interface AppliancePorts {
  readonly change: FileChange;
  readonly blobs: Pick<Blobs, 'put' | 'describe'>;
}

export type AppliancesService = ReturnType<typeof createAppliances>;

export function createAppliances(core: Core, { change, blobs }: AppliancePorts) {
  const { db, now } = core;

  const require = (id: string): Appliance => {
    const appliance = findAppliance(db, id);
    if (appliance === undefined) throw new AppError('clients.not_found', `no appliance ${id}`);
    return appliance;
  };
  const quote = (tariff: Tariff, clientId: string): TariffQuote => quoteOf(tariff, listAppliances(db, clientId));

  const requireTariff = (tariffId: string | undefined): Tariff => {
    const open = currentTariffs(listTariffs(db), now());
    const chosen = tariffId === undefined ? open[0] : open.find(({ id }) => id === tariffId);
    if (chosen === undefined) throw new AppError('clients.not_found', 'there is no such tariff now');
    return chosen;
  };

  return {
    list: (clientId: string): ApplianceView[] =>
      listAppliances(db, clientId).map(({ photos, ...appliance }) => ({
        ...appliance,
        photos: blobs.describe(photos).map(({ id, state }) => ({ id, state })),
      })),

    add: (clientId: string, given: NewAppliance): { readonly id: string } => {
      const client = change.require(clientId);
      const id = core.newId();
      const at = now();
      const appliance = { ...NewAppliance.parse(given), id, clientId, photos: [], createdAt: at, updatedAt: at };
      change.make(clientId, 'appliance.create', { appliance, seenStatus: client.status });
      return { id };
    },

    patch: (id: string, set: ApplianceEdit): void => {
      const { clientId } = require(id);
      change.make(clientId, 'appliance.patch', { id, clientId, set, ...change.hand(change.require(clientId)) });
    },

    remove: (id: string): void => {
      const { clientId } = require(id);
      change.make(clientId, 'appliance.delete', { id, clientId, seenStatus: change.require(clientId).status });
    },

    /** The same picture twice is one. @param picture without its notes. */
    putPhoto: async (id: string, picture: Uint8Array): Promise<BlobView> => {
      if (require(id).photos.length >= MAX_APPLIANCE_PHOTOS)
        throw new AppError('app.too_large', `an appliance has at most ${MAX_APPLIANCE_PHOTOS} photos`);
      const view = await blobs.put('photo', once(picture));
      // It may have been taken out of the file while the picture was written.
      const { clientId, photos } = require(id);
      if (!photos.includes(view.id)) {
        const hand = change.hand(change.require(clientId));
        change.make(clientId, 'appliance.patch', { id, clientId, add: { photos: [view.id] }, ...hand });
      }
      return view;
    },

    removePhoto: (id: string, photo: string): void => {
      const { clientId, photos } = require(id);
      if (!photos.includes(photo)) return;
      const hand = change.hand(change.require(clientId));
      change.make(clientId, 'appliance.patch', { id, clientId, remove: { photos: [photo] }, ...hand });
    },

    tariffs: (): Tariff[] => currentTariffs(listTariffs(db), now()),

    /** The tariff that was chosen, and what it comes to; undefined while none is. */
    tariffOf: (clientId: string, tariffId: string | undefined) => {
      const tariff = tariffId === undefined ? undefined : findTariff(db, tariffId);
      return tariff === undefined ? undefined : { tariff, quote: quote(tariff, clientId) };
    },

    applyTariff: (clientId: string, tariffId: string | undefined) => {
      const client = change.require(clientId);
      const tariff = requireTariff(tariffId);
      if (client.tariffId !== tariff.id) {
        change.make(clientId, 'client.patch', { id: clientId, set: { tariffId: tariff.id }, ...change.hand(client) });
      }
      return { tariff, quote: quote(tariff, clientId) };
    },
  };
}
