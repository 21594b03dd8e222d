/** A file of `/api/manager` as the screens show it, and back. Pure. */

import { APPLIANCE_NAMES, type ApplianceKind, ApplianceKind as Kinds } from '#shared/clients/appliances.schema.ts';
import type { ClientCard } from '#shared/clients/clients.schema.ts';
import { FileField } from '#shared/clients/file.view.ts';
import type { ManagerClient, ManagerClientCard, NewManagerClient } from '#shared/clients/manager.api.ts';
import {
  CONFLICT_FIELDS,
  type ManagerConflict,
  type ResolveConflictRequest,
} from '#shared/clients/manager-conflicts.api.ts';
import type { ManagerContract } from '#shared/clients/manager-contracts.api.ts';
import type { DevicePatch, ManagerDevice } from '#shared/clients/manager-devices.api.ts';
import { PASSPORT_NAMES, type PassportName, type PassportRequest } from '#shared/clients/manager-passport.api.ts';
import { PassportField, type PassportText, type PassportValues } from '#shared/clients/passport.schema.ts';
import type { SupportMessageReply } from '#shared/clients/support.api.ts';
import { extraFeeOf } from '#shared/clients/tariff.rules.ts';
import type { ClientConflict, ClientConflictSide } from '#shared/rpc/clients.contract.ts';
import type { ContractLack } from '#shared/rpc/contracts.contract.ts';
import type { EditKey } from '#shared/sync/conflict.schema.ts';
import type {
  ApplianceDraft,
  ApplianceView,
  ClientFile,
  ContractState,
  ContractView,
  NewFile,
  Paper,
} from '../app/manager.tsx';

export const minorOf = (roubles: number): number => Math.round(roubles * 100);
export const roublesOf = (minor: number): number => minor / 100;
/** `+79991234567` → `9991234567`. */
export const tenDigits = (phone: string): string => phone.replace(/^\+7/, '');

/** Who has no number is not begun here: the form asks for it. */
export const newClientOf = ({ id, name, phone = '' }: NewFile): NewManagerClient => ({
  id,
  name,
  phone: tenDigits(phone),
});

/** A page that came over plain HTTP has nothing to hash with. */
export async function paperOf(number: string, bytes: Uint8Array<ArrayBuffer>): Promise<Paper> {
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
  const hash = await subtle?.digest('SHA-256', bytes);
  return {
    name: `${number}.pdf`,
    base64: btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('')),
    ...(hash === undefined
      ? {}
      : { sha256: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('') }),
  };
}

const time = (text: string): number => Date.parse(text);
const present = <T>(key: string, value: T | null): Record<string, T> => (value === null ? {} : { [key]: value });

export const cardOf = (one: ManagerClientCard): ClientCard => ({
  id: one.id,
  name: one.name,
  ...present('phone', one.phone),
  ...present('registrationAddress', one.registration_address),
  ...present('assignedTo', one.assigned_manager_id),
  tags: [],
  status: one.status,
  createdAt: time(one.created_at),
  updatedAt: time(one.updated_at),
  applianceCount: one.devices_count,
  conflicts: [],
});

/** The wire's schema lets no other name through. */
const kindOf = (name: string): ApplianceKind => Kinds.options.find((kind) => APPLIANCE_NAMES[kind] === name) ?? 'phone';

const applianceOf = (one: ManagerDevice): ApplianceView => ({
  id: one.id,
  kind: kindOf(one.device_type),
  title: one.title,
  ...present('description', one.description),
  specs: one.specs,
  extraFeeMinor: minorOf(one.extra_fee),
  pictures: one.photos.map(({ id, url }) =>
    url === null ? { id, state: 'missing' as const } : { id, url, state: 'sent' as const },
  ),
});

export const deviceOf = ({ kind, title, description, specs, extraFeeMinor }: Partial<ApplianceDraft>): DevicePatch => ({
  ...(kind === undefined ? {} : { device_type: APPLIANCE_NAMES[kind] }),
  ...(title === undefined ? {} : { title }),
  ...(description === undefined ? {} : { description: description === '' ? null : description }),
  ...(specs === undefined ? {} : { specs: { ...specs } }),
  ...(extraFeeMinor === undefined ? {} : { extra_fee: roublesOf(extraFeeMinor) }),
});

const NAMES = Object.keys(PASSPORT_NAMES) as PassportName[];

export const passportValues = (wire: Readonly<Record<PassportName, string | null>>): PassportValues =>
  Object.fromEntries(NAMES.flatMap((name) => (wire[name] === null ? [] : [[PASSPORT_NAMES[name], wire[name]]])));

export const passportRequest = (set: PassportText): PassportRequest =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = set[PASSPORT_NAMES[name]];
      return value === undefined ? [] : [[name, value]];
    }),
  );

function contractOf(one: ManagerContract): ContractView {
  const { otp } = one;
  return {
    id: one.id,
    number: one.number,
    status: one.status,
    ...(otp === null
      ? {}
      : {
          code: {
            askedAt: time(otp.asked_at),
            ...(otp.delivered_at === null ? {} : { deliveredAt: time(otp.delivered_at) }),
            ...(otp.expires_at === null ? {} : { expiresAt: time(otp.expires_at) }),
            nextAt: time(otp.next_at),
            attemptsLeft: otp.attempts_left,
          },
        }),
    ...(one.signed_at === null || one.signature_hash === null || one.signature_hmac === null
      ? {}
      : {
          signature: {
            signedAt: time(one.signed_at),
            pepAgreedAt: time(one.pep_agreed_at ?? one.signed_at),
            hash: one.signature_hash,
            hmac: one.signature_hmac,
            ip: one.signed_ip ?? '',
            userAgent: one.signed_user_agent ?? '',
          },
        }),
  };
}

