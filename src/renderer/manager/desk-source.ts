/** Clients as this device has them. All but signing and paying is done here and goes to the server when there is a line. */
import type { FilePhoto, RevealedPassport } from '#shared/clients/file.view.ts';
import type { PassportValues } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { ClientFile, ManagerSource, Picture } from '../app/manager.tsx';
import { putFile } from './put-file.ts';

export interface Desk {
  readonly timeZone: string;
  readonly me: ManagerSource['me'];
}

export function createDeskSource(client: DeviceClient, { timeZone, me }: Desk): ManagerSource {
  const { blobs, clients, contracts, staff } = client;

  const file = async (id: string, signal: AbortSignal): Promise<ClientFile | null> => {
    const [found, contract, members] = await Promise.all([
      clients.get({ id }, { signal }),
      contracts.card({ clientId: id }, { signal }),
      staff.list(undefined, { signal }),
    ]);
    if (found === null || contract === null) return null;
    const { passport, appliances, conflicts, late } = found;
    const pictures = [...appliances.flatMap(({ photos }) => photos), ...(passport.photo ? [passport.photo] : [])];
    const going = pictures.filter(({ state }) => state === 'uploading').map(({ id: blob }) => blob);
    const views = going.length === 0 ? [] : await blobs.describe({ ids: going.slice(0, 200) }, { signal });
    const assigned = members.find((member) => member.id === found.client.assignedTo)?.name;
    return {
      client: found.client,
      ...(assigned === undefined ? {} : { assignedName: assigned }),
      conflicts,
      late,
      passport,
      ...(passport.photo ? { passportPicture: pictureOf(passport.photo, views) } : {}),
      appliances: appliances.map(({ photos, specs = {}, description, ...one }) => ({
        ...one,
        specs,
        ...(description === undefined ? {} : { description }),
        pictures: photos.map((photo) => pictureOf(photo, views)),
      })),
      contract,
    };
  };

  return {
    kind: 'device',
    timeZone,
    me,
    clients: (query, signal) => clients.list(query, { signal }),
    file,
    members: (signal) => staff.list(undefined, { signal }),
    tariffs: (signal) => clients.tariffs(undefined, { signal }),
    create: ({ name, phone }) => clients.create({ name, set: phone === undefined ? {} : { phone }, tags: [] }),
    remove: (id) => clients.remove({ id }),
    setTags: (id, add, remove) => clients.patch({ id, add: { tags: [...add] }, remove: { tags: [...remove] } }),
    resolve: (_clientId, { row, id, field }, choose) => clients.resolveConflict({ row, id, field, choose }),
    settleLate: (id, act) => (act === 'redo' ? clients.redoLate({ id }) : clients.dismissLate({ id })),
    saveProfile: (id, set) => clients.saveProfile({ id, set }),
    drafts: (id, signal) => clients.drafts({ id }, { signal }),
    keepDraft: (id, form, draft) => clients.keepDraft({ id, form, draft }),
    assign: (id, memberId) => clients.patch({ id, set: { assignedTo: memberId } }),
    reveal: async (id) => filledIn((await clients.revealPassport({ id })).values),
    patchPassport: (id, set) => clients.patchPassport({ id, set }),
    givePassportPicture: (id, picture, onProgress) =>
      putFile(`/blobs?kind=photo&passport=${encodeURIComponent(id)}`, picture, onProgress),
    dropPassportPicture: (id) => clients.removePassportPhoto({ id }),
    showPassportPicture: async (id) => {
      const { photo } = await clients.revealPassport({ id });
      if (photo === undefined) throw new AppError('blobs.not_found', 'the picture is not on this device yet');
      return photo;
    },
    addAppliance: (clientId, { description, ...draft }) =>
      clients.addAppliance({ clientId, appliance: { ...draft, ...(description === '' ? {} : { description }) } }),
    patchAppliance: (_clientId, id, { description, ...set }) =>
      clients.patchAppliance({
        id,
        set: { ...set, ...(description === undefined ? {} : { description: description === '' ? null : description }) },
      }),
    removeAppliance: (_clientId, id) => clients.removeAppliance({ id }),
    givePicture: (_clientId, id, picture, onProgress) =>
      putFile(`/blobs?kind=photo&appliance=${encodeURIComponent(id)}`, picture, onProgress),
    dropPicture: (_clientId, id, photo) => clients.removeAppliancePhoto({ id, photo }),
    chooseTariff: (id, tariffId) => clients.applyTariff({ id, tariffId }),
    draft: (clientId) => contracts.draft({ clientId }),
    document: (clientId, contract) => contracts.document({ clientId, contractId: contract.id }),
    generate: (clientId) => contracts.generate({ clientId }),
    requestOtp: (clientId) => contracts.requestOtp({ clientId }),
    confirm: (clientId, code) => contracts.confirm({ clientId, code }),
    confirmPayment: (clientId, payment) => contracts.confirmPayment({ clientId, ...payment }),
    payOnline: (clientId, invoiceId) => contracts.payOnline({ clientId, invoiceId }),
    notifyBilling: (clientId, bill) => contracts.notifyBilling({ clientId, ...bill }),
  };
}

/** Without the fields that are empty. */
const filledIn = (values: RevealedPassport['values']): PassportValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function pictureOf({ id, state }: FilePhoto, views: readonly BlobView[]): Picture {
  const url = `/blobs/${id}`;
  if (state === 'missing') return { id, state: 'missing' };
  if (state === 'durable' || state === 'remote') return { id, url, state: 'sent' };
  const { size, sentBytes } = views.find((view) => view.id === id) ?? {};
  if (state !== 'uploading' || size === undefined || sentBytes === undefined) return { id, url, state: 'waiting' };
  return { id, url, state: 'sending', sent: sentBytes / Math.max(size, 1) };
}
