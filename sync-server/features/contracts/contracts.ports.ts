/** What the services of contracts have in common. */

import type { ReportFonts } from '#node/pdf/paper.ts';
import type { ContractStatus } from '#shared/contracts/contracts.schema.ts';
import type { OtpLimits } from '#shared/contracts/otp.rules.ts';
import type { VatType } from '#shared/fiscal/fiscal.schema.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import type { FiscalService } from '../fiscal/fiscal.service.ts';
import type { PaymentsService } from '../payments/payments.service.ts';
import type { Channel, SmsMessage } from '../reports/channel.port.ts';
import type { SupportPort } from '../support/support.port.ts';

export interface ContractLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface ContractPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly keys: OrganizationKeys;
  readonly blobs: Pick<BlobsService, 'receive' | 'state' | 'openFile'>;
  readonly sync: Pick<SyncService, 'announce' | 'checkpoint'>;
  readonly support: SupportPort;
  readonly fiscal: Pick<FiscalService, 'create'>;
  readonly payments: Pick<PaymentsService, 'create' | 'get' | 'claim' | 'cancel' | 'refund'>;
  /** Absent: codes go to the support chat alone. */
  readonly sms: Channel<SmsMessage> | undefined;
  readonly fonts: () => Promise<ReportFonts>;
  /** `CONTRACT_SIGNATURE_SECRET` */
  readonly secret: string;
  readonly otp: OtpLimits;
  readonly payWithinDays: number;
  readonly vat: VatType;
  readonly log: ContractLog;
}

/** Who asks, and from where: what a signature keeps. */
export interface Asked {
  readonly by: ManagerPrincipal;
  readonly ip: string;
  readonly userAgent: string;
}

/** The code is with the client, or on its way to them. */
export const WAITING: readonly ContractStatus[] = ['generated', 'otp_sent'];
/** Of the n-th code of a contract. */
export const otpKey = (contractId: string, nth: number): string => `otp:${contractId}:${nth}`;
