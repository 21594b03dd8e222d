/** Three managers do whatever they like with a few files, offline and at odds; in the end everybody has the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import { EMPTY_DIGEST } from '#shared/sync/digest.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { createTestDevice, expectedRows, ownDigests } from './device-world.ts';
import { actor } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const YEAR_MS = 366 * 24 * 3_600_000;
const SCOPE = `shop:${actor(1).shopId}`;
const FILES = 2;

const steps = fc.array(
  fc.record({
    who: fc.nat({ max: 2 }),
    what: fc.constantFrom(
      'patch',
      'patch',
      'patch',
      'tags',
      'resolve',
      'remove',
      'advance',
      'push',
      'pull',
      'both',
      'crash',
      'clock',
    ),
    file: fc.nat({ max: FILES - 1 }),
    value: fc.nat({ max: 4 }),
    ms: fc.integer({ min: -YEAR_MS, max: YEAR_MS }),
  }),
  { minLength: 5, maxLength: 40 },
);

function createDesk(world: () => ServerWorld, n: number) {
  const device = createTestDevice({ world, actor: actor(n, 1, 'manager') });
  const clients = createTestClients(device.core, {
    sync: { ...device.sync, mutate: (tx, name, args) => device.sync.mutate(tx, name, args) },
    signedIn: () => ({ id: actor(n).deviceId, name: `Менеджер ${n}`, role: 'manager', pinVerifier: '', active: true }),
  });
  return { device, clients };
}

/** What a person would be told and shrug at: the file is gone, the conflict is settled. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(['clients.not_found', 'clients.conflict_changed', 'clients.illegal_transition']).toContain(error.code);
  }
}

test('I7 I9 I10 whatever managers do with files, all devices end with the same and lose nothing unseen', async () => {
  let world = await createServerWorld();
  const { opened } = world;
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      world = await createServerWorld({ opened });
      const desks = [1, 2, 3].map((n) => createDesk(() => world, n));
      const [first] = desks;
      if (!first) throw new Error('no desks');
      const exchange = async () => {
        for (const { device } of [...desks, ...desks]) {
          await device.push();
          await device.pull();
        }
      };
      const ids = Array.from({ length: FILES }, (_, n) =>
        first.clients.create({ name: `Клиент ${n}`, set: { phone: '+79000000000' }, tags: [] }),
      ).map(({ id }) => id);
      await exchange();
      const dead = new Set<string>();

      for (const { who, what, file, value, ms } of script) {
        const desk = desks[who];
        const id = ids[file];
        if (!desk || !id) throw new Error('no such desk or file');
        const { device, clients } = desk;
        world.clock.now += 1000;
        for (const one of desks) one.device.core.advance(1000);
        switch (what) {
          case 'patch':
            attempt(() =>
              clients.patch({
                id,
                set: { phone: value === 0 ? null : `+7900123456${value}`, comment: `${who}${value}` },
              }),
            );
            break;
          case 'tags':
            attempt(() => clients.patch({ id, add: { tags: [`м${value}`] }, remove: { tags: [`м${value + 1}`] } }));
            break;
          case 'resolve': {
            const [conflict] = clients.get(id)?.conflicts ?? [];
            const side = conflict && [conflict.kept, ...conflict.others][value % (1 + conflict.others.length)];
            if (side)
              attempt(() =>
                clients.resolveConflict({ row: conflict.row, id, field: conflict.field, choose: side.edit }),
              );
            break;
          }
          case 'remove':
            // Rarely, or nothing would be left to disagree about.
            if (value === 0) attempt(() => clients.remove(id));
            break;
          case 'advance':
            attempt(() =>
              device.do('client.advance', { id, to: value % 2 === 0 ? 'in_verification' : 'awaiting_contract' }),
            );
            break;
          case 'push':
            await device.push();
            break;
          case 'pull':
            await device.pull();
            break;
          case 'both':
            await device.push();
            await device.pull();
            break;
          case 'crash':
            device.crash();
            break;
          case 'clock':
            device.core.advance(ms);
            break;
        }
        // I7: what it shows is the server's rows with its own changes over them, to the letter.
        expect(device.rows()).toEqual(expectedRows(device));
        // I9: nobody who has seen a file dead sees it alive again.
        for (const gone of dead) {
          const [n, goneId] = gone.split(' ');
          expect(desks[Number(n)]?.clients.get(goneId ?? '')).toBeNull();
        }
        const base = device.base();
        for (const one of ids)
          if (!base.has(`client:${one}`) && device.outbox().every(({ state }) => state === 'acked'))
            dead.add(`${who} ${one}`);
      }

      await exchange();
      const rows = await world.rows([SCOPE]);
      for (const { device } of desks) {
        expect(device.rows()).toEqual(rows);
        expect(ownDigests(device)[SCOPE] ?? EMPTY_DIGEST).toBe((await world.digests([SCOPE]))[SCOPE]);
        expect(device.outbox().every(({ state }) => state === 'acked')).toBe(true);
      }
      for (const [key, text] of rows) {
        if (!key.startsWith('field_conflict:')) continue;
        const conflict = JSON.parse(text) as FieldConflict;
        const file = JSON.parse(rows.get(`client:${conflict.entityId}`) ?? 'null') as Record<string, unknown> | null;
        // A conflict goes with its file, and while it is open it says what the file says, and something else.
        expect(file).not.toBeNull();
        if (conflict.resolvedAt !== undefined) continue;
        expect(conflict.kept.value).toBe((file as unknown as Client)[conflict.field as keyof Client] ?? null);
        for (const other of conflict.others) expect(other.value).not.toBe(conflict.kept.value);
      }
    }),
    { numRuns: 15 },
  );
  await opened.close();
}, 240_000);
