/** The provider's books against the kiosk's: money without a service or its way back is lost. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { connectDevice } from '#cli/device-client.ts';
import { until } from '../../scripts/processes.ts';
import type { World } from '../../scripts/world.ts';

export interface Books {
  readonly paid: number;
  readonly served: number;
  readonly givenBack: number;
  /** Money at the provider that is neither. */
  readonly lost: number;
}

/** Waits until every payment has come to its end, and compares the provider's books with the kiosk's. */
export async function settle(world: World, folder: string): Promise<Books> {
  const device = await connectDevice(world.device('kiosk').ready.url);
  const left = await device.rpc.visits.current();
  if (left) await device.rpc.visits.expire({ id: left.id });
  device.close();
  const db = new Database(join(folder, 'kiosk/device.db'), { readonly: true });
  try {
    const open = db
      .prepare(
        "SELECT count(*) FROM payment_intents WHERE status = 'pending' OR (status = 'confirmed' AND coalesce(outcome, 'refund') = 'refund')",
      )
      .pluck();
    await until('every payment to come to its end', async () => (open.get() === 0 ? true : undefined), 300_000, 500);
    const isServed = db.prepare(
      `SELECT count(*) FROM payment_intents p WHERE p.id = ? AND p.outcome = 'served' AND (
         EXISTS (SELECT 1 FROM car_scans s WHERE s.visit_id = p.visit_id AND json_extract(s.state, '$.state') = 'done')
         OR EXISTS (SELECT 1 FROM thickness_measurements t WHERE t.visit_id = p.visit_id AND json_array_length(t.readings) > 0))`,
    );
    const { payments } = (await (await fetch(`${world.bank().ready.url}/state`)).json()) as {
      payments: { status: string; amountMinor: number; refundedMinor: number; metadata: Record<string, string> }[];
    };
    const paid = payments.filter(({ status }) => status === 'succeeded');
    const back = paid.filter(({ amountMinor, refundedMinor }) => refundedMinor === amountMinor);
    const kept = paid.filter(({ refundedMinor }) => refundedMinor === 0);
    const served = kept.filter(({ metadata }) =>
      Object.values(metadata).some((value) => Number(isServed.pluck().get(value)) === 1),
    );
    return {
      paid: paid.length,
      served: served.length,
      givenBack: back.length,
      lost: paid.length - served.length - back.length,
    };
  } finally {
    db.close();
  }
}
