/**
 * The register's durable memory, in two files.
 *
 * `FILE.fn` is the fiscal memory: a line of JSON a document, only ever appended to and synced. It is the truth.
 * `FILE` is the head: counters and switches, replaced as a whole (write beside, sync, rename). A power cut between
 * the two is healed at start by applying the documents that the head has not seen.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StateFileError } from './lock.ts';
import { applyDocument, type FnDocument, freshHead, type Head, type Identity } from './model.ts';

export interface StateStore {
  head(): Head;
  /** Oldest first; document N is at N - 1. */
  documents(): readonly FnDocument[];
  document(number: number): FnDocument | undefined;
  /** Durable when it returns; its paper is owed. */
  append(document: FnDocument): void;
  /** Durable when it returns. */
  update(change: (head: Head) => Head): void;
  close(): void;
}

const FN_FORMAT = 'prilavok-kkt-emulator-fn/1';
const Total = z.strictObject({ count: z.int(), sumMinor: z.int() });
const HeadFile = z.strictObject({
  format: z.literal('prilavok-kkt-emulator/1'),
  identity: z.strictObject({
    fnSerial: z.string().regex(/^\d{16}$/),
    kktSerial: z.string(),
    registrationNumber: z.string(),
    vatin: z.string(),
    organisation: z.string(),
    address: z.string(),
    place: z.string(),
  }),
  lastDocument: z.int().min(0),
  shift: z.strictObject({ number: z.int(), open: z.boolean(), openedAt: z.int(), receipts: z.int() }),
  counters: z.strictObject({
    receipts: z.record(z.string(), Total),
    payments: z.record(z.string(), Total),
    cashIn: Total,
    cashOut: Total,
    documents: z.int(),
  }),
  cashMinor: z.int(),
  lastSent: z.int(),
  ofdOnline: z.boolean(),
  paper: z.boolean(),
  unprinted: z.int().nullable(),
  // Later than the format: a state file of before has neither.
  owedSlip: z
    .strictObject({ lines: z.array(z.string()) })
    .nullable()
    .default(null),
  clockOffsetMs: z.int().default(0),
  operations: z.int(),
});
const FnHeader = z.strictObject({ format: z.literal(FN_FORMAT), fnSerial: z.string() });

function readHead(file: string): Head {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StateFileError(`${file} cannot be read as the state of a register: ${String(cause)}`, { cause });
  }
  const parsed = HeadFile.safeParse(raw);
  if (!parsed.success) throw new StateFileError(`${file} is not the state file of a register emulator`);
  return parsed.data;
}

/** Writes the whole text and makes it durable before anything else can see it. */
function replaceFile(file: string, text: string): void {
  const beside = `${file}.new`;
  const fd = openSync(beside, 'w');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(beside, file);
  syncFolder(dirname(file));
}

/** A rename or a new name is durable only once its folder is; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** Reads the documents and cuts off a last line that a power cut left without its end. */
function readDocuments(file: string, fd: number, fnSerial: string): FnDocument[] {
  const data = readFileSync(file);
  const end = data.lastIndexOf(0x0a) + 1;
  if (end < data.length) ftruncateSync(fd, end);
  const [header, ...lines] = data.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  try {
    const { fnSerial: owner } = FnHeader.parse(JSON.parse(header ?? ''));
    if (owner !== fnSerial) throw new StateFileError(`${file} belongs to fiscal memory ${owner}, not ${fnSerial}`);
    // Written by ourselves and never by hand: the shape of a document is not checked again.
    const documents = lines.map((line) => JSON.parse(line) as FnDocument);
    for (const [index, document] of documents.entries()) {
      if (document.number !== index + 1) throw new StateFileError(`${file} misses document ${index + 1}`);
    }
    return documents;
  } catch (cause) {
    if (cause instanceof StateFileError) throw cause;
    throw new StateFileError(`${file} cannot be read as a fiscal memory: ${String(cause)}`, { cause });
  }
}

function openFn(file: string, fnSerial: string): number {
  const isNew = !existsSync(file);
  const fd = openSync(file, 'a');
  if (isNew) {
    writeSync(fd, `${JSON.stringify({ format: FN_FORMAT, fnSerial })}\n`);
    fsyncSync(fd);
    syncFolder(dirname(file));
  }
  return fd;
}

/**
 * Opens the state, or makes it with the identity given. Throws StateFileError on a file that is not ours, is damaged,
 * or is of another fiscal memory than the one asked for.
 */
export function openStateStore(file: string, identity: Identity, wantedFnSerial?: string): StateStore {
  const fnFile = `${file}.fn`;
  const known = existsSync(file) ? readHead(file) : undefined;
  if (known === undefined && existsSync(fnFile)) {
    throw new StateFileError(`${fnFile} is there but ${file} is not: put it back or move the fiscal memory away`);
  }
  if (known !== undefined && wantedFnSerial !== undefined && known.identity.fnSerial !== wantedFnSerial) {
    throw new StateFileError(`${file} is of fiscal memory ${known.identity.fnSerial}, not ${wantedFnSerial}`);
  }
  let head = known ?? freshHead(identity);
  if (known === undefined) replaceFile(file, JSON.stringify(head));
  const { fnSerial } = head.identity;
  const fd = openFn(fnFile, fnSerial);
  const documents = readDocuments(fnFile, fd, fnSerial);
  if (documents.length < head.lastDocument) {
    closeSync(fd);
    throw new StateFileError(`${fnFile} has ${documents.length} documents, ${file} counts ${head.lastDocument}`);
  }

  const update = (change: (head: Head) => Head): void => {
    const next = change(head);
    replaceFile(file, JSON.stringify(next));
    head = next;
  };
  const missed = documents.slice(head.lastDocument);
  if (missed.length > 0) {
    // The power went between the fiscal memory and the head: the last of them has no paper.
    update((before) => missed.reduce(applyDocument, before));
  }

  return {
    head: () => head,
    documents: () => documents,
    document: (number) => documents[number - 1],
    append(document) {
      writeSync(fd, `${JSON.stringify(document)}\n`);
      fsyncSync(fd);
      documents.push(document);
      update((before) => applyDocument(before, document));
    },
    update,
    close: () => closeSync(fd),
  };
}
