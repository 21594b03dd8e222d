/** The key that a manager's laptop reads passports with: given to who holds its token, and written down each time. */
import type { FastifyInstance } from 'fastify';
import { PassportKeyReply } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Guards } from '../../auth/guards.ts';
import type { Db } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import { scope } from '../../plugins/routes.ts';

export interface PassportKeyPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly keys: Pick<OrganizationKeys, 'keyOf'>;
}

export const passportKeyRoutes =
  (guards: Guards, { db, now, keys }: PassportKeyPorts) =>
  async (app: FastifyInstance) => {
    await scope(app, guards.device, (add) => {
      add(
        'POST',
        '/devices/passport-key',
        {
          summary: "For a manager's laptop: the key that passports of its organisation are sealed under",
          tag: 'Devices',
          rate: 'write',
          reply: PassportKeyReply,
        },
        async ({ principal }) => {
          // A till and a kiosk have no use for it, and stand where anybody may take them along.
          if (principal.mode !== 'manager') throw new AppError('app.not_found', 'there is no such key for this device');
          await db.transaction((tx) =>
            appendAudit(tx, principal, {
              at: now(),
              event: 'PASSPORT_KEY_GIVEN',
              actor: { kind: 'device', id: principal.deviceId },
              entity: { type: 'device', id: principal.deviceId },
            }),
          );
          return { key: Buffer.from(keys.keyOf(principal)).toString('base64url') };
        },
      );
    });
  };
