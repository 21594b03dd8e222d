/** Contracts, put together: making, signing, billing, and the work that goes on by itself. */
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf } from '../../auth/principals.ts';
import { withRetry } from '../../sync/retry.ts';
import { createBilling } from './billing.service.ts';
import { createCodes } from './codes.ts';
import { assertOwn } from './contract.writer.ts';
import { createContractFiles } from './contract-files.ts';
import type { Asked, ContractPorts } from './contracts.ports.ts';
import { findClient, findContract } from './contracts.repo.ts';
import { createGeneration } from './generation.service.ts';
import { createOnlinePayments } from './online-payments.service.ts';
import { createInvoiceReceipts } from './receipts.service.ts';
import { createSigning } from './signing.service.ts';

export type ContractsService = ReturnType<typeof createContractsService>;

const EVERY_MS = 2000;

export function createContractsService(ports: ContractPorts) {
  const { db, now, sync } = ports;
  const codes = createCodes(ports);
  const files = createContractFiles(ports);
  const receipts = createInvoiceReceipts(ports);
  const billing = createBilling(ports, receipts);
  const { generate, requestOtp } = createGeneration(ports, codes, files);
  const { confirm } = createSigning(ports, codes, files, billing);
  const online = createOnlinePayments(ports, billing, receipts.queue);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  /**
   * The PDF as it was made. It shows a passport in clear: who asked is on the disk before they have it.
   *
   * @throws AppError `contracts.not_found`, `contracts.pdf_changed`
   */
  async function document({ by, ip }: Asked, clientId: string, contractId: string) {
    const client = await findClient(db, by, clientId);
    assertOwn(by, client);
    const contract = await findContract(db, by, contractId);
    if (contract?.clientId !== clientId) throw new AppError('contracts.not_found', 'this client has no such contract');
    const bytes = await files.read(by, contract);
    await withRetry(() =>
      db.transaction((tx) =>
        appendAudit(tx, by, {
          at: now(),
          event: 'PASSPORT_REVEALED',
          actor: actorOf(by),
          entity: { type: 'client', id: clientId },
          details: {
            contractId,
            number: contract.number,
            ...(by.deviceId === undefined ? {} : { deviceId: by.deviceId }),
          },
          ip,
        }),
      ),
    );
    await sync.checkpoint();
    return { contract, bytes };
  }

  /** Codes that wait for their SMS, money that came at the provider, receipts that are promised. */
  async function tick(): Promise<void> {
    await codes.deliverTexts();
    await online.look();
    await receipts.queue();
  }

  return {
    generate,
    requestOtp,
    confirm,
    document,
    confirmPayment: billing.confirmPayment,
    notifyBilling: billing.notify,
    payOnline: online.open,
    tick,
    start: () => {
      timer ??= setInterval(() => {
        running = running
          .then(tick)
          .catch((err: unknown) => ports.log.error({ err }, 'contracts could not be looked after'));
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
