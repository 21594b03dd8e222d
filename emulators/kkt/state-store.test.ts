import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockStateFile, StateFileError } from './lock.ts';
import type { FnDocument, Identity } from './model.ts';
import { openStateStore } from './state-store.ts';

const identity: Identity = {
  fnSerial: '9999078902001234',
  kktSerial: '1',
  registrationNumber: '2',
  vatin: '7707083893',
  organisation: 'o',
  address: 'a',
  place: 'p',
};
const wall = { year: 2026, month: 11, day: 21, hour: 14, minute: 6, second: 0 };
const openShift: FnDocument = {
  number: 1,
  kind: 'open_shift',
  shift: 1,
  at: 1000,
  wall,
  totalMinor: 0,
  payments: [],
  sign: '1',
  tlvs: [],
};
const sale: FnDocument = {
  ...openShift,
  number: 2,
  kind: 'receipt',
  receiptType: 1,
  receiptNumber: 1,
  totalMinor: 500,
  payments: [
    { type: 0, sumMinor: 200 },
    { type: 1, sumMinor: 300 },
  ],
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-store-'));
  file = join(folder, 'kkt.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('remembers documents and what follows from them', () => {
  const store = openStateStore(file, identity);
  store.append(openShift);
  store.append(sale);
  store.close();
  const again = openStateStore(file, identity);
  expect(again.documents()).toEqual([openShift, sale]);
  expect(again.head()).toMatchObject({
    lastDocument: 2,
    cashMinor: 200,
    shift: { number: 1, open: true, receipts: 1 },
    counters: {
      documents: 2,
      receipts: { 1: { count: 1, sumMinor: 500 } },
      payments: { '1:0': { count: 1, sumMinor: 200 }, '1:1': { count: 1, sumMinor: 300 } },
    },
  });
  again.close();
});

test('a power cut between the fiscal memory and the head: the document counts, its paper is owed', () => {
  const store = openStateStore(file, identity);
  store.append(openShift);
  const headBefore = readFileSync(file);
  store.append(sale);
  store.close();
  writeFileSync(file, headBefore);
  const again = openStateStore(file, identity);
  expect(again.head()).toMatchObject({ lastDocument: 2, cashMinor: 200, unprinted: 2 });
  again.close();
});

test('a power cut inside a write to the fiscal memory: the torn document never was', () => {
  const store = openStateStore(file, identity);
  store.append(openShift);
  store.close();
  appendFileSync(`${file}.fn`, JSON.stringify(sale).slice(0, 40));
  const again = openStateStore(file, identity);
  expect(again.documents()).toEqual([openShift]);
  again.append(sale);
  again.close();
  expect(openStateStore(file, identity).documents()).toEqual([openShift, sale]);
});

test.each([
  ['no JSON', 'hello'],
  ['JSON of something else', '{"format":"other/1"}'],
  ['a head with a hole', '{"format":"prilavok-kkt-emulator/1"}'],
])('refuses a state file that is %s, and leaves it as it is', (_name, content) => {
  writeFileSync(file, content);
  expect(() => openStateStore(file, identity)).toThrow(StateFileError);
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('refuses a fiscal memory that is another one, lost, or without its head', () => {
  const store = openStateStore(file, identity);
  store.append(openShift);
  store.close();
  expect(() => openStateStore(file, identity, '1111111111111111')).toThrow(/9999078902001234/);
  const fn = readFileSync(`${file}.fn`, 'utf8');
  writeFileSync(`${file}.fn`, fn.split('\n').slice(0, 1).join('\n').concat('\n'));
  expect(() => openStateStore(file, identity)).toThrow(/0 documents/);
  rmSync(file);
  expect(() => openStateStore(file, identity)).toThrow(/is not: put it back/);
});

test('one register to a state file', () => {
  const lock = lockStateFile(file);
  expect(() => lockStateFile(file)).toThrow(/in use by another register/);
  lock.release();
  lockStateFile(file).release();
});
