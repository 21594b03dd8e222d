/** Work that lost a race with another transaction, done again from its beginning. */
import { isContention } from './db-faults.ts';
import { WriteRace } from './rows.writer.ts';

const MOST_ATTEMPTS = 20;

/** @param run one whole transaction: what it read before is no longer good. Throws what its last attempt threw. */
export async function withRetry<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= MOST_ATTEMPTS || !(error instanceof WriteRace || isContention(error))) throw error;
    }
  }
}
