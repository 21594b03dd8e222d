/**
 * Money that this device has taken, and a server that forgot it. A server gives back what no device claims; one that was put
 * back to a backup begins a new timeline, and has to hear anew whose the money is, or a guest who was served gets it back.
 */
import type { Core } from '#main/core.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { IntentDeps } from './intents.service.ts';
import { listClaimedBefore, patchIntent } from './payments.repo.ts';

const PAUSE_MS = 15_000;
/** No backup that a shop goes back to is older. */
const SINCE_MS = 31 * 24 * 3_600_000;

export function createClaims(core: Core, { provider, epoch: currentEpoch }: Pick<IntentDeps, 'provider' | 'epoch'>) {
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });
  /** The timeline on which everything is claimed: what is confirmed later is claimed on it already. */
  let settledOn: string | undefined;
  let nextAt = 0;

  /** Claims some of what an earlier timeline knew, if there was one. */
  async function renew(): Promise<void> {
    const epoch = currentEpoch();
    if (provider?.claimAgain === undefined || epoch === null || epoch === settledOn || now() < nextAt) return;
    const intents = listClaimedBefore(db, provider.name, epoch, now() - SINCE_MS);
    if (intents.length === 0) settledOn = epoch;
    for (const intent of intents) {
      const { id } = intent;
      try {
        const { kind } = await provider.claimAgain(intent);
        if (kind === 'waiting') {
          // The server has yet to hear from the bank that the money came.
          nextAt = now() + PAUSE_MS;
          continue;
        }
        if (kind !== 'paid') log.error('the server gave back what this device had taken', { intentId: id, kind });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // What the server knows nothing of it does not give back.
        if (error.code !== 'payments.not_found') {
          nextAt = now() + PAUSE_MS;
          return;
        }
      }
      db.transaction((tx) => patchIntent(tx, id, { claimedEpoch: epoch }), { behavior: 'immediate' });
    }
  }

  return { renew };
}
