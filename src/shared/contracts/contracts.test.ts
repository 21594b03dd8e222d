import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Appliance } from '../clients/appliances.schema.ts';
import type { Client } from '../clients/clients.schema.ts';
import type { Passport } from '../clients/passport.schema.ts';
import type { Tariff } from '../clients/tariff.schema.ts';
import { currentContract, decideGeneration, mayContractBecome, mayInvoiceBecome } from './contracts.rules.ts';
import { CONTRACT_STATUSES, Contract, type ContractStatus, InvoiceStatus } from './contracts.schema.ts';
import { feesOf } from './fees.rules.ts';
import { contractNumber, dayAfter, dayCode, dayInWords, initialsOf, isDayToCome } from './number.rules.ts';
import {
  codeAsked,
  codeDelivered,
  type Guesses,
  guessWrong,
  isCodeOver,
  NO_GUESSES,
  readCode,
  secondsToNext,
} from './otp.rules.ts';
import { type ClientFile, lacksOf, printOf, snapshotOf } from './snapshot.rules.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const T0 = Date.UTC(2025, 9, 15, 12);
const sealed = (text: string) => `s1.${text.padEnd(40, 'A')}`;

const client: Client = {
  id: id(1),
  shopId: id(2),
  name: 'Иван Петров',
  phone: '+79991234567',
  registrationAddress: 'г. Москва, ул. Лесная, д. 5',
  phones: [],
  tags: [],
  status: 'in_verification',
  createdAt: T0,
  updatedAt: T0,
};
const passport: Passport = {
  id: client.id,
  shopId: client.shopId,
  lastName: sealed('last'),
  firstName: sealed('first'),
  series: sealed('series'),
  number: sealed('number'),
  issuedBy: sealed('by'),
  issueCode: sealed('code'),
  issueDate: sealed('date'),
  address: sealed('address'),
  createdAt: T0,
  updatedAt: T0,
};
const tariff: Tariff = {
  id: id(3),
  lineId: id(4),
  version: 1,
  name: 'Базовый',
  baseFeeMinor: 0,
  extraPerApplianceMinor: 100_000,
  effectiveFrom: 0,
  active: true,
};
const appliance = (n: number, more: Partial<Appliance> = {}): Appliance => ({
  id: id(100 + n),
  clientId: client.id,
  shopId: client.shopId,
  kind: 'television',
  title: `Телевизор ${n}`,
  extraFeeMinor: 0,
  photos: [],
  createdAt: T0 + n,
  updatedAt: T0,
  ...more,
});
const file = (more: Partial<ClientFile> = {}): ClientFile => ({
  client,
  passport,
  appliances: [appliance(1), appliance(2), appliance(3)],
  tariff,
  ...more,
});
const print = (of: ClientFile) => printOf(snapshotOf(of) ?? expect.unreachable('nothing to sign'), of, sha256);
const hashOf = (of: ClientFile) => print(of).snapshotHash;
const contract = (status: ContractStatus, more: Partial<Contract> = {}): Contract =>
  Contract.parse({
    id: id(50),
    shopId: client.shopId,
    clientId: client.id,
    number: 'ПЕ-251015-01',
    version: 1,
    status,
    createdAt: T0,
    ...print(file()),
    fileId: 'a'.repeat(64),
    pdfSha256: 'b'.repeat(64),
    appliances: [],
    tariff,
    totalMinor: 0,
    dueMinor: 0,
    ...more,
  });

describe('the snapshot', () => {
  test('is of the data and of nothing else: photos, order and the time of an edit do not change it', () => {
    const same = file({
      client: { ...client, updatedAt: T0 + 5, status: 'processed', comment: 'звонить вечером' },
      passport: { ...passport, photo: 'c'.repeat(64), updatedAt: T0 + 9 },
      appliances: [appliance(3), appliance(1, { photos: ['d'.repeat(64)] }), appliance(2)],
    });
    expect(hashOf(same)).toBe(hashOf(file()));
  });

  test.each<[string, Partial<ClientFile>]>([
    ['phone', { client: { ...client, phone: '+79990000000' } }],
    ['e-mail', { client: { ...client, email: 'a@b.ru' } }],
    ['name', { client: { ...client, name: 'Пётр Петров' } }],
    ['address', { client: { ...client, registrationAddress: 'г. Москва, ул. Лесная, д. 6' } }],
    ['passport', { passport: { ...passport, number: sealed('other') } }],
    ['an appliance', { appliances: [appliance(1), appliance(2), appliance(3, { title: 'Другой' })] }],
    ['one more', { appliances: [appliance(1), appliance(2), appliance(3), appliance(4)] }],
    ['tariff', { tariff: { ...tariff, id: id(9) } }],
  ])('is another with another %s', (_, change) => expect(hashOf(file(change))).not.toBe(hashOf(file())));

  test('names what is lacking in the order of the wizard', () => {
    const { phone: _, ...unreachable } = client;
    expect(lacksOf({ client: unreachable, passport: undefined, appliances: [], tariff: undefined })).toEqual([
      'profile',
      'passport',
      'appliances',
      'tariff',
    ]);
    const { issueCode: __, ...partial } = passport;
    expect(lacksOf(file({ passport: partial }))).toEqual(['passport']);
    expect(snapshotOf(file({ tariff: undefined }))).toBeUndefined();
  });
});

