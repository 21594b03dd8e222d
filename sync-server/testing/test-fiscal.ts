/** The owner's sample task, and the calls an agent and headquarters make about it. */

import type { LightMyRequestResponse } from 'fastify';
import { expect, vi } from 'vitest';
import { auditLog } from '../auth/auth.tables.ts';
import { alerts } from '../features/alerts/alerts.tables.ts';
import { fiscalTasks } from '../features/fiscal/fiscal.tables.ts';
import { addOrganization, agentOf, sessionOf, type TestApp } from './test-app.ts';

export const TASK_ID = '11111111-1111-4111-8111-111111111111';
export const SALE = {
  taskId: TASK_ID,
  type: 'sale',
  fiscalDeviceId: 'fd-1',
  kkt: { ip: '192.168.0.10', port: 5555 },
  operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'cash', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell',
  },
};
export const DOCUMENT = {
  fnCode: '9999078902001234',
  receiptId: '7',
  shiftAutoOpened: false,
  fiscalDocumentNumber: 1042,
  fiscalSign: '0123456789',
};
export const UNREACHABLE = { status: 'error', error: 'Нет связи с ККТ', retryable: true };

/** Resolves when an agent's call waits at the server for a task. */
export const agentWaits = ({ app }: TestApp): Promise<void> =>
  vi.waitFor(
    async () => {
      const measured = await app.metrics.getSingleMetric('prilavok_fiscal_agents_waiting')?.get();
      expect(measured?.values).toMatchObject([{ value: 1 }]);
    },
    { timeout: 10_000, interval: 5 },
  );

interface Caller {
  readonly headers: Record<string, string>;
}

/** A new organisation with the agents of its two registers and somebody at headquarters. */
export async function openFiscalDesk(test: TestApp) {
  const organization = await addOrganization(test);
  const [t1, t2] = [await agentOf(test, organization, 'fd-1'), await agentOf(test, organization, 'fd-2')];
  const hq = await sessionOf(test, organization, ['hq_admin']);
  const { organizationId } = organization;
  const isOurs = (row: { readonly organizationId: string }): boolean => row.organizationId === organizationId;
  const send = (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: unknown,
    { headers }: Caller = hq,
  ): Promise<LightMyRequestResponse> =>
    test.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload: payload as object }) });
  return {
    organization,
    t1,
    t2,
    hq,
    send,
    post: (task: unknown = SALE, by: Caller = t1) => send('POST', '/fiscal-tasks', task, by),
    next: (by: Caller = t1, fiscalDeviceId = 'fd-1', wait = 0) =>
      send('GET', `/fiscal-tasks/next?fiscalDeviceId=${fiscalDeviceId}&wait=${wait}`, undefined, by),
    report: (status: Record<string, unknown>, by: Caller = t1, id = TASK_ID) =>
      send('POST', `/fiscal-tasks/${id}/status`, { taskId: id, ...status }, by),
    /** What headquarters does with a task. */
    act: (name: 'requeue' | 'cancel' | 'settle', body: Record<string, unknown> = {}, id = TASK_ID) =>
      send('POST', `/fiscal-tasks/${id}/${name}`, { reason: 'проверено по ленте', ...body }),
    rows: async () => (await test.db.select().from(fiscalTasks)).filter(isOurs),
    alerts: async () => (await test.db.select().from(alerts)).filter(isOurs),
    /** The audit in its order, without the sign-in. */
    events: async () =>
      (await test.db.select().from(auditLog).orderBy(auditLog.seq))
        .filter(isOurs)
        .filter(({ event }) => event !== 'LOGIN_OK'),
  };
}
export type FiscalDesk = Awaited<ReturnType<typeof openFiscalDesk>>;
