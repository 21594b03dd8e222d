/** Files of clients on the stage: they can be opened, changed, settled and deleted. Nobody merges anything here. */
import type { Client, ClientCard, ClientTab } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ClientConflict, LostClient } from '#shared/rpc/clients.contract.ts';
import { overlay } from '#shared/sync/merge.rules.ts';
import { clients, DEVICE_ID, fakeId, SHOP_ID } from './data.ts';
import type { Door } from './fake-register.ts';
import type { Ports } from './fake-tasks.ts';

const isInTab = (tab: ClientTab, { status }: Client): boolean => {
  if (tab === 'new' || tab === 'processed') return status === tab;
  return status === 'in_verification' || (tab === 'in_work' && status.startsWith('awaiting'));
};

export function createFakeClients({ now, newId, changed }: Pick<Ports, 'now' | 'newId' | 'changed'>) {
  const files = new Map<string, Client>();
  const conflicts = new Map<string, ClientConflict[]>();
  let lost: LostClient[] = [];

  const clear = () => {
    files.clear();
    conflicts.clear();
    for (const client of clients) files.set(client.id, client);
    const edit = (mid: number) => ({ deviceId: mid === 1 ? DEVICE_ID : fakeId(4), incarnation: 1, mid });
    conflicts.set(fakeId(302), [
      {
        field: 'phone',
        kept: { edit: edit(2), value: '+79001234502', at: now() - 3_600_000, by: 'Дарья Королёва', isOurs: false },
        others: [
          { edit: edit(1), value: '+79165550142', at: now() - 7_200_000, by: 'Петрова Анна', isOurs: true },
          { edit: edit(3), at: now() - 9_000_000, isOurs: false },
        ],
      },
      {
        field: 'comment',
        kept: {
          edit: edit(4),
          value: 'Просил звонить после обеда',
          at: now() - 3_600_000,
          by: 'Дарья Королёва',
          isOurs: false,
        },
        others: [{ edit: edit(1), value: 'Звонить утром', at: now() - 7_200_000, by: 'Петрова Анна', isOurs: true }],
      },
    ]);
    lost = [{ id: fakeId(390), name: 'Громова Ольга Сергеевна', at: now() - 5_400_000 }];
  };
  const find = (id: string): Client => {
    const client = files.get(id);
    if (client === undefined) throw new AppError('clients.not_found', id);
    return client;
  };
  const toCard = (client: Client): ClientCard => ({
    ...client,
    conflicts: (conflicts.get(client.id) ?? []).map(({ field }) => field),
  });
  const add = (fields: Partial<Client> & Pick<Client, 'name'>): { id: string } => {
    const id = newId();
    const times = { createdAt: now(), updatedAt: now() };
    files.set(id, { phones: [], tags: [], ...fields, id, shopId: SHOP_ID, status: 'new', ...times });
    changed('clients', id);
    return { id };
  };
  clear();

  return {
    clear,
    procedures: (door: Door['clients']) => ({
      list: door.list.handler(({ input }) => {
        const all = [...files.values()];
        const words = input.text.toLocaleLowerCase('ru');
        const count = (tab: ClientTab) => all.filter((one) => isInTab(tab, one)).length;
        return {
          clients: all
            .filter((one) => isInTab(input.tab, one))
            .filter((one) =>
              `${one.name} ${one.phone ?? ''} ${one.registrationAddress ?? ''}`.toLocaleLowerCase('ru').includes(words),
            )
            .map(toCard),
          disputed: all.filter(({ id }) => (conflicts.get(id) ?? []).length > 0).map(({ id, name }) => ({ id, name })),
          counts: { new: count('new'), processed: count('processed'), mine: count('mine'), in_work: count('in_work') },
        };
      }),
      get: door.get.handler(({ input }) => {
        const client = files.get(input.id);
        return client === undefined ? null : { client, conflicts: conflicts.get(input.id) ?? [] };
      }),
      create: door.create.handler(({ input: { name, set, tags } }) => {
        const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null));
        return add({ ...given, name, tags });
      }),
      patch: door.patch.handler(({ input: { id, set, add: more = {}, remove = {} } }) => {
        const patched = overlay(find(id), { type: 'client', id, set: { ...set, updatedAt: now() }, add: more, remove });
        // The fields of a patch are those of a file.
        files.set(id, patched as Client);
        changed('clients', id);
      }),
      remove: door.remove.handler(({ input: { id } }) => {
        find(id);
        files.delete(id);
        changed('clients', id);
      }),
      resolveConflict: door.resolveConflict.handler(({ input: { id, field, choose } }) => {
        const open = conflicts.get(id) ?? [];
        const conflict = open.find((one) => one.field === field);
        const side = conflict && [conflict.kept, ...conflict.others].find(({ edit }) => edit.mid === choose.mid);
        if (side === undefined) throw new AppError('clients.conflict_changed', id);
        const patched = overlay(find(id), { type: 'client', id, set: { [field]: side.value ?? null } });
        files.set(id, patched as Client);
        conflicts.set(
          id,
          open.filter((one) => one !== conflict),
        );
        changed('clients', id);
      }),
      lost: door.lost.handler(() => lost),
      restoreCopy: door.restoreCopy.handler(({ input: { id } }) => {
        const file = lost.find((one) => one.id === id);
        if (file === undefined) throw new AppError('clients.not_found', id);
        lost = lost.filter((one) => one !== file);
        return add({ name: file.name });
      }),
      dismissLost: door.dismissLost.handler(({ input: { id } }) => {
        lost = lost.filter((one) => one.id !== id);
        changed('clients', id);
      }),
    }),
  };
}
