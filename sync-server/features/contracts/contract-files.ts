/** PDFs of contracts: drawn, sealed, kept among the files, and read back only as what they were. */
import { hash } from 'node:crypto';
import { type ContractPhoto } from '#node/contract-pdf/contract-content.ts';
import type { Place, Sealing } from '#node/sealing.ts';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import { PassportField, type PassportValues } from '#shared/clients/passport.schema.ts';
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import type { ContractFees } from '#shared/contracts/fees.rules.ts';
import type { ContractSnapshot } from '#shared/contracts/snapshot.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import { findShop } from '../devices/devices.repo.ts';
import type { ContractPorts } from './contracts.ports.ts';
import type { PaperRow } from './contracts.repo.ts';

const pdfPlace = (contractId: string): Place => ['contract', contractId, 'pdf'];

/** Values of a passport in clear, for as long as a page is drawn. */
const openPassport = (sealing: Sealing, clientId: string, sealed: ContractSnapshot['passport']): PassportValues =>
  Object.fromEntries(
    Object.entries(sealed).flatMap(([name, value]) => {
      const field = PassportField.safeParse(name);
      return field.success ? [[field.data, sealing.open(['passport', clientId, field.data], value)]] : [];
    }),
  );

export interface StoredPdf {
  readonly fileId: string;
  readonly pdfSha256: string;
}

export type ContractFiles = ReturnType<typeof createContractFiles>;

export function createContractFiles(
  ports: Pick<ContractPorts, 'db' | 'keys' | 'blobs' | 'fonts' | 'payWithinDays' | 'log'>,
) {
  const { db, keys, blobs, fonts, payWithinDays, log } = ports;

  async function readBlob(tenant: Tenant, id: string): Promise<Uint8Array> {
    const file = await blobs.openFile(tenant, id);
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read(0, file.size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async function photoOf(tenant: Tenant, id: string): Promise<ContractPhoto> {
    try {
      return { id, bytes: await readBlob(tenant, id) };
    } catch (error) {
      if (error instanceof AppError && error.code === 'blobs.not_found') return { id, bytes: undefined };
      throw error;
    }
  }

  async function keep(tenant: Tenant, bytes: Uint8Array): Promise<string> {
    const id = hash('sha256', bytes, 'hex');
    const actor = { organizationId: tenant.organizationId, deviceId: 'server' };
    for (;;) {
      const { state, offset } = await blobs.state(actor, id);
      if (state === 'durable') return id;
      try {
        const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
        await blobs.receive(actor, id, { kind: 'sealed', size: bytes.length, offset }, chunk);
      } catch (error) {
        // Somebody draws the same contract at this moment: what they have stored need not be stored again.
        if (!(error instanceof AppError && error.code === 'blobs.offset_conflict')) throw error;
      }
    }
  }

  /** The same paper with the same photos is the same file. @throws AppError `contracts.photos_missing` with `titles` */
  async function draw(
    tenant: Tenant,
    paper: PaperRow,
    of: {
      readonly shopId: string;
      readonly fees: ContractFees;
      readonly photos: ReadonlyMap<string, readonly string[]>;
      readonly supersedes: string | undefined;
    },
  ): Promise<StoredPdf> {
    const sealing = keys.sealingOf(tenant);
    const { name: organization, inn, timeZone } = await getOrganization(db, tenant);
    const shop = await findShop(db, tenant, of.shopId);
    const { snapshot, number, createdAt, clientId } = paper;
    const photos = new Map<string, ContractPhoto[]>();
    for (const { id } of snapshot.appliances) {
      photos.set(id, await Promise.all((of.photos.get(id) ?? []).map((photo) => photoOf(tenant, photo))));
    }
    // A client signs what they see: a picture that comes after the signature proves nothing.
    const waitedFor = snapshot.appliances.filter(({ id }) => photos.get(id)?.some(({ bytes }) => bytes === undefined));
    if (waitedFor.length > 0) {
      const titles = waitedFor.map(({ title }) => title).join(', ');
      throw new AppError('contracts.photos_missing', `photos have not come yet: ${titles}`, { details: { titles } });
    }
    // Letters and shapes weigh more than most of what a server does all day.
    const { drawContract } = await import('#node/contract-pdf/contract.pdf.ts');
    const { bytes } = await drawContract(
      {
        number,
        createdAt,
        timeZone,
        party: { organization, inn, shop: shop?.name ?? organization, address: shop?.address ?? '' },
        client: snapshot.client,
        passport: openPassport(sealing, clientId, snapshot.passport),
        appliances: snapshot.appliances,
        fees: of.fees,
        photos,
        payWithinDays,
        supersedes: of.supersedes,
      },
      await fonts(),
    );
    const pdfSha256 = hash('sha256', bytes, 'hex');
    return { fileId: await keep(tenant, sealing.sealBytes(pdfPlace(paper.id), bytes)), pdfSha256 };
  }

  /** The bytes that were made. @throws AppError `contracts.pdf_changed` when they are not those any more. */
  async function read(tenant: Tenant, contract: Contract): Promise<Uint8Array> {
    const changed = (cause?: unknown) =>
      new AppError('contracts.pdf_changed', `the file of contract ${contract.number} is not what was made`, { cause });
    let bytes: Uint8Array;
    try {
      bytes = keys.sealingOf(tenant).openBytes(pdfPlace(contract.id), await readBlob(tenant, contract.fileId));
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'blobs.not_found' && error.code !== 'clients.seal_broken')) {
        throw error;
      }
      log.error({ contractId: contract.id, number: contract.number }, 'the file of a contract was changed or is gone');
      throw changed(error);
    }
    if (hash('sha256', bytes, 'hex') !== contract.pdfSha256) throw changed();
    return bytes;
  }

  return { draw, read };
}
