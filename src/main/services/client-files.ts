/** A manager's work: the files of clients, and their contracts. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core } from '#main/core.ts';
import { createClients } from '#main/domains/clients/clients.service.ts';
import { createAskForKey, createOrganizationKeyring } from '#main/domains/clients/organization-key.ts';
import { createManagerWire } from '#main/domains/contracts/contracts.http.ts';
import { createContracts } from '#main/domains/contracts/contracts.service.ts';
import { areRightsOver } from '#main/domains/staff/staff.rules.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Ground } from './ground.ts';
import type { Program } from './program.ts';

/** As long as a manager waits for what the server wrote; it comes by itself, too. */
const PULL_AFTER_ACT_MS = 2000;
/** A person waits for it; a contract is asked for again when its photos have come. */
const PHOTOS_WAIT_MS = 15_000;

/** @param signal ends what the server is being asked. */
export function createClientFiles(
  core: Core,
  { manager }: Pick<DeviceConfig, 'manager'>,
  program: Program,
  ground: Ground,
  signal: AbortSignal,
) {
  const { log, now } = core;
  const { devices, endpoint, blobs, outbox, sync, syncState, staff, timeZone, random } = ground;
  const keyring = createOrganizationKeyring({
    secrets: core.secrets,
    log,
    organizationId: () => devices.identity()?.organizationId,
    ask: createAskForKey(endpoint, signal),
    changed: () => core.changes.emit({ collection: 'clients', ids: [] }),
    random,
  });
  const requireRights = () => {
    const heardAt = syncState.find()?.heardAt ?? devices.identity()?.enrolledAt;
    const { offlineDays } = manager;
    if (heardAt !== undefined && areRightsOver(heardAt, sync.serverTime(), offlineDays)) {
      throw new AppError('staff.read_only', `the server was not heard for more than ${offlineDays} days`, {
        details: { heardAt, offlineDays },
      });
    }
  };
  const clients = createClients(core, {
    sync,
    signedIn: () => staff.signedIn(),
    requireRights,
    memberName: (id) => staff.list().find((member) => member.id === id)?.name,
    keyring,
    blobs,
    timeZone,
  });
  const contracts = createContracts(core, {
    wire: createManagerWire({ endpoint, now, version: program.version, signal }),
    reveal: (clientId) => clients.passports.reveal(clientId),
    photo: (id) => readWhole(blobs, id),
    fonts: createReportFonts(program.folder),
    shop: ground.shop,
    signedIn: () => staff.signedIn(),
    sendAll: async () => {
      await sync.loops.push.tick().catch(() => undefined);
      return outbox.countPending();
    },
    sendPhotos: async (ids) => {
      const isWaiting = () => blobs.describe(ids).some(({ state }) => state === 'local' || state === 'uploading');
      if (!isWaiting()) return;
      const tooLong = delay(PHOTOS_WAIT_MS, undefined, { ref: false });
      await Promise.race([blobs.loops.uploading.tick().catch(() => undefined), tooLong]);
    },
    readAnew: () => ground.pullWithin(PULL_AFTER_ACT_MS),
    isOnline: ground.isOnline,
  });
  return { keyring, clients, contracts };
}

/** A file that is on this device; undefined when it is not, or cannot be read now. */
async function readWhole(blobs: Blobs, id: string): Promise<Uint8Array | undefined> {
  const [known] = blobs.describe([id]);
  // What would have to be fetched first is not waited for: a draft is drawn without a network.
  if (known === undefined || known.state === 'remote' || known.state === 'missing') return undefined;
  try {
    const parts: Uint8Array[] = [];
    for await (const part of (await blobs.open(id)).read()) parts.push(part);
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}
