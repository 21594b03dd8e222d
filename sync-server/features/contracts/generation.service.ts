/** A contract of today's data, and the code that it is signed with. */
import { sha256 } from '#node/sha256.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import { currentContract, decideGeneration, isOf, isOpen, isSigned } from '#shared/contracts/contracts.rules.ts';
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import { feesOf } from '#shared/contracts/fees.rules.ts';
import { contractNumber, dayCode, initialsOf } from '#shared/contracts/number.rules.ts';
import { secondsToNext } from '#shared/contracts/otp.rules.ts';
import {
  type ClientFile,
  type ContractPrint,
  type ContractSnapshot,
  lacksOf,
  printOf,
  snapshotOf,
} from '#shared/contracts/snapshot.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { Tx } from '../../db/db.ts';
import type { Codes } from './codes.ts';
import { assertOwn, atDesk } from './contract.writer.ts';
import type { ContractFiles } from './contract-files.ts';
import type { Asked, ContractPorts } from './contracts.ports.ts';
import {
  findClient,
  findPapers,
  insertPaper,
  listContracts,
  nextPlace,
  type PaperRow,
  readFile,
} from './contracts.repo.ts';

const REQUIRED = {
  profile: 'contracts.passport_required',
  passport: 'contracts.passport_required',
  appliances: 'contracts.appliances_required',
  tariff: 'contracts.tariff_required',
} as const;

/** @throws AppError `contracts.passport_required`, `contracts.appliances_required`, `contracts.tariff_required` */
export function snapshotToSign(file: ClientFile): {
  readonly snapshot: ContractSnapshot;
  readonly print: ContractPrint;
} {
  const snapshot = snapshotOf(file);
  const lacks = lacksOf(file);
  const [first] = lacks;
  if (snapshot === undefined || first !== undefined) {
    throw new AppError(REQUIRED[first ?? 'passport'], `a contract needs: ${lacks.join(', ')}`, { details: { lacks } });
  }
  return { snapshot, print: printOf(snapshot, file, sha256) };
}

export const outdated = () =>
  new AppError('contracts.outdated', 'the data of the client are others than those of the contract');

