/** The whole contract between a screen and its device core. The one barrel of the product. */
import type { ContractRouterClient } from '@orpc/contract';
import { attendantContract } from './attendant.contract.ts';
import { blobsContract } from './blobs.contract.ts';
import { catalogueContract } from './catalogue.contract.ts';
import { clientsContract } from './clients.contract.ts';
import { contractsContract } from './contracts.contract.ts';
import { deviceContract } from './device.contract.ts';
import { diagnosticsContract } from './diagnostics.contract.ts';
import { exchangeContract } from './exchange.contract.ts';
import { fiscalContract } from './fiscal.contract.ts';
import { kioskContract } from './kiosk.contract.ts';
import { ordersContract } from './orders.contract.ts';
import { partnerContract } from './partner.contract.ts';
import { paymentsContract } from './payments.contract.ts';
import { photosContract } from './photos.contract.ts';
import { registersContract } from './registers.contract.ts';
import { reportsContract } from './reports.contract.ts';
import { shiftContract } from './shift.contract.ts';
import { staffContract } from './staff.contract.ts';
import { syncContract } from './sync.contract.ts';
import { thicknessContract } from './thickness.contract.ts';
import { upkeepContract } from './upkeep.contract.ts';
import { visitsContract } from './visits.contract.ts';

export const contract = {
  device: deviceContract,
  staff: staffContract,
  catalogue: catalogueContract,
  visits: visitsContract,
  orders: ordersContract,
  payments: paymentsContract,
  fiscal: fiscalContract,
  shift: shiftContract,
  registers: registersContract,
  clients: clientsContract,
  contracts: contractsContract,
  blobs: blobsContract,
  sync: syncContract,
  diagnostics: diagnosticsContract,
  thickness: thicknessContract,
  reports: reportsContract,
  photos: photosContract,
  partner: partnerContract,
  kiosk: kioskContract,
  upkeep: upkeepContract,
  attendant: attendantContract,
  exchange: exchangeContract,
};
export type Contract = typeof contract;
export type DeviceClient = ContractRouterClient<Contract>;
