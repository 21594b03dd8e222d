import { ORPCError } from '@orpc/server';
import { expect, test } from 'vitest';
import { createDirectClient, createRouter, type Procedures } from '#main/rpc/router.ts';
import { rpc } from '#main/rpc/rpc.ts';
import { contract } from '#shared/rpc/contract.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { listAudit } from './audit.repo.ts';
import { auditForeignCalls } from './foreign-calls.ts';

function kiosk(connectionId = 'page-1') {
  const core = createTestCore();
  const asked: string[] = [];
  const procedures = {
    clients: {
      list: rpc.clients.list.handler(() => {
        asked.push('clients.list');
        throw new Error('must not be reached');
      }),
    },
  } as unknown as Procedures;
  const router = createRouter(procedures, {
    log: core.log,
    newRef: () => 'r1',
    onForeignCall: auditForeignCalls(core),
  });
  const client = createDirectClient(router, { mode: 'kiosk', connectionId, signedIn: () => true });
  return { core, asked, client };
}

test('AU-07 mode isolation: a kiosk page that calls what only a manager may is refused, and that is kept', async () => {
  const { core, asked, client } = kiosk();
  expect(contract.clients.list['~orpc'].meta.modes).toEqual(['manager']);
  const fault = await client.clients.list({} as never).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(ORPCError);
  expect(fault).toMatchObject({ code: 'auth.forbidden', status: 403 });
  expect(asked).toEqual([]);
  expect(listAudit(core.db, 'procedure', 'clients.list')).toMatchObject([
    { at: core.now(), event: 'CALL_REFUSED', details: { mode: 'kiosk', connectionId: 'page-1' } },
  ]);
});

test('a page that tries again and again leaves one line', async () => {
  const { core, client } = kiosk();
  for (let n = 0; n < 20; n += 1) await client.clients.list({} as never).catch(() => undefined);
  expect(listAudit(core.db, 'procedure', 'clients.list')).toHaveLength(1);
});

test('a page that comes again and again under new names does not fill the disk', () => {
  const core = createTestCore();
  const audit = auditForeignCalls(core);
  for (let n = 0; n < 3_000; n += 1) audit('clients.list', { mode: 'kiosk', connectionId: `page-${n}` });
  expect(listAudit(core.db, 'procedure', 'clients.list')).toHaveLength(1_000);
});
