/** Step 4: what a client pays. Tariffs are the organisation's, each version a row that never changes. */
import type { z } from 'zod';
import type {
  ManagerTariff,
  TariffLines,
  TariffRequest,
  TariffVersionRequest,
} from '#shared/clients/manager-tariff.api.ts';
import { currentTariffs } from '#shared/clients/tariff.rules.ts';
import { DEFAULT_EXTRA_PER_APPLIANCE_MINOR, type Tariff } from '#shared/clients/tariff.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { minorToRoubles, roublesToMinor } from '#shared/kernel/money.ts';
import { orgScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type ManagerPrincipal, type Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { withRetry } from '../../sync/retry.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { assertMayChange, type ClientDesk } from './client-desk.service.ts';
import type { ClientFile } from './client-file.ts';
import { listTariffs } from './manager.repo.ts';
import { iso, toTariff } from './manager.view.ts';

export interface TariffsDeskPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly sync: Pick<SyncService, 'announce'>;
  readonly desk: ClientDesk;
}

const FIRST = {
  name: 'Базовый',
  baseFeeMinor: 0,
  extraPerApplianceMinor: DEFAULT_EXTRA_PER_APPLIANCE_MINOR,
} as const;

export type TariffsDesk = ReturnType<typeof createTariffsDesk>;

export function createTariffsDesk({ db, now, newId, sync, desk }: TariffsDeskPorts) {
  const put = async (tx: Tx, { organizationId }: Tenant, tariff: Tariff) => {
    const row = { type: 'tariff', id: tariff.id, scope: orgScope(organizationId), fields: tariff } as const;
    return (await writeRows(tx, organizationId, [row], now())).heads;
  };

  /** The one that was asked for, the client's own, or the first there is; none where the organisation has none yet. */
  function chosen(all: readonly Tariff[], file: ClientFile, wanted: string | undefined): Tariff | undefined {
    const current = currentTariffs(all, now());
    if (wanted !== undefined) {
      const found = current.find(({ id }) => id === wanted) ?? current.find(({ lineId }) => lineId === wanted);
      if (found === undefined) throw new AppError('clients.tariff_not_found', 'there is no such tariff');
      return found;
    }
    const own = all.find(({ id }) => id === file.client.tariffId);
    return current.find(({ lineId }) => lineId === own?.lineId) ?? current[0];
  }

  /** An organisation that has not written a tariff has this one, as soon as somebody is given it. */
  async function ensureFirst(by: Tenant): Promise<void> {
    const heads = await withRetry(() =>
      db.transaction(async (tx) => {
        if (currentTariffs(await listTariffs(tx, by), now()).length > 0) return {};
        const id = newId();
        return put(tx, by, { ...FIRST, id, lineId: id, version: 1, effectiveFrom: now(), active: true });
      }),
    );
    sync.announce(heads);
  }

  return {
    /** Writes nothing. @throws AppError `clients.not_found`, `clients.tariff_not_found` */
    calculate: async (
      by: ManagerPrincipal,
      id: string,
      { tariff_id: wanted }: TariffRequest,
    ): Promise<ManagerTariff> => {
      const file = await desk.read(by, id);
      return toTariff(chosen(await listTariffs(db, by), file, wanted) ?? FIRST, file.appliances, now());
    },

    /**
     * Gives the client a tariff. The sum is counted from the appliances that there are, whatever the page says.
     *
     * @throws AppError `clients.tariff_not_found`; what `ClientDesk.change` throws
     */
    apply: async (by: ManagerPrincipal, id: string, { tariff_id: wanted }: TariffRequest): Promise<ManagerTariff> => {
      assertMayChange(by, await desk.read(by, id));
      await ensureFirst(by);
      const all = await listTariffs(db, by);
      const file = await desk.change(by, id, {
        part: 'client',
        event: 'TARIFF_APPLIED',
        mutations: (before) => {
          const tariffId = chosen(all, before, wanted)?.id;
          if (tariffId === before.client.tariffId) return [];
          return [{ name: 'client.patch', args: { id, set: { tariffId }, by: by.name } }];
        },
      });
      const given = all.find((one) => one.id === file.client.tariffId);
      if (given === undefined) throw new AppError('clients.tariff_not_found', 'there is no such tariff');
      return toTariff(given, file.appliances, now());
    },

    /** Those that may be given now. */
    list: async (by: Tenant): Promise<z.input<typeof TariffLines>> =>
      currentTariffs(await listTariffs(db, by), now()).map((tariff) => ({
        id: tariff.id,
        line_id: tariff.lineId,
        version: tariff.version,
        name: tariff.name,
        base_fee: minorToRoubles(tariff.baseFeeMinor),
        extra_per_device: minorToRoubles(tariff.extraPerApplianceMinor),
        effective_from: iso(tariff.effectiveFrom),
      })),

    /** The next version of a line, or the first one of a new line. @throws AppError `auth.forbidden` */
    write: async (
      by: ManagerPrincipal,
      lineId: string,
      wanted: z.output<typeof TariffVersionRequest>,
    ): Promise<void> => {
      if (!by.isSuperAdmin) throw new AppError('auth.forbidden', 'tariffs are for those who administer');
      const heads = await withRetry(() =>
        db.transaction(async (tx) => {
          const versions = (await listTariffs(tx, by)).filter((one) => one.lineId === lineId);
          const version = versions.reduce((last, one) => Math.max(last, one.version), 0) + 1;
          const at = now();
          const made = await put(tx, by, {
            id: newId(),
            lineId,
            version,
            name: wanted.name,
            baseFeeMinor: roublesToMinor(wanted.base_fee),
            extraPerApplianceMinor: roublesToMinor(wanted.extra_per_device),
            effectiveFrom: wanted.effective_from === undefined ? at : Date.parse(wanted.effective_from),
            active: wanted.active,
          });
          await appendAudit(tx, by, {
            at,
            event: 'TARIFF_WRITTEN',
            actor: actorOf(by),
            entity: { type: 'tariff', id: lineId },
            details: { version },
          });
          return made;
        }),
      );
      sync.announce(heads);
    },
  };
}
