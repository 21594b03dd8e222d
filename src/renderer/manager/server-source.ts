/** Clients as the server has them, in the words of `/api/manager`. Everything here needs a line. */
import { z } from 'zod';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import {
  ManagerClient,
  ManagerClientCards,
  type ManagerProfile,
  Managers,
  PASSPORT_NAMES,
  TariffLines,
  UploadUrl,
} from '#shared/clients/manager.api.ts';
import { SupportMessages } from '#shared/clients/support.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ManagerSource, Progress } from '../app/manager.tsx';
import { callManager, sendBytes } from './manager-http.ts';
import {
  cardOf,
  deviceOf,
  fileOf,
  minorOf,
  passportRequest,
  passportValues,
  roublesOf,
  tenDigits,
} from './server-file.rules.ts';

const Anything = z.unknown();
/** What `/api/manager` keeps its days by; the organisation's own zone is not in its answers. */
const TIME_ZONE = 'Europe/Moscow';

export function createServerSource(me: ManagerSource['me']): ManagerSource {
  const at = (id: string, rest = '') => `/clients/${encodeURIComponent(id)}${rest}`;
  const send = (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    callManager(path, Anything, { method, ...(body === undefined ? {} : { body }) });

  /** Asks for a place, sends the bytes there, then says what they are of. */
  const upload = async (place: string, file: Blob, onProgress: Progress) => {
    const target = await callManager(`${place}/upload-url`, UploadUrl, {
      method: 'POST',
      body: { content_type: file.type },
    });
    await sendBytes(target, file, onProgress);
    await send('POST', place, { file_key: target.file_key });
  };

  const listOf = (tab: ClientTab, text: string, signal: AbortSignal) =>
    callManager(
      `/clients?${new URLSearchParams({ tab, ...(text === '' ? {} : { q: text }) }).toString()}`,
      ManagerClientCards,
      {
        signal,
      },
    );

  return {
    kind: 'server',
    timeZone: TIME_ZONE,
    me,
    clients: async ({ tab, text }, signal) => {
      const all = await Promise.all(
        ClientTab.options.map(async (one) => [one, await listOf(one, text, signal)] as const),
      );
      const found = new Map(all);
      return {
        clients: (found.get(tab) ?? []).map(cardOf),
        counts: Object.fromEntries(all.map(([one, cards]) => [one, cards.length])) as Record<ClientTab, number>,
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
    saveProfile: (id, { registrationAddress, phone, ...set }) =>
      send('PATCH', at(id, '/profile'), {
        ...set,
        ...(typeof phone === 'string' ? { phone: tenDigits(phone) } : {}),
        ...(registrationAddress === undefined ? {} : { address: registrationAddress }),
      } satisfies ManagerProfile),
    assign: (id, memberId) => send('POST', at(id, '/assign'), { manager_id: memberId }),
    reveal: async (id) => passportValues(await callManager(at(id, '/passport/reveal'), Revealed, { method: 'POST' })),
    patchPassport: (id, set) => send('PUT', at(id, '/passport'), passportRequest(set)),
    givePassportPicture: (id, file, onProgress) => upload(at(id, '/passport/photo'), file, onProgress),
    dropPassportPicture: (id) => send('DELETE', at(id, '/passport/photo')),
    showPassportPicture: async (id) => {
      const { photo_url } = await callManager(at(id, '/passport/reveal'), Revealed, { method: 'POST' });
      if (photo_url === null) throw new AppError('blobs.not_found', 'there is no picture');
      return photo_url;
    },
    addAppliance: async (id, draft) =>
      callManager(at(id, '/devices'), z.looseObject({ id: z.string() }), { method: 'POST', body: deviceOf(draft) }),
    patchAppliance: (id, applianceId, set) => send('PATCH', at(id, `/devices/${applianceId}`), deviceOf(set)),
    removeAppliance: (id, applianceId) => send('DELETE', at(id, `/devices/${applianceId}`)),
    givePicture: (id, applianceId, file, onProgress) =>
      upload(at(id, `/devices/${applianceId}/photos`), file, onProgress),
    dropPicture: (id, applianceId, picture) => send('DELETE', at(id, `/devices/${applianceId}/photos/${picture}`)),
    chooseTariff: (id, tariffId) => send('POST', at(id, '/tariff/apply'), { tariff_id: tariffId }),
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