function conflictOf({ row, id, field, kept, others }: ManagerConflict): ClientConflict {
  const side = ({ edit, value, at, by }: ManagerConflict['kept']): ClientConflictSide => ({
    edit: { deviceId: edit.device_id, incarnation: edit.incarnation, mid: edit.mid },
    ...present('value', value),
    at: time(at),
    ...present('by', by),
    // A page in a browser is no device of its own.
    isOurs: false,
  });
  return {
    row: row === 'device' ? 'appliance' : row,
    id,
    // The wire's schema lets no other name through.
    field: FileField.options.find((one) => CONFLICT_FIELDS[one] === field) ?? 'name',
    kept: side(kept),
    others: others.map(side),
  };
}

/** What settles a conflict by the value of one edit. */
export const choiceOf = ({ row, id, field }: ClientConflict, { deviceId, incarnation, mid }: EditKey) =>
  ({
    row: row === 'appliance' ? 'device' : row,
    id,
    field: CONFLICT_FIELDS[field],
    choose: { device_id: deviceId, incarnation, mid },
  }) satisfies ResolveConflictRequest;

/** SM-5 tells by the client's status that a contract no longer says what the file says. */
function isChanged({ status, contract }: ManagerClient): boolean {
  if (contract === null) return false;
  const isSigned = contract.status === 'signed' || contract.status === 'paid';
  return isSigned ? status === 'awaiting_contract' : status === 'in_verification';
}

/** What the server's own rule asks for before it makes a contract. */
function lacksOf({ user, passport, devices, tariff }: ManagerClient): ContractLack[] {
  return [
    ...(user.phone !== null ? [] : (['profile'] as const)),
    ...(passport === null || passport.faults.length > 0 ? (['passport'] as const) : []),
    ...(devices.length === 0 ? (['appliances'] as const) : []),
    ...(tariff === null ? (['tariff'] as const) : []),
  ];
}

function feesOf(client: ManagerClient, appliances: readonly ApplianceView[]): ContractState['fees'] {
  const { tariff } = client;
  if (tariff === null) return null;
  const baseFeeMinor = minorOf(tariff.base_fee);
  const prices = { extraPerApplianceMinor: minorOf(tariff.extra_per_device) };
  const lines = appliances.map((one) => ({
    applianceId: one.id,
    kind: one.kind,
    title: one.title,
    feeMinor: extraFeeOf(one, prices),
    isBilled: true,
  }));
  const totalMinor = baseFeeMinor + lines.reduce((sum, { feeMinor }) => sum + feeMinor, 0);
  return { tariffName: tariff.name, baseFeeMinor, lines, totalMinor, dueMinor: totalMinor };
}

export function fileOf(
  client: ManagerClient,
  members: readonly { readonly id: string; readonly name: string }[],
  messages: readonly SupportMessageReply[],
): ClientFile {
  const { user, passport } = client;
  const appliances = client.devices.map(applianceOf);
  const assigned = members.find(({ id }) => id === client.assigned_manager_id)?.name;
  return {
    version: client.version,
    client: {
      id: client.id,
      // The shop is the server's to know.
      shopId: client.id,
      name: user.name,
      ...present('phone', user.phone),
      ...present('email', user.email),
      ...present('registrationAddress', user.address),
      ...present('comment', client.comment),
      ...present('assignedTo', client.assigned_manager_id),
      ...present('tariffId', client.tariff?.tariff_id ?? null),
      phones: [],
      tags: [],
      status: client.status,
      createdAt: time(client.created_at),
      updatedAt: time(client.updated_at),
    },
    ...(assigned === undefined ? {} : { assignedName: assigned }),
    conflicts: client.conflicts.map(conflictOf),
    late: [],
    passport: {
      masked: passport === null ? {} : passportValues(passport),
      faults: (passport?.faults ?? []).flatMap(({ field, rule }) => {
        const known = PassportField.safeParse(PASSPORT_NAMES[field as PassportName] ?? field);
        return known.success ? [{ field: known.data, rule }] : [];
      }),
      isLocked: false,
    },
    ...(passport?.has_photo === true ? { passportPicture: { id: 'passport', state: 'sent' as const } } : {}),
    appliances,
    contract: {
      current: client.contract === null ? null : contractOf(client.contract),
      isChanged: isChanged(client),
      lacks: lacksOf(client),
      fees: feesOf(client, appliances),
      invoices: client.invoices.map((one) => ({
        id: one.id,
        amountMinor: minorOf(one.amount),
        description: one.description,
        dueDate: one.due_date,
        status: one.status,
        ...(one.paid_at === null
          ? {}
          : { payment: { at: time(one.paid_at), source: 'manual' as const, amountMinor: minorOf(one.amount) } }),
      })),
      messages: messages.map((one) => ({
        id: one.id,
        shopId: client.id,
        clientId: client.id,
        ticketId: one.ticket_id,
        kind: one.kind,
        author: one.author,
        body: one.body,
        at: time(one.created_at),
        ...(one.delivered_at === null ? {} : { deliveredAt: time(one.delivered_at) }),
      })),
      isOnline: true,
    },
  };
}
