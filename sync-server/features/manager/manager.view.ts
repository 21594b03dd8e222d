/** A client's file in the words of `/api/manager`. */
import { APPLIANCE_NAMES, type Appliance } from '#shared/clients/appliances.schema.ts';
import type { ManagerClient, ManagerClientCard } from '#shared/clients/manager.api.ts';
import type { ManagerConflict } from '#shared/clients/manager-conflicts.api.ts';
import type { ManagerContract, ManagerInvoice } from '#shared/clients/manager-contracts.api.ts';
import type { ManagerDevice } from '#shared/clients/manager-devices.api.ts';
import type { ManagerPassport, PassportName } from '#shared/clients/manager-passport.api.ts';
import { PASSPORT_NAMES } from '#shared/clients/manager-passport.api.ts';
import type { ManagerTariff } from '#shared/clients/manager-tariff.api.ts';
import { findAllFaults, maskPassportValue } from '#shared/clients/passport.rules.ts';
import type { PassportField, PassportValues } from '#shared/clients/passport.schema.ts';
import { quoteOf } from '#shared/clients/tariff.rules.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { minorToRoubles } from '#shared/kernel/money.ts';
import type { ClientFile, ListedClient } from './client-file.ts';
import { etagOf } from './etag.rules.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));

/** `+79991234567` → `9991234567`, as the form writes it; a foreign number stays as it is. */
export const phoneOut = (phone: string | undefined): string | null => phone?.replace(/^\+7(?=\d{10}$)/, '') ?? null;
export const phoneIn = (digits: string): string => `+7${digits}`;

export interface CardFacts {
  readonly userId: string | undefined;
  readonly ticketId: string | undefined;
}

export const toCard = ({ client, applianceCount }: ListedClient, facts: CardFacts): ManagerClientCard => ({
  id: client.id,
  user_id: facts.userId ?? null,
  name: client.name,
  phone: phoneOut(client.phone),
  email: client.email ?? null,
  status: client.status,
  assigned_manager_id: client.assignedTo ?? null,
  support_ticket_id: facts.ticketId ?? null,
  created_at: iso(client.createdAt),
  updated_at: iso(client.updatedAt),
  devices_count: applianceCount,
  registration_address: client.registrationAddress ?? null,
});

export const toDevice = (appliance: Appliance, links: ReadonlyMap<string, string>): ManagerDevice => ({
  id: appliance.id,
  device_type: APPLIANCE_NAMES[appliance.kind],
  title: appliance.title,
  description: appliance.description ?? null,
  specs: { ...appliance.specs },
  extra_fee: minorToRoubles(appliance.extraFeeMinor),
  photos: appliance.photos.map((id) => ({ id, url: links.get(id) ?? null })),
  created_at: iso(appliance.createdAt),
  updated_at: iso(appliance.updatedAt),
});

export function toTariff(
  tariff: Pick<Tariff, 'name' | 'baseFeeMinor' | 'extraPerApplianceMinor'> & { readonly id?: string },
  appliances: readonly Appliance[],
  now: number,
): ManagerTariff {
  const quote = quoteOf(tariff, appliances);
  return {
    tariff_id: tariff.id ?? null,
    name: tariff.name,
    base_fee: minorToRoubles(quote.baseFeeMinor),
    extra_per_device: minorToRoubles(quote.extraPerApplianceMinor),
    device_count: quote.applianceCount,
    total_extra_fee: minorToRoubles(quote.totalExtraFeeMinor),
    calculated_at: iso(now),
  };
}

const NAMES = Object.keys(PASSPORT_NAMES) as PassportName[];
export const passportNameOf = (field: PassportField): PassportName =>
  NAMES.find((name) => PASSPORT_NAMES[name] === field) ?? 'last_name';

/** @param today where the shop is, `YYYY-MM-DD` */
export function toPassport(
  values: PassportValues,
  hasPhoto: boolean,
  today: string,
  shown: 'masked' | { readonly photoUrl: string | null },
): ManagerPassport {
  const texts = Object.fromEntries(
    NAMES.map((name) => {
      const field = PASSPORT_NAMES[name];
      const value = values[field];
      if (value === undefined) return [name, null];
      return [name, shown === 'masked' ? maskPassportValue(field, value) : value];
    }),
  ) as Record<PassportName, string | null>;
  return {
    ...texts,
    photo_url: shown === 'masked' ? null : shown.photoUrl,
    has_photo: hasPhoto,
    faults: findAllFaults(values, today).map(({ field, rule }) => ({ field: passportNameOf(field), rule })),
  };
}

export function toContract(contract: Contract): ManagerContract {
  const { code, signature } = contract;
  return {
    id: contract.id,
    number: contract.number,
    version: contract.version,
    status: contract.status,
    total: minorToRoubles(contract.totalMinor),
    amount_due: minorToRoubles(contract.dueMinor),
    created_at: iso(contract.createdAt),
    otp:
      code === undefined
        ? null
        : {
            asked_at: iso(code.askedAt),
            delivered_at: isoOrNull(code.deliveredAt),
            expires_at: isoOrNull(code.expiresAt),
            next_at: iso(code.nextAt),
            attempts_left: code.attemptsLeft,
          },
    signed_at: isoOrNull(signature?.signedAt),
    pep_agreed_at: isoOrNull(signature?.pepAgreedAt),
    signature_hash: signature?.hash ?? null,
    signature_hmac: signature?.hmac ?? null,
    signed_ip: signature?.ip ?? null,
    signed_user_agent: signature?.userAgent ?? null,
    payment_confirmed_at: isoOrNull(contract.paidAt),
  };
}

export const toInvoice = (invoice: Invoice): ManagerInvoice => ({
  id: invoice.id,
  contract_id: invoice.contractId,
  contract_number: invoice.contractNumber,
  amount: minorToRoubles(invoice.amountMinor),
  description: invoice.description,
  due_date: invoice.dueDate,
  status: invoice.status,
  created_at: iso(invoice.createdAt),
  paid_at: isoOrNull(invoice.payment?.at),
});

export interface FileFacts extends CardFacts {
  readonly links: ReadonlyMap<string, string>;
  readonly passport: ManagerPassport | null;
  readonly tariff: Tariff | undefined;
  readonly conflicts: readonly ManagerConflict[];
  readonly now: number;
}

export function toClient(file: ClientFile, facts: FileFacts): ManagerClient {
  const { client, appliances, contracts, invoices } = file;
  const contract = contracts.find(({ status }) => status !== 'void' && status !== 'superseded');
  return {
    id: client.id,
    status: client.status,
    assigned_manager_id: client.assignedTo ?? null,
    support_ticket_id: facts.ticketId ?? null,
    user: {
      id: facts.userId ?? null,
      name: client.name,
      phone: phoneOut(client.phone),
      email: client.email ?? null,
      address: client.registrationAddress ?? null,
    },
    comment: client.comment ?? null,
    passport: facts.passport,
    devices: appliances.map((appliance) => toDevice(appliance, facts.links)),
    tariff: facts.tariff === undefined ? null : toTariff(facts.tariff, appliances, facts.now),
    contract: contract === undefined ? null : toContract(contract),
    invoices: invoices.map(toInvoice),
    conflicts: [...facts.conflicts],
    created_at: iso(client.createdAt),
    updated_at: iso(client.updatedAt),
    version: etagOf(file),
  };
}
