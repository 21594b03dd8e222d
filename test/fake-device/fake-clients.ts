/** Files of clients on the stage: the real ones, over a database in memory and a server that never answers. */
import { clients as clientsTable, fieldConflicts, tariffs } from '#main/domains/clients/clients.tables.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import { DEVICE_ID, fakeId, clients as files, ORGANIZATION_ID, SHOP_ID } from './data.ts';
import type { Door } from './fake-register.ts';
import type { Ports } from './fake-tasks.ts';

const HOUR_MS = 3_600_000;
const TARIFF: Tariff = {
  id: fakeId(380),
  lineId: fakeId(381),
  version: 1,
  name: 'Домашний сервис',
  baseFeeMinor: 0,
  extraPerApplianceMinor: 100_000,
  effectiveFrom: 0,
  active: true,
};

export function createFakeClients({
  now,
  changed,
  signedIn,
}: Pick<Ports, 'now' | 'changed'> & { readonly signedIn: () => StaffMember | undefined }) {
  const open = () => {
    const core = { ...createTestCore(), now };
    const sync = createLocalSync(core, 'manager', {
      organizationId: ORGANIZATION_ID,
      shopId: SHOP_ID,
      deviceId: DEVICE_ID,
    });
    const scope = `shop:${SHOP_ID}`;
    for (const fields of files) core.db.insert(clientsTable).values({ id: fields.id, scope, ver: 1, fields }).run();
    core.db
      .insert(tariffs)
      .values({ id: TARIFF.id, scope: `org:${ORGANIZATION_ID}`, ver: 1, fields: TARIFF })
      .run();
    for (const fields of conflictsAt(now())) {
      core.db.insert(fieldConflicts).values({ id: fields.id, scope, ver: 2, fields }).run();
    }
    const gone = { ...files[0], id: fakeId(390), name: 'Громова Ольга Сергеевна' };
    core.db.$client
      .prepare('INSERT INTO sync_lost_edits (key, scope, fields, at) VALUES (?, ?, ?, ?)')
      .run(`client:${gone.id}`, scope, JSON.stringify(gone), now() - 1.5 * HOUR_MS);
    core.changes.subscribe(({ collection, ids }) => {
      if (collection === 'clients') changed('clients', ...ids);
    });
    return createTestClients(core, { sync, signedIn });
  };
  let service = open();

  return {
    clear: () => {
      service = open();
    },
    get: (id: string) => service.get(id),
    /** For whoever takes pictures. */
    pictures: () => service.pictures,
    procedures: (door: Door['clients']) => ({
      list: door.list.handler(({ input }) => service.list(input)),
      get: door.get.handler(({ input }) => service.get(input.id)),
      create: door.create.handler(({ input }) => service.create(input)),
      patch: door.patch.handler(({ input }) => service.patch(input)),
      saveProfile: door.saveProfile.handler(({ input }) => service.saveProfile(input.id, input.set)),
      remove: door.remove.handler(({ input }) => service.remove(input.id)),
      resolveConflict: door.resolveConflict.handler(({ input }) => service.resolveConflict(input)),
      lost: door.lost.handler(() => service.lost()),
      restoreCopy: door.restoreCopy.handler(({ input }) => service.restoreCopy(input.id)),
      dismissLost: door.dismissLost.handler(({ input }) => service.dismissLost(input.id)),
      redoLate: door.redoLate.handler(({ input }) => service.redoLate(input.id)),
      dismissLate: door.dismissLate.handler(({ input }) => service.dismissLate(input.id)),
      patchPassport: door.patchPassport.handler(({ input }) => service.passports.patch(input.id, input.set)),
      savePassport: door.savePassport.handler(({ input }) => service.passports.save(input.id, input.set)),
      revealPassport: door.revealPassport.handler(({ input }) => service.passports.reveal(input.id)),
      removePassportPhoto: door.removePassportPhoto.handler(({ input }) => service.passports.removePhoto(input.id)),
      addAppliance: door.addAppliance.handler(({ input }) => service.appliances.add(input.clientId, input.appliance)),
      patchAppliance: door.patchAppliance.handler(({ input }) => service.appliances.patch(input.id, input.set)),
      removeAppliance: door.removeAppliance.handler(({ input }) => service.appliances.remove(input.id)),
      removeAppliancePhoto: door.removeAppliancePhoto.handler(({ input }) =>
        service.appliances.removePhoto(input.id, input.photo),
      ),
      drafts: door.drafts.handler(({ input }) => service.drafts.list(input.id)),
      keepDraft: door.keepDraft.handler(({ input }) => service.drafts.keep(input.id, input.form, input.draft)),
      tariffs: door.tariffs.handler(() => service.appliances.tariffs()),
      applyTariff: door.applyTariff.handler(({ input }) => service.appliances.applyTariff(input.id, input.tariffId)),
    }),
  };
}

/** Two fields of one file that other people changed too. */
function conflictsAt(now: number): FieldConflict[] {
  const id = fakeId(302);
  const edit = (mid: number) => ({ deviceId: mid === 1 ? DEVICE_ID : fakeId(4), incarnation: 1, mid });
  const over = (field: string) => ({ id: conflictId(id, field), entityType: 'client', entityId: id, field });
  return [
    {
      ...over('phone'),
      kept: { ...edit(2), value: '+79001234502', at: now - HOUR_MS, by: 'Дарья Королёва' },
      others: [
        { ...edit(1), value: '+79165550142', at: now - 2 * HOUR_MS, by: 'Петрова Анна' },
        { ...edit(3), value: null, at: now - 2.5 * HOUR_MS },
      ],
    },
    {
      ...over('comment'),
      kept: { ...edit(4), value: 'Просил звонить после обеда', at: now - HOUR_MS, by: 'Дарья Королёва' },
      others: [{ ...edit(1), value: 'Звонить утром', at: now - 2 * HOUR_MS, by: 'Петрова Анна' }],
    },
  ];
}
