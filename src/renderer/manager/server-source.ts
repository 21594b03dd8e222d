/** Clients as the server has them, in the words of `/api/manager`. Everything here needs a line. */
import { z } from 'zod';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import { Drafts } from '#shared/clients/drafts.schema.ts';
import {
  ManagerClient,
  type ManagerClientCard,
  ManagerClientCards,
  type ManagerProfile,
  Managers,
} from '#shared/clients/manager.api.ts';
import { UploadUrl } from '#shared/clients/manager-devices.api.ts';
import { PASSPORT_NAMES } from '#shared/clients/manager-passport.api.ts';
import { TariffLines } from '#shared/clients/manager-tariff.api.ts';
import { SupportMessages } from '#shared/clients/support.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ManagerSource, Progress } from '../app/manager.tsx';
import { callManager, callManagerList, fetchBytes, sendBytes } from './manager-http.ts';
import {
  cardOf,
  choiceOf,
  deviceOf,
  fileOf,
  minorOf,
  newClientOf,
  paperOf,
  passportRequest,
  passportValues,
  roublesOf,
  tenDigits,
} from './server-file.rules.ts';

const Anything = z.unknown();
/** The most that `/api/manager` gives at once; more are found by their names. */
const PAGE = 500;

export interface Desk {
  readonly timeZone: string;
  readonly me: ManagerSource['me'];
}

export function createServerSource({ timeZone, me }: Desk): ManagerSource {
  const at = (id: string, rest = '') => `/clients/${encodeURIComponent(id)}${rest}`;
  const send = (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown, seen?: string) =>
    callManager(path, Anything, { method, seen, ...(body === undefined ? {} : { body }) });

  /** Asks for a place, sends the bytes there, then says what they are of. */
  const upload = async (place: string, file: Blob, onProgress: Progress) => {
    const target = await callManager(`${place}/upload-url`, UploadUrl, {
      method: 'POST',
      body: { content_type: file.type },
    });
    await sendBytes(target, file, onProgress);
    await send('POST', place, { file_key: target.file_key });
  };

  const listOf = (tab: ClientTab, text: string, limit: number, signal: AbortSignal) => {
    const query = new URLSearchParams({ tab, limit: `${limit}`, ...(text === '' ? {} : { q: text }) });
    return callManagerList<ManagerClientCard>(`/clients?${query.toString()}`, ManagerClientCards, { signal });
  };

  return {
    kind: 'server',
    timeZone,
    me,
    clients: async ({ tab, text }, signal) => {
      const all = await Promise.all(
        // Of the tabs that are not looked at only their counts are.
        ClientTab.options.map(async (one) => [one, await listOf(one, text, one === tab ? PAGE : 1, signal)] as const),
      );
      const found = new Map(all);
      return {
        clients: (found.get(tab)?.items ?? []).map(cardOf),
        counts: Object.fromEntries(all.map(([one, { total }]) => [one, total])) as Record<ClientTab, number>,
        disputed: [],
      };
    },
    file: async (id, signal) => {
      const client = await callManager(at(id), ManagerClient, { signal }).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'clients.not_found') return null;
        throw error;
      });
      if (client === null) return null;
      const [members, messages] = await Promise.all([
        callManager('/managers', Managers, { signal }),
        callManager(at(id, '/messages'), SupportMessages, { signal }),
      ]);
      return fileOf(client, members, messages);
    },
    members: (signal) => callManager('/managers', Managers, { signal }),
    tariffs: async (signal) =>
      (await callManager('/tariffs', TariffLines, { signal })).map((one) => ({
        id: one.id,
        name: one.name,
        baseFeeMinor: minorOf(one.base_fee),
        extraPerApplianceMinor: minorOf(one.extra_per_device),
        effectiveFrom: Date.parse(one.effective_from),
      })),
    create: (file) => callManager('/clients', ManagerClient, { method: 'POST', body: newClientOf(file) }),
    resolve: (clientId, conflict, edit) => send('POST', at(clientId, '/conflicts/resolve'), choiceOf(conflict, edit)),
    saveProfile: (id, { registrationAddress, phone, ...set }, seen) => {
      const profile = {
        ...set,
        ...(typeof phone === 'string' ? { phone: tenDigits(phone) } : {}),
        ...(registrationAddress === undefined ? {} : { address: registrationAddress }),
      } satisfies ManagerProfile;
      return send('PATCH', at(id, '/profile'), profile, seen);
    },
    drafts: (id, signal) => callManager(at(id, '/drafts'), Drafts, { signal }),
    keepDraft: (id, form, draft) =>
      callManager(at(id, `/drafts/${encodeURIComponent(form)}`), Anything, {
        method: 'PUT',
        body: draft,
        keepalive: true,
      }),
    assign: (id, memberId) => send('POST', at(id, '/assign'), { manager_id: memberId }),
    reveal: async (id) => passportValues(await callManager(at(id, '/passport/reveal'), Revealed, { method: 'POST' })),
    patchPassport: (id, set, seen) => send('PUT', at(id, '/passport'), passportRequest(set), seen),
    givePassportPicture: (id, file, onProgress) => upload(at(id, '/passport/photo'), file, onProgress),
    dropPassportPicture: (id) => send('DELETE', at(id, '/passport/photo')),
    showPassportPicture: async (id) => {
      const { photo_url } = await callManager(at(id, '/passport/reveal'), Revealed, { method: 'POST' });
      if (photo_url === null) throw new AppError('blobs.not_found', 'there is no picture');
      return photo_url;
    },
    addAppliance: async (id, draft) =>
      callManager(at(id, '/devices'), z.looseObject({ id: z.string() }), { method: 'POST', body: deviceOf(draft) }),
    patchAppliance: (id, applianceId, set, seen) =>
      send('PATCH', at(id, `/devices/${applianceId}`), deviceOf(set), seen),
    removeAppliance: (id, applianceId) => send('DELETE', at(id, `/devices/${applianceId}`)),
    givePicture: (id, applianceId, file, onProgress) =>
      upload(at(id, `/devices/${applianceId}/photos`), file, onProgress),
    dropPicture: (id, applianceId, picture) => send('DELETE', at(id, `/devices/${applianceId}/photos/${picture}`)),
    chooseTariff: (id, tariffId) => send('POST', at(id, '/tariff/apply'), { tariff_id: tariffId }),
    document: async (id, { id: contract, number }) =>
      paperOf(number, await fetchBytes(at(id, `/contracts/${contract}/pdf`))),
    generate: (id) => send('POST', at(id, '/contract/generate'), {}),
    requestOtp: (id) => send('POST', at(id, '/contract/request-otp'), {}),
    confirm: (id, code) => send('POST', at(id, '/contract/confirm'), { otp_code: code }),
    confirmPayment: (id, { amountMinor, reason }) =>
      send('POST', at(id, '/payment/confirm'), {
        ...(amountMinor === undefined ? {} : { amount: roublesOf(amountMinor) }),
        ...(reason === undefined ? {} : { force: true, reason }),
      }),
    notifyBilling: (id, bill) =>
      send('POST', at(id, '/billing/notify'), {
        amount: roublesOf(bill.amountMinor),
        description: bill.description,
        contract_number: bill.contractNumber,
        due_date: bill.dueDate,
      }),
  };
}

const Revealed = z.looseObject({
  ...(Object.fromEntries(Object.keys(PASSPORT_NAMES).map((name) => [name, z.string().nullable()])) as Record<
    keyof typeof PASSPORT_NAMES,
    z.ZodNullable<z.ZodString>
  >),
  photo_url: z.string().nullable(),
});
