/** `prilavok contract` */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PDFDocument } from '@cantoo/pdf-lib';
import Database from 'better-sqlite3';
import { holdsTogether } from '#node/audit-link.ts';
import { verifyAudit } from '#server/auth/audit.repo.ts';
import { openDb } from '#server/db/db.ts';
import { findProvable } from '#server/features/contracts/contracts.repo.ts';
import { Contract } from '#shared/contracts/contracts.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Refused, Usage } from './faults.ts';
import type { Terminal } from './terminal.ts';

export const CONTRACT_USAGE = `Usage: prilavok contract verify FILE [options]

Proves a PDF against what was kept of its signature: its SHA-256, the HMAC of that under CONTRACT_SIGNATURE_SECRET where the
secret is given, and the entry in the audit. On a device nothing else is needed, no network and no secret: then it is proved
that these are the bytes whose signature the server told this device of, and that the audit's row was not changed since. On a
server the whole chain of the audit is walked too. The embedded database is read while its server is stopped.

  --device FOLDER        data of a device
  --data-dir FOLDER      data of a server; default .data/server
  --database-url URL     PostgreSQL instead; default DATABASE_URL
  --json                 answers as JSON

Ends with 1 and HASH_MISMATCH when no signed contract has these bytes.
`;

export interface ContractVerdict {
  readonly number: string;
  readonly sha256: string;
  readonly signedAt: string;
  /** `unknown`: the secret was not given. */
  readonly hmac: 'right' | 'unknown';
  /** `row`: the row alone was looked at; `chain`: the chain up to it and on to its end. */
  readonly audit: 'row' | 'chain';
}

export async function contract(
  terminal: Terminal,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { file, device, dataDir, databaseUrl, json } = read(argv, env);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Refused(`${file} cannot be read`, { cause });
  });
  const about = { sha256: createHash('sha256').update(bytes).digest('hex'), number: await numberIn(bytes) };
  const secret = env['CONTRACT_SIGNATURE_SECRET'];
  const verdict =
    device === undefined
      ? await proveByServer(about, secret, { dataDir, databaseUrl })
      : prove(readDevice(device, about), about, secret, 'row');
  terminal.print(
    json
      ? JSON.stringify(verdict, null, 2)
      : `${verdict.number} was signed at ${verdict.signedAt}: these bytes, ${verdict.sha256}; HMAC ${verdict.hmac}, audit ${verdict.audit} whole`,
  );
}

interface About {
  readonly sha256: string;
  readonly number: string | undefined;
}

/** @throws Refused that begins with what is wrong: `HASH_MISMATCH`, `NOT_SIGNED`, `HMAC_MISMATCH`, `AUDIT_BROKEN` */
export function prove(
  found: readonly Contract[],
  { sha256, number }: About,
  secret: string | undefined,
  audit: ContractVerdict['audit'],
): ContractVerdict {
  const known = found.find(({ pdfSha256 }) => pdfSha256 === sha256);
  if (known === undefined) {
    const named = found.find((one) => one.number === number);
    const other = named === undefined ? 'no contract here has' : `contract ${named.number} has ${named.pdfSha256}, not`;
    throw new Refused(`HASH_MISMATCH: ${other} ${sha256}`);
  }
  const { signature } = known;
  if (signature === undefined)
    throw new Refused(`NOT_SIGNED: contract ${known.number} was made so, and nobody signed it`);
  const { trail, hmac, signedAt } = signature;
  if (secret !== undefined) {
    const right = createHmac('sha256', secret).update(sha256).digest();
    if (!timingSafeEqual(right, Buffer.from(hmac, 'hex'))) {
      throw new Refused(`HMAC_MISMATCH: the signature of ${known.number} was not made with this secret`);
    }
  }
  const isOfIt =
    trail.event === 'CONTRACT_SIGNED' &&
    trail.entityId === known.id &&
    trail.details['pdfSha256'] === sha256 &&
    trail.details['hmac'] === hmac &&
    trail.at === signedAt;
  if (!isOfIt || signature.hash !== sha256 || !holdsTogether(trail)) {
    throw new Refused(`AUDIT_BROKEN: the audit's row of ${known.number} does not hold together`);
  }
  const isKnown = secret === undefined ? 'unknown' : 'right';
  return { number: known.number, sha256, signedAt: new Date(signedAt).toISOString(), hmac: isKnown, audit };
}

async function proveByServer(
  about: About,
  secret: string | undefined,
  where: { readonly dataDir: string; readonly databaseUrl: string | undefined },
): Promise<ContractVerdict> {
  const opened = await openDb({ ...where, migrationsDir: join(import.meta.dirname, '../drizzle/server') }).catch(
    (error: unknown) => {
      throw error instanceof AppError ? new Refused(error.message, { cause: error }) : error;
    },
  );
  try {
    const found = await findProvable(opened.db, about);
    const verdict = prove(found, about, secret, 'chain');
    const { organizationId, signature } = found.find(({ pdfSha256 }) => pdfSha256 === about.sha256) ?? {};
    if (organizationId === undefined || signature === undefined) throw new Error('a proved contract is gone');
    const { brokenAt } = await verifyAudit(opened.db, { organizationId }, signature.trail);
    if (brokenAt !== undefined) throw new Refused(`AUDIT_BROKEN: the audit is broken at row ${brokenAt}`);
    return verdict;
  } finally {
    await opened.close();
  }
}

function readDevice(folder: string, { sha256, number }: About): Contract[] {
  let db: Database.Database;
  try {
    db = new Database(join(folder, 'device.db'), { readonly: true, fileMustExist: true });
  } catch (cause) {
    throw new Refused(`${folder} holds no data of a device`, { cause });
  }
  try {
    const rows = db
      .prepare(`SELECT fields FROM contracts WHERE pdf_sha256 = ? OR json_extract(fields, '$.number') = ?`)
      .all(sha256, number ?? '') as { readonly fields: string }[];
    return rows.map(({ fields }) => Contract.parse(JSON.parse(fields)));
  } finally {
    db.close();
  }
}

/** What the document calls itself; `undefined` where it is none of ours. */
async function numberIn(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const title = (await PDFDocument.load(bytes, { updateMetadata: false })).getTitle();
    return title?.match(/№ (\S+)$/)?.[1];
  } catch {
    return undefined;
  }
}

function read(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const [command, ...rest] = argv;
  if (command !== 'verify') throw new Usage(`there is no command "${command}": verify`, CONTRACT_USAGE);
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: {
        device: { type: 'string' },
        'data-dir': { type: 'string', default: '.data/server' },
        'database-url': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error('exactly one FILE is needed');
    const databaseUrl = values['database-url'] ?? env['DATABASE_URL'];
    return {
      file: resolve(file),
      device: values.device === undefined ? undefined : resolve(values.device),
      dataDir: resolve(values['data-dir']),
      databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
      json: values.json,
    };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), CONTRACT_USAGE);
  }
}
