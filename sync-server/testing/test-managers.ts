/** A shop whose managers work at pages: the real server over its routes, and rows as a device would have made them. */
import { expect } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { ManagerClient } from '#shared/clients/manager.api.ts';
import type { ManagerDevice } from '#shared/clients/manager-devices.api.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { writeRows } from '../sync/rows.writer.ts';
import { addOrganization, createTestApp, managerOf } from './test-app.ts';

export type TestManager = Awaited<ReturnType<typeof managerOf>>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export async function createManagersShop(env: Readonly<Record<string, string>> = {}) {
  const server = await createTestApp(env);
  const organization = await addOrganization(server);
  const anna = await managerOf(server, organization);
  const boris = await managerOf(server, organization);
  const chief = await managerOf(server, organization, ['hq_admin']);

  const ask = (by: TestManager, method: Method, url: string, payload?: object, ifMatch?: string) =>
    server.app.inject({
      method,
      url: `/api/manager${url}`,
      headers: { ...by.headers, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
      ...(payload === undefined ? {} : { payload }),
    });

  async function addClient(change: Partial<Client> = {}): Promise<string> {
    const id = server.newId();
    const { organizationId, shopId } = organization;
    const at = server.clock.now;
    const client: Client = {
      id,
      shopId,
      name: 'Пётр',
      phones: [],
      tags: [],
      status: 'new',
      createdAt: at,
      updatedAt: at,
    };
    const fields = { ...client, ...change };
    await server.db.transaction((tx) =>
      writeRows(tx, organizationId, [{ type: 'client', id, scope: shopScope(shopId), fields }], at),
    );
    return id;
  }
  const cardOf = async (id: string): Promise<ManagerClient> => (await ask(anna, 'GET', `/clients/${id}`)).json();
  const addDevice = async (id: string, title: string): Promise<ManagerDevice> => {
    const reply = await ask(anna, 'POST', `/clients/${id}/devices`, { device_type: 'Телевизор', title });
    expect(reply.statusCode).toBe(201);
    return reply.json();
  };

  return { server, organization, anna, boris, chief, ask, addClient, cardOf, addDevice, close: server.close };
}
