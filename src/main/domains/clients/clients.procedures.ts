import { rpc } from '#main/rpc/rpc.ts';
import type { ClientService } from './clients.service.ts';

export const clientsProcedures = ({ passports, appliances, drafts, ...clients }: ClientService) => ({
  list: rpc.clients.list.handler(({ input }) => clients.list(input)),
  get: rpc.clients.get.handler(({ input }) => clients.get(input.id)),
  create: rpc.clients.create.handler(({ input }) => clients.create(input)),
  patch: rpc.clients.patch.handler(({ input }) => clients.patch(input)),
  saveProfile: rpc.clients.saveProfile.handler(({ input }) => clients.saveProfile(input.id, input.set)),
  remove: rpc.clients.remove.handler(({ input }) => clients.remove(input.id)),
  resolveConflict: rpc.clients.resolveConflict.handler(({ input }) => clients.resolveConflict(input)),
  lost: rpc.clients.lost.handler(() => clients.lost()),
  restoreCopy: rpc.clients.restoreCopy.handler(({ input }) => clients.restoreCopy(input.id)),
  dismissLost: rpc.clients.dismissLost.handler(({ input }) => clients.dismissLost(input.id)),
  redoLate: rpc.clients.redoLate.handler(({ input }) => clients.redoLate(input.id)),
  dismissLate: rpc.clients.dismissLate.handler(({ input }) => clients.dismissLate(input.id)),

  patchPassport: rpc.clients.patchPassport.handler(({ input }) => passports.patch(input.id, input.set)),
  savePassport: rpc.clients.savePassport.handler(({ input }) => passports.save(input.id, input.set)),
  revealPassport: rpc.clients.revealPassport.handler(({ input }) => passports.reveal(input.id)),
  removePassportPhoto: rpc.clients.removePassportPhoto.handler(({ input }) => passports.removePhoto(input.id)),

  addAppliance: rpc.clients.addAppliance.handler(({ input }) => appliances.add(input.clientId, input.appliance)),
  patchAppliance: rpc.clients.patchAppliance.handler(({ input }) => appliances.patch(input.id, input.set)),
  removeAppliance: rpc.clients.removeAppliance.handler(({ input }) => appliances.remove(input.id)),
  removeAppliancePhoto: rpc.clients.removeAppliancePhoto.handler(({ input }) =>
    appliances.removePhoto(input.id, input.photo),
  ),

  drafts: rpc.clients.drafts.handler(({ input }) => drafts.list(input.id)),
  keepDraft: rpc.clients.keepDraft.handler(({ input }) => drafts.keep(input.id, input.form, input.draft)),

  tariffs: rpc.clients.tariffs.handler(() => appliances.tariffs()),
  applyTariff: rpc.clients.applyTariff.handler(({ input }) => appliances.applyTariff(input.id, input.tariffId)),
});
