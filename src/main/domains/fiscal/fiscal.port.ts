/** What other domains need of the fiscal one: to ask for a document, in the transaction of the sale itself. */

import type { WriteTx } from '#main/db/db.ts';
import type { FiscalTask, TaxationSystem } from '#shared/fiscal/fiscal.schema.ts';

export interface FiscalQueue {
  /** The register this device drives. Throws `fiscal.register_not_configured` when it has none. */
  fiscalDeviceId(): string;
  taxationSystem(): TaxationSystem;
  /** Queues a task in the caller's transaction; a task of the same id is queued once. Throws `app.bad_input` with issues. */
  enqueue(tx: WriteTx, task: FiscalTask): void;
  /** A task may be waiting: call after the transaction. */
  wake(): void;
}