describe('making it again', () => {
  const today = print(file());
  test('AM-14 nothing changed: the same contract, whether it waits or is signed', () => {
    for (const status of ['generated', 'otp_sent', 'otp_locked', 'signed', 'paid'] as const) {
      const known = contract(status);
      expect(decideGeneration([known], today)).toEqual({ kind: 'same', contract: known });
    }
  });

  test('unsigned and changed: void, and another in its place', () => {
    const known = contract('otp_sent', { snapshotHash: 'f'.repeat(64), version: 3 });
    expect(decideGeneration([known], today)).toEqual({ kind: 'new', version: 4, voids: known, supersedes: undefined });
  });

  test('AM-23 another photo makes another contract until it is signed, and none afterwards', () => {
    const pictured = file({ appliances: [appliance(1, { photos: ['d'.repeat(64)] }), appliance(2), appliance(3)] });
    for (const status of ['generated', 'otp_sent', 'otp_locked'] as const) {
      expect(decideGeneration([contract(status)], print(pictured)).kind).toBe('new');
    }
    for (const status of ['signed', 'paid'] as const) {
      expect(decideGeneration([contract(status)], print(pictured)).kind).toBe('same');
    }
  });

  test('AM-22 signed and changed: it stays in force until another is signed', () => {
    const signed = contract('paid', { snapshotHash: 'f'.repeat(64) });
    const waiting = contract('otp_sent', { id: id(51), snapshotHash: 'e'.repeat(64), version: 2 });
    expect(decideGeneration([waiting, signed], today)).toEqual({
      kind: 'new',
      version: 3,
      voids: waiting,
      supersedes: signed,
    });
    expect(currentContract([waiting, signed])).toBe(waiting);
    expect(currentContract([{ ...waiting, status: 'void' }, signed])).toBe(signed);
  });
});

describe('fees', () => {
  const snapshot = (of: ClientFile) => snapshotOf(of) ?? expect.unreachable();

  test('AM-11 three appliances are 3000.00, and 3500.00 where one costs 1500', () => {
    expect(feesOf(snapshot(file()), []).totalMinor).toBe(300_000);
    const dear = file({ appliances: [appliance(1), appliance(2), appliance(3, { extraFeeMinor: 150_000 })] });
    expect(feesOf(snapshot(dear), [])).toMatchObject({ totalMinor: 350_000, dueMinor: 350_000 });
  });

  test('AM-22 after a signature only what is new is billed, the base fee once', () => {
    const paid = { ...tariff, baseFeeMinor: 50_000 };
    const first = feesOf(snapshot(file({ tariff: paid })), []);
    expect(first.dueMinor).toBe(350_000);
    const signed = contract('superseded', { appliances: first.appliances });
    const more = file({ tariff: paid, appliances: [appliance(1), appliance(2), appliance(3), appliance(4)] });
    const second = feesOf(snapshot(more), [signed]);
    expect(second).toMatchObject({ totalMinor: 450_000, dueMinor: 100_000 });
    expect(second.appliances.map(({ isBilled }) => isBilled)).toEqual([false, false, false, true]);
    expect(feesOf(snapshot(file({ tariff: paid })), [signed]).dueMinor).toBe(0);
    // A contract that nobody signed has billed nothing.
    expect(feesOf(snapshot(more), [contract('void', { appliances: first.appliances })]).dueMinor).toBe(450_000);
  });
});

