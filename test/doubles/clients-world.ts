/** Clients of a manager's device: hooks of a test file, and rows as the server gave them. */
import { beforeEach } from 'vitest';
import type { ClientService } from '#main/domains/clients/clients.service.ts';
import { clients } from '#main/domains/clients/clients.tables.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { createTestClients } from './clients-double.ts';
import { createTestCore, type TestCore } from './core-double.ts';
import { createLocalSync, type LocalSync, TEST_WRITER } from './local-sync.ts';

export const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна',
  role: 'manager',
  pinVerifier: '',
  active: true,
};
export const SCOPE = `shop:${TEST_WRITER.shopId}`;

export interface ClientsWorld {
  core: TestCore;
  sync: LocalSync;
  /** Who is signed in. */
  member: StaffMember | undefined;
  clients: ClientService;
}

export function openClientsWorld() {
  const world = {} as unknown as ClientsWorld;
  let serial = 0;

  /** A file as the server gave it. */
  const add = (changes: Partial<Client> = {}): Client => {
    serial += 1;
    const id = `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
    const fields: Client = {
      id,
      shopId: TEST_WRITER.shopId,
      name: `Клиент ${serial}`,
      phones: [],
      tags: [],
      status: 'new',
      createdAt: serial,
      updatedAt: serial,
      ...changes,
    };
    world.core.db.insert(clients).values({ id, scope: SCOPE, ver: serial, fields }).run();
    return fields;
  };
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
    return 'none';
  };

  beforeEach(() => {
    const core = createTestCore();
    const sync = createLocalSync(core, 'manager');
    const clients = createTestClients(core, {
      sync,
      signedIn: () => world.member,
      memberName: (id) => (id === ANNA.id ? ANNA.name : undefined),
    });
    Object.assign(world, { core, sync, clients, member: ANNA });
  });

  return { world, add, codeOf };
}