export function createGeneration(ports: ContractPorts, codes: Codes, files: ContractFiles) {
  const { db, now, newId, keys } = ports;

  /** The number is given out once for the same data of a day, however often the drawing dies or is asked for at once. */
  async function paperFor(
    tx: Tx,
    tenant: Tenant,
    client: Client,
    { snapshot, print: { snapshotHash } }: ReturnType<typeof snapshotToSign>,
    taken: readonly Contract[],
  ): Promise<PaperRow> {
    const { timeZone } = await getOrganization(tx, tenant);
    const at = now();
    const day = dayCode(timeZone, at);
    const known = await findPapers(tx, tenant, { clientId: client.id, snapshotHash, day });
    const unused = known.find(({ id }) => taken.every((contract) => contract.id !== id));
    if (unused !== undefined) return unused;
    const sealing = keys.sealingOf(tenant);
    const open = (field: 'lastName' | 'firstName') =>
      sealing.open(['passport', client.id, field], snapshot.passport[field] ?? '');
    const number = contractNumber(
      initialsOf(open('lastName'), open('firstName')),
      day,
      await nextPlace(tx, tenant, day),
    );
    const { organizationId } = tenant;
    const paper = {
      id: newId(),
      organizationId,
      clientId: client.id,
      day,
      number,
      createdAt: at,
      snapshotHash,
      snapshot,
    };
    await insertPaper(tx, paper);
    return paper;
  }

  /**
   * The contract of the client's data as they are; the same one while they do not change.
   *
   * @throws AppError `contracts.passport_required`, `contracts.appliances_required`, `contracts.tariff_required`;
   * `contracts.photos_missing` with `titles` of what they are of; `contracts.otp_paused`;
   * `clients.not_found`, `clients.assigned_to_other`; `app.conflict` the data change faster than they can be drawn
   */
  async function generate({ by }: Asked, clientId: string): Promise<Contract> {
    const client = await findClient(db, by, clientId);
    assertOwn(by, client);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const made = await generateOnce(by, clientId);
      if (made !== undefined) return made;
    }
    throw new AppError('app.conflict', 'the data of the client change while the contract is made');
  }

  /** `undefined`: the data changed while the PDF was drawn. */
  async function generateOnce(by: Asked['by'], clientId: string): Promise<Contract | undefined> {
    const begun = await atDesk(ports, by, clientId, async ({ tx, client, advance }) => {
      assertOwn(by, client);
      const file = await readFile(tx, by, client);
      const of = snapshotToSign(file);
      const contracts = await listContracts(tx, by, clientId);
      const generation = decideGeneration(contracts, of.print);
      if (generation.kind === 'same') {
        // An edit that was taken back left the client without the contract that they have.
        if (isOpen(generation.contract)) await advance('awaiting_contract');
        return { same: generation.contract };
      }
      // Its code could not go out: the old one stays meanwhile.
      await codes.assertNotPaused(tx, by, clientId);
      const fees = feesOf(of.snapshot, contracts);
      const paper = await paperFor(tx, by, client, of, contracts);
      const supersedes = generation.supersedes?.number;
      return { paper, print: of.print, fees, photos: file.photos, shopId: client.shopId, supersedes };
    });
    if ('same' in begun) return begun.same;
    const { paper, ...of } = begun;
    const pdf = await files.draw(by, paper, of);
    const made = await atDesk(ports, by, clientId, async ({ tx, client, contract, advance }) => {
      const { print } = snapshotToSign(await readFile(tx, by, client));
      const { snapshotHash, photosHash } = of.print;
      if (print.snapshotHash !== snapshotHash || print.photosHash !== photosHash) return undefined;
      const contracts = await listContracts(tx, by, clientId);
      const generation = decideGeneration(contracts, print);
      if (generation.kind === 'same') return { contract: generation.contract, isNew: false };
      const { voids, supersedes, version } = generation;
      if (voids !== undefined) {
        await codes.forget(tx, by, voids.id);
        const { code: _, ...without } = voids;
        await contract({ ...without, status: 'void' });
      }
      const { id, number, createdAt } = paper;
      const code = await codes.issue(tx, by, { id, number, clientId });
      const row = await contract({
        id,
        shopId: client.shopId,
        clientId,
        number,
        version,
        status: 'generated',
        createdAt,
        ...print,
        ...pdf,
        ...of.fees,
        ...(supersedes === undefined ? {} : { supersedesId: supersedes.id }),
        code,
      });
      await advance('awaiting_contract');
      await appendAudit(tx, by, {
        at: now(),
        event: 'CONTRACT_GENERATED',
        actor: actorOf(by),
        entity: { type: 'contract', id },
        details: { clientId, number, version, pdfSha256: pdf.pdfSha256, dueMinor: row.dueMinor },
      });
      return { contract: row, isNew: true };
    });
    if (made?.isNew !== true) return made?.contract;
    await codes.bring();
    return atHand(by, clientId, made.contract);
  }

  /** As it stands after its code went out. */
  const atHand = async (tenant: Tenant, clientId: string, known: Contract): Promise<Contract> =>
    (await listContracts(db, tenant, clientId)).find(({ id }) => id === known.id) ?? known;

  /**
   * Another code for the contract that waits.
   *
   * @throws AppError `contracts.not_found`, `contracts.already_signed`, `contracts.outdated`; `contracts.otp_cooldown` and
   * `contracts.otp_paused` with `retryAfterSeconds`
   */
  async function requestOtp({ by }: Asked, clientId: string): Promise<Contract> {
    const row = await atDesk(ports, by, clientId, async ({ tx, client, contract }) => {
      assertOwn(by, client);
      const known = openContract(await listContracts(tx, by, clientId));
      const { print } = snapshotToSign(await readFile(tx, by, client));
      if (!isOf(known, print)) throw outdated();
      await codes.assertNotPaused(tx, by, clientId);
      const wait = known.code === undefined ? 0 : secondsToNext(known.code, now());
      if (wait > 0) {
        throw new AppError('contracts.otp_cooldown', `another code in ${wait} s`, {
          details: { retryAfterSeconds: wait },
        });
      }
      const code = await codes.issue(tx, by, known);
      const status = known.status === 'otp_locked' ? 'otp_sent' : known.status;
      return contract({ ...known, status, code });
    });
    await codes.bring();
    return atHand(by, clientId, row);
  }

  return { generate, requestOtp };
}

/** @throws AppError `contracts.not_found`, `contracts.already_signed` */
export function openContract(contracts: readonly Contract[]): Contract {
  const current = currentContract(contracts);
  if (current === undefined) throw new AppError('contracts.not_found', 'this client has no contract to sign');
  if (isSigned(current)) throw new AppError('contracts.already_signed', `contract ${current.number} is signed already`);
  return current;
}