test('a signed contract never becomes an unsigned one, and what is over stays over', () => {
  const after = (from: ContractStatus, seen = new Set<ContractStatus>()): Set<ContractStatus> => {
    for (const to of CONTRACT_STATUSES) {
      if (mayContractBecome(from, to) && !seen.has(to)) after(to, seen.add(to));
    }
    return seen;
  };
  expect([...after('signed')].toSorted()).toEqual(['paid', 'superseded']);
  expect([...after('void')]).toEqual([]);
  expect(mayContractBecome('otp_locked', 'signed')).toBe(false);
  for (const to of InvoiceStatus.options) {
    expect(mayInvoiceBecome('paid', to) || mayInvoiceBecome('canceled', to)).toBe(false);
  }
});

describe('numbers', () => {
  test('X-35 the day is that of the zone', () => {
    expect(dayCode('Europe/Moscow', Date.UTC(2025, 9, 14, 21, 30))).toBe('251015');
    expect(dayCode('Europe/Moscow', Date.UTC(2025, 9, 14, 20, 30))).toBe('251014');
    expect(dayAfter('Europe/Moscow', Date.UTC(2025, 11, 30, 21), 3)).toBe('2026-01-03');
    expect(dayInWords('2025-10-18')).toBe('18.10.2025');
  });

  test('letters are those of the surname, whatever it is', () => {
    expect(contractNumber(initialsOf('Петров', 'Иван'), '251015', 1)).toBe('ПЕ-251015-01');
    expect(initialsOf('д’Артаньян', 'Шарль')).toBe('ДА');
    expect(initialsOf('Ю', 'Анна')).toBe('ЮА');
    expect(initialsOf('', '')).toBe('ХХ');
    // One letter that is two units of a string.
    expect(initialsOf('𞤀', '')).toBe('𞤀Х');
    expect(contractNumber('ИВ', '251015', 100)).toBe('ИВ-251015-100');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        fc.integer({ min: 1, max: 99_999 }),
        (last, first, n) => {
          const shape = Contract.shape.number.safeParse(contractNumber(initialsOf(last, first), '251015', n));
          expect(shape.success).toBe(true);
        },
      ),
    );
  });

  test('a day to pay by is one of the calendar and not over', () => {
    const isToCome = (day: string) => isDayToCome(day, 'Europe/Moscow', T0);
    expect(isToCome('2025-10-15')).toBe(true);
    expect(isToCome('2025-10-14')).toBe(false);
    expect(isToCome('2025-11-31')).toBe(false);
    expect(isToCome('2025-13-01')).toBe(false);
  });
});

describe('a code', () => {
  const limits = { lifeMs: 600_000, tries: 5, pauseMs: 60_000 };
  test('AM-17 is six digits and nothing else', () => {
    for (const text of ['', ' ', '12345', '1234567', '12 456', '１２３４５６', undefined, null, 123_456, []]) {
      expect(readCode(text)).toBeUndefined();
    }
    expect(readCode(' 012345 ')).toBe('012345');
  });

  test('AM-18, AM-26 lives ten minutes from its delivery', () => {
    const asked = codeAsked(T0, limits, NO_GUESSES);
    expect(isCodeOver(asked, T0 + 86_400_000)).toBe(false);
    const delivered = codeDelivered(asked, T0 + 120_000, limits);
    expect(isCodeOver(delivered, T0 + 720_000)).toBe(false);
    expect(isCodeOver(delivered, T0 + 720_001)).toBe(true);
    expect(secondsToNext(delivered, T0 + 59_001)).toBe(1);
    expect(secondsToNext(delivered, T0 + 60_000)).toBe(0);
  });

  test('AM-16 wrong ones count over codes, and each lock makes the next code wait longer', () => {
    const pauses: number[] = [];
    let guesses: Guesses = NO_GUESSES;
    for (let n = 0; n < 30; n += 1) {
      expect(codeAsked(T0, limits, guesses).attemptsLeft).toBe(5 - (n % 5));
      const after = guessWrong(guesses, T0, limits);
      if (after.locks > guesses.locks) pauses.push((after.pausedUntil - T0) / 60_000);
      guesses = after;
    }
    expect(pauses).toEqual([1, 5, 30, 1440, 1440, 1440]);
    // Fewer tries than were wrong already: one is left.
    const fewer = { ...limits, tries: 2 };
    const many: Guesses = { wrong: 4, locks: 0, pausedUntil: 0 };
    expect(codeAsked(T0, fewer, many).attemptsLeft).toBe(1);
    expect(guessWrong(many, T0, fewer)).toEqual({ wrong: 0, locks: 1, pausedUntil: T0 + 60_000 });
  });
});
