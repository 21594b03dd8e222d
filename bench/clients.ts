/** How long a manager waits for the list of clients and for a search in it, with 100,000 files on the laptop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#main/db/open.ts';
import { createListing } from '#main/domains/clients/roster.repo.ts';
import type { Client, ClientStatus, ClientTab } from '#shared/clients/clients.schema.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { createTestCore, quietLog } from '#test/doubles/core-double.ts';
import { createLocalSync, TEST_WRITER } from '#test/doubles/local-sync.ts';
import { MIGRATIONS } from '#test/simulation/fiscal-image.ts';
import { seeded } from './catalogue-data.ts';
import { ms, quantile, seconds, type Table } from './table.ts';

const FILES = 100_000;
const QUERIES_OF_A_KIND = 50;
const MEMBER = '0190a000-0000-7000-8000-0000000000aa';

const SURNAMES = [
  'Иванов',
  'Смирнов',
  'Кузнецов',
  'Попов',
  'Васильев',
  'Петров',
  'Соколов',
  'Михайлов',
  'Новиков',
  'Фёдоров',
  'Морозов',
  'Волков',
  'Алексеев',
  'Лебедев',
  'Семёнов',
  'Егоров',
  'Павлов',
  'Козлов',
  'Степанов',
  'Николаев',
];
const NAMES = ['Александр', 'Дмитрий', 'Сергей', 'Андрей', 'Алексей', 'Максим', 'Евгений', 'Иван', 'Михаил', 'Артём'];
const PATRONYMICS = ['Иванович', 'Петрович', 'Сергеевич', 'Андреевич', 'Николаевич', 'Олегович'];
const STREETS = [
  'Ленина',
  'Советская',
  'Лесная',
  'Полевая',
  'Садовая',
  'Новая',
  'Озёрная',
  'Зелёная',
  'Мира',
  'Гагарина',
];
const STATUSES: readonly ClientStatus[] = [
  'new',
  'in_verification',
  'awaiting_contract',
  'awaiting_payment',
  'processed',
];

export async function run(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const opened = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: MIGRATIONS,
    log: quietLog,
    now: () => Date.now(),
  });
  try {
    const random = seeded(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const core = { ...createTestCore(), db: opened.db };
    fill(opened.db.$client, pick, random);
    const service = createTestClients(core, {
      sync: createLocalSync(core, 'manager'),
      signedIn: () => ({ id: MEMBER, name: 'Анна', role: 'manager', pinVerifier: '', active: true }),
    });
    const list = createListing(opened.db);
    const began = performance.now();
    while (list(500) > 0);
    const listedMs = performance.now() - began;

    const measure = (tab: ClientTab, textOf: () => string): number[] =>
      Array.from({ length: QUERIES_OF_A_KIND }, () => {
        const text = textOf();
        const from = performance.now();
        service.list({ tab, text });
        return performance.now() - from;
      });
    const tabs: readonly ClientTab[] = ['new', 'in_work', 'processed', 'mine'];
    const kinds: readonly (readonly [string, readonly number[]])[] = [
      ['a tab as it is', tabs.flatMap((tab) => measure(tab, () => ''))],
      ['one letter', tabs.flatMap((tab) => measure(tab, () => pick(SURNAMES).slice(0, 1)))],
      ['three letters', tabs.flatMap((tab) => measure(tab, () => pick(SURNAMES).slice(0, 3)))],
      ['surname', tabs.flatMap((tab) => measure(tab, () => pick(SURNAMES)))],
      ['surname and name', tabs.flatMap((tab) => measure(tab, () => `${pick(SURNAMES)} ${pick(NAMES)}`))],
      [
        'street and house',
        tabs.flatMap((tab) => measure(tab, () => `${pick(STREETS)} ${1 + Math.floor(random() * 99)}`)),
      ],
      ['last digits of a phone', tabs.flatMap((tab) => measure(tab, () => String(1000 + Math.floor(random() * 9000))))],
      ['nobody', tabs.flatMap((tab) => measure(tab, () => 'щукинпетровиченко'))],
    ];
    const row = (name: string, samples: readonly number[]): string[] => [
      name,
      String(samples.length),
      ...[0.5, 0.95, 0.99, 1].map((share) => ms(quantile(samples, share))),
    ];
    return {
      title: 'Clients: 100,000 files on a laptop',
      how: `From the call to the answer of the device core (cards, counts, disputes), a file on the disk. The roster of all of them was made in ${seconds(listedMs)}.`,
      columns: ['', 'samples', 'p50', 'p95', 'p99', 'max'],
      rows: [
        ...kinds.map(([name, samples]) => row(name, samples)),
        row(
          'every search',
          kinds.slice(1).flatMap(([, samples]) => samples),
        ),
      ],
    };
  } finally {
    opened.close();
    rmSync(folder, { recursive: true });
  }
}

function fill(
  client: Awaited<ReturnType<typeof openDatabase>>['db']['$client'],
  pick: <T>(from: readonly T[]) => T,
  random: () => number,
): void {
  const put = client.prepare('INSERT INTO clients (id, scope, ver, fields) VALUES (?, ?, 1, ?)');
  client.transaction(() => {
    for (let n = 0; n < FILES; n += 1) {
      const fields: Client = {
        id: `0190a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
        shopId: TEST_WRITER.shopId,
        name: `${pick(SURNAMES)} ${pick(NAMES)} ${pick(PATRONYMICS)}`,
        phone: `+79${String(Math.floor(random() * 1e9)).padStart(9, '0')}`,
        registrationAddress: `г. Москва, ул. ${pick(STREETS)}, д. ${1 + Math.floor(random() * 99)}, кв. ${1 + Math.floor(random() * 200)}`,
        phones: [],
        tags: [],
        status: pick(STATUSES),
        createdAt: 1_760_000_000_000 + n,
        updatedAt: 1_760_000_000_000 + Math.floor(random() * 1e10),
        ...(random() < 0.3 ? { assignedTo: MEMBER } : {}),
      };
      put.run(fields.id, `shop:${TEST_WRITER.shopId}`, JSON.stringify(fields));
    }
  })();
}
