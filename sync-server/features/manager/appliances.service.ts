/** Step 3: what a client has that is taken into service. `/api/manager` calls these devices. */
import { APPLIANCE_NAMES, type ApplianceEdit, type ApplianceKind } from '#shared/clients/appliances.schema.ts';
import type { DevicePatch, NewDevice } from '#shared/clients/manager-devices.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { roublesToMinor } from '#shared/kernel/money.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import type { ClientDesk } from './client-desk.service.ts';

export interface AppliancesDeskPorts {
  readonly desk: ClientDesk;
  readonly now: () => number;
  readonly newId: NewId;
}

export type AppliancesDesk = ReturnType<typeof createAppliancesDesk>;

/** The schema of the wire has let no other name through. */
const kindNamed = (name: string): ApplianceKind => {
  const found = Object.entries(APPLIANCE_NAMES).find(([, one]) => one === name);
  if (found === undefined) throw new Error('a type of device that is none');
  return found[0] as ApplianceKind;
};

export function createAppliancesDesk({ desk, now, newId }: AppliancesDeskPorts) {
  /** The same id again is the same device. @throws AppError what `ClientDesk.change` throws */
  async function add(by: ManagerPrincipal, clientId: string, ifMatch: string | undefined, wanted: NewDevice) {
    const { id = newId(), device_type: type, title, description, specs, extra_fee: fee } = wanted;
    const at = now();
    const appliance = {
      id,
      clientId,
      kind: kindNamed(type),
      title,
      ...(typeof description === 'string' ? { description } : {}),
      ...(specs === undefined ? {} : { specs }),
      extraFeeMinor: roublesToMinor(fee),
      photos: [],
      createdAt: at,
      updatedAt: at,
    };
    const file = await desk.change(by, clientId, {
      part: 'appliances',
      ifMatch,
      isMade: (before) => before.appliances.some((one) => one.id === id),
      yours: wanted,
      event: 'APPLIANCE_ADDED',
      details: { applianceId: id },
      mutations: () => [{ name: 'appliance.create', args: { appliance } }],
    });
    return { file, id };
  }

  /** @throws AppError `clients.not_found` also for no such device of this client; what `ClientDesk.change` throws */
  const patch = (
    by: ManagerPrincipal,
    clientId: string,
    id: string,
    ifMatch: string | undefined,
    wanted: DevicePatch,
  ) => {
    const { device_type: type, extra_fee: fee, ...rest } = wanted;
    const set: ApplianceEdit = {
      ...rest,
      ...(type === undefined ? {} : { kind: kindNamed(type) }),
      ...(fee === undefined ? {} : { extraFeeMinor: roublesToMinor(fee) }),
    };
    return desk.change(by, clientId, {
      part: 'appliances',
      ifMatch,
      yours: wanted,
      event: 'APPLIANCE_CHANGED',
      details: { applianceId: id, fields: Object.keys(set) },
      mutations: () => [{ name: 'appliance.patch', args: { id, clientId, set, by: by.name } }],
    });
  };

  const remove = (by: ManagerPrincipal, clientId: string, id: string, ifMatch: string | undefined) =>
    desk.change(by, clientId, {
      part: 'appliances',
      ifMatch,
      isMade: (file) => !file.appliances.some((one) => one.id === id),
      event: 'APPLIANCE_REMOVED',
      details: { applianceId: id },
      mutations: () => [{ name: 'appliance.delete', args: { id, clientId } }],
    });

  /** Puts photos to it, or takes them away; each by itself, whatever others do meanwhile. */
  const photos = (
    by: ManagerPrincipal,
    clientId: string,
    id: string,
    ifMatch: string | undefined,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ) =>
    desk.change(by, clientId, {
      part: 'appliances',
      ifMatch,
      isMade: ({ appliances }) => {
        const has = new Set(appliances.find((one) => one.id === id)?.photos);
        return change.add.every((photo) => has.has(photo)) && !change.remove.some((photo) => has.has(photo));
      },
      event: change.add.length > 0 ? 'APPLIANCE_PHOTO_ADDED' : 'APPLIANCE_PHOTO_REMOVED',
      details: { applianceId: id },
      mutations: (file) => {
        if (!file.appliances.some((one) => one.id === id)) throw noDevice();
        const [add, gone] = [{ photos: [...change.add] }, { photos: [...change.remove] }];
        return [{ name: 'appliance.patch', args: { id, clientId, add, remove: gone, by: by.name } }];
      },
    });

  return { add, patch, remove, photos };
}

export const noDevice = () => new AppError('clients.not_found', 'this client has no such device');
