/** Contracts as ink on pages: Chromium's engine draws them. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReportFonts } from '#node/pdf/fonts.ts';
import { PAGE, type ReportFonts } from '#node/pdf/paper.ts';
import { drawContract } from './contract.pdf.ts';
import { type ContractContent, DRAFT_MARK } from './contract-content.ts';

const ROOT = join(import.meta.dirname, '../../..');
const appliance = (n: number, more: Partial<ContractContent['appliances'][number]> = {}) => ({
  id: `a${n}`,
  kind: 'television',
  title: `Samsung QE55Q60, экземпляр ${n}`,
  extraFeeMinor: 0,
  ...more,
});

let fonts: ReportFonts;
let library: PDFiumLibrary;
let photo: Uint8Array;
beforeAll(async () => {
  fonts = await createReportFonts(ROOT)();
  library = await PDFiumLibrary.init();
  photo = await readFile(join(ROOT, 'scripts/demo-photos/car-1.jpg'));
});
afterAll(() => library.destroy());

const contentOf = (more: Partial<ContractContent> = {}): ContractContent => {
  const appliances = more.appliances ?? [
    appliance(1, { specs: { 'Серийный номер': 'SN-0042', Модель: 'QE55Q60AAUXRU' }, description: 'Скол на рамке.' }),
    appliance(2, { kind: 'fridge', title: 'Бирюса 118' }),
    appliance(3, { kind: 'router', title: 'Keenetic Giga', extraFeeMinor: 150_000 }),
  ];
  const lines = appliances.map(({ id, kind, title, extraFeeMinor }, index) => ({
    id,
    kind,
    title,
    feeMinor: extraFeeMinor || 100_000,
    isBilled: index > 0,
  }));
  return {
    number: 'ПЕ-251015-01',
    createdAt: Date.UTC(2025, 9, 15, 12),
    timeZone: 'Europe/Moscow',
    party: { organization: 'ООО «Автомаркет»', inn: '7707083893', shop: 'Лесная', address: 'г. Москва, ул. Лесная, 5' },
    client: { id: 'c1', name: 'Иван Петров', phone: '+79991234567', email: 'petrov@example.ru' },
    passport: {
      lastName: 'Петров',
      firstName: 'Иван',
      middleName: 'Сергеевич',
      series: '4509',
      number: '567890',
      issuedBy: 'ОВД «Тверской» г. Москвы',
      issueCode: '770-001',
      issueDate: '2020-01-01',
      birthDate: '1990-05-05',
      address: 'г. Москва, ул. Садовая, д. 10, кв. 5',
    },
    appliances,
    fees: {
      appliances: lines,
      tariff: { id: 't', name: 'Базовый', baseFeeMinor: 50_000, extraPerApplianceMinor: 100_000 },
      totalMinor: 50_000 + lines.reduce((sum, one) => sum + one.feeMinor, 0),
      dueMinor: 50_000 + lines.reduce((sum, one) => sum + (one.isBilled ? one.feeMinor : 0), 0),
    },
    photos: new Map([
      ['a1', [{ id: createHash('sha256').update(photo).digest('hex'), bytes: photo }]],
      ['a2', [{ id: 'c'.repeat(64), bytes: undefined }]],
    ]),
    payWithinDays: 3,
    supersedes: undefined,
    ...more,
  };
};

async function render(content: ContractContent, name?: string) {
  const { bytes, pages } = await drawContract(content, fonts);
  const document = await library.loadDocument(Buffer.from(bytes));
  const sheets = [];
  for (const page of document.pages()) {
    const text = page.getText();
    const { data, width, height } = await page.render({ scale: 1, render: 'bitmap' });
    const out = process.env['CONTRACT_PICTURES'];
    if (out !== undefined && name !== undefined) {
      await writeFile(join(out, `${name}-${sheets.length + 1}.raw`), data);
      await writeFile(join(out, `${name}-${sheets.length + 1}.size`), `${width} ${height}`);
    }
    let dark = 0;
    let below = 0;
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at] ?? 255) > 120) continue;
      dark += 1;
      if (Math.floor(at / 4 / width) > height * (1 - 14 / PAGE.height)) below += 1;
    }
    sheets.push({ text, dark, below });
  }
  document.destroy();
  return {
    bytes,
    pages,
    sheets,
    text: sheets
      .map(({ text }) => text)
      .join('\n')
      .replace(/\s+/g, ' '),
  };
}

describe('a contract', () => {
  test('AM-13 names both sides, the passport, each appliance with its fee, the terms, and counts its pages', async () => {
    const { text, sheets, pages } = await render(contentOf(), 'contract');
    for (const said of [
      'ДОГОВОР № ПЕ-251015-01',
      'ООО «Автомаркет»',
      '7707083893',
      'Петров Иван Сергеевич',
      '4509 567890',
      '01.01.2020',
      '770-001',
      'г. Москва, ул. Садовая, д. 10, кв. 5',
      'Телевизор: Samsung QE55Q60',
      'Серийный номер: SN-0042',
      'Холодильник: Бирюса 118',
      '1 500,00',
      'учтено ранее',
      '3 000,00',
      'Простая электронная подпись Заказчика',
      '15 октября 2025',
    ]) {
      expect(text).toContain(said);
    }
    expect(sheets).toHaveLength(pages);
    for (const [index, sheet] of sheets.entries()) {
      expect(sheet.text).toContain(`Лист ${index + 1} из ${pages}`);
      expect(sheet.dark).toBeGreaterThan(500);
      expect(sheet.below).toBe(0);
    }
    expect(text).not.toContain(DRAFT_MARK);
    expect(text).not.toMatch(/\{\w+\}/);
  });

  test('the same content gives the same bytes; another letter, number or photo gives others', async () => {
    const hashes = new Set<string>();
    const of = async (content: ContractContent) =>
      createHash('sha256')
        .update((await drawContract(content, fonts)).bytes)
        .digest('hex');
    const first = await of(contentOf());
    expect(await of(contentOf())).toBe(first);
    hashes.add(first);
    hashes.add(await of(contentOf({ number: 'ПЕ-251015-02' })));
    hashes.add(await of(contentOf({ photos: new Map() })));
    hashes.add(await of(contentOf({ passport: { ...contentOf().passport, number: '567891' } })));
    expect(hashes.size).toBe(4);
  });

  test('AM-28 a draft says so on every sheet, and has neither number nor place to sign', async () => {
    const { sheets, text } = await render(contentOf({ number: undefined }), 'draft');
    for (const sheet of sheets) expect(sheet.text).toContain(DRAFT_MARK);
    expect(text).not.toContain('ПЕ-251015');
    expect(text).toContain('Черновик не подписывается');
  });

  test('thirty appliances with long names, and twenty photos, break over sheets and stay on them', async () => {
    const appliances = Array.from({ length: 30 }, (_, n) =>
      appliance(n, {
        title: `${'Очень длинное название '.repeat(5)}${n}`,
        description: 'Царапины на корпусе. '.repeat(20),
      }),
    );
    const photos = new Map([['a0', Array.from({ length: 20 }, () => ({ id: 'd'.repeat(64), bytes: photo }))]]);
    const { sheets, text } = await render(contentOf({ appliances, photos, supersedes: 'ПЕ-250101-01' }), 'long');
    expect(sheets.length).toBeGreaterThan(6);
    for (const sheet of sheets) expect(sheet.below).toBe(0);
    for (let n = 0; n < 30; n += 1) expect(text).toContain(`Очень длинное название ${n}`);
    expect(text).toContain('Заменяет договор № ПЕ-250101-01');
  });

  test('what is no picture, or one that a PDF cannot hold, is named by its hash', async () => {
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1');
    const broken = Buffer.from([0xff, 0xd8, 0xff, 0]);
    const photos = new Map([['a1', [webp, broken].map((bytes, index) => ({ id: String(index).repeat(64), bytes }))]]);
    const { text } = await render(contentOf({ photos }));
    expect(text.match(/Фото не вошло в файл договора/g)).toHaveLength(2);
    expect(text).toContain('№ 1, фото 2 · 11111111');
  });

  test('AM-28 a photo that has not come yet leaves a place that says whose it is', async () => {
    const content = contentOf({
      number: undefined,
      photos: new Map([['a1', [{ id: 'e'.repeat(64), bytes: undefined }]]]),
    });
    const { text } = await render(content, 'to-come');
    expect(text).toContain(`${content.appliances[0]?.title}. Фото ещё не загружено.`);
  });
});
