/** Reports as ink on pages: Chromium's engine draws them, and what is looked at is where something is dark. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReportFonts } from '#node/pdf/fonts.ts';
import type { ReportFonts } from '#node/pdf/paper.ts';
import { PAGE } from '#node/pdf/paper.ts';
import { zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import { LANGUAGES, type Language } from '#shared/visits/visits.schema.ts';
import { matterOfReading, type ReportContent } from '../report-content.ts';
import { drawReport } from './report.pdf.ts';

const SCALE = 2;
const CODES = ['P0300', 'P0420', 'P0301', 'P0171', 'U0100', 'B1234', 'P0442', 'C0035'];
const head = (language: Language) => ({
  id: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RA',
  visitId: 'OBD-1D7K2M9QX-4TZ8W3RA',
  language,
  createdAt: 1_763_700_000_000,
  timeZone: 'Europe/Moscow',
  letterhead: { organization: 'ООО «Автомаркет» ₽', inn: '7707083893', shop: 'Лесная', address: 'ул. Лесная, 5' },
  car: 'Toyota Camry',
  copy: { url: 'https://shop.example/r/AbCdEfGhIjKlMnOpQrStUg', until: 1_766_292_000_000 },
});
const diagnostics = (language: Language, faults: number): ReportContent => ({
  ...head(language),
  ...matterOfReading(
    {
      adapter: 'ELM327 v1.5',
      protocol: '6',
      voltageMilli: 12_430,
      vin: 'JTDBR32E720012345',
      lampOn: faults > 0,
      ready: ['misfire'],
      notReady: ['catalyst'],
      findings: CODES.slice(0, faults).map((code) => ({ code, kinds: ['stored', 'permanent'], units: [] })),
      unanswered: faults > 5 ? ['permanent'] : [],
    },
    language,
  ),
});
const thickness = (language: Language, body: 'sedan' | 'minivan', measured: number, value = 120): ReportContent => ({
  ...head(language),
  kind: 'thickness',
  measurement: {
    body,
    norms: { factoryFrom: 80, factoryTo: 160, repaintTo: 300 },
    readings: zonesOf(body)
      .slice(0, measured)
      .map(({ id }, index) => ({ zone: id, value: value + index, source: 'hand' as const, at: 1 })),
  },
});

let fonts: ReportFonts;
let library: PDFiumLibrary;
beforeAll(async () => {
  fonts = await createReportFonts(join(import.meta.dirname, '../../../../..'))();
  library = await PDFiumLibrary.init();
});
afterAll(() => library.destroy());

interface Sheet {
  readonly text: string;
  /** Share of dark pixels in a part of the page, in points from the top left. */
  ink(left: number, top: number, right: number, bottom: number): number;
  /** Share of pixels near a colour. */
  tinted(hex: string): number;
}

async function render(bytes: Uint8Array): Promise<Sheet[]> {
  const document = await library.loadDocument(Buffer.from(bytes));
  const sheets: Sheet[] = [];
  for (const page of document.pages()) {
    const text = page.getText();
    const { data, width, height } = await page.render({ scale: SCALE, render: 'bitmap' });
    // Red, green, blue, opacity.
    const at = (x: number, y: number) => (y * width + x) * 4;
    sheets.push({
      text,
      ink: (left, top, right, bottom) => {
        let dark = 0;
        let all = 0;
        for (let y = Math.floor(top * SCALE); y < Math.min(height, bottom * SCALE); y += 1) {
          for (let x = Math.floor(left * SCALE); x < Math.min(width, right * SCALE); x += 1) {
            const i = at(x, y);
            all += 1;
            if ((data[i] ?? 255) + (data[i + 1] ?? 255) + (data[i + 2] ?? 255) < 690) dark += 1;
          }
        }
        return all === 0 ? 0 : dark / all;
      },
      tinted: (hex) => {
        const [r, g, b] = [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16));
        let near = 0;
        for (let i = 0; i < data.length; i += 4) {
          const off =
            Math.abs((data[i] ?? 0) - (r ?? 0)) +
            Math.abs((data[i + 1] ?? 0) - (g ?? 0)) +
            Math.abs((data[i + 2] ?? 0) - (b ?? 0));
          if (off < 12) near += 1;
        }
        return near / (data.length / 4);
      },
    });
  }
  document.destroy();
  return sheets;
}

const CASES = LANGUAGES.flatMap((language): [string, ReportContent][] => [
  [`${language}, eight faults`, diagnostics(language, 8)],
  [`${language}, no faults`, diagnostics(language, 0)],
  [`${language}, a sedan half measured`, thickness(language, 'sedan', 20)],
  [`${language}, a minivan all over filler`, thickness(language, 'minivan', 60, 1000)],
]);

test.each(CASES)('%s: letters have ink, none of it is cut at an edge, pages are numbered', async (_, content) => {
  const sheets = await render(await drawReport(content, fonts));
  expect(sheets.length).toBeLessThanOrEqual(3);
  const { width, height, margin } = PAGE;
  for (const sheet of sheets) {
    // Nothing outside the margins: a line that is too long would stand there.
    expect(sheet.ink(0, 0, margin - 2, height)).toBe(0);
    expect(sheet.ink(width - margin + 2, 0, width, height)).toBe(0);
    expect(sheet.ink(0, 0, width, margin - 4)).toBe(0);
    expect(sheet.ink(0, height - 20, width, height)).toBe(0);
    // The foot, and the strip above it that nothing may reach into.
    expect(sheet.ink(margin, height - 40, width - margin, height - 20)).toBeGreaterThan(0.005);
    expect(sheet.ink(margin, height - 57, width - margin, height - 45)).toBe(0);
  }
  const [first] = sheets;
  const isRtl = content.language === 'he';
  const half = width / 2;
  // The title stands where a line begins.
  const side = (left: number, right: number) => first?.ink(left, 118, right, 150) ?? 0;
  expect(isRtl ? side(half, width - margin) : side(margin, half)).toBeGreaterThan(0.03);
});

/** The width that black letters take in a strip: blank glyphs of a broken subset leave none. */
test('every letter of every language is drawn, not only named in the text', async () => {
  for (const language of LANGUAGES) {
    const [sheet] = await render(await drawReport(diagnostics(language, 0), fonts));
    expect(sheet?.text).toContain('₽');
    // Organisation, title, and the verdict in its box.
    for (const [top, bottom] of [
      [42, 64],
      [112, 146],
    ] as const) {
      expect(sheet?.ink(PAGE.margin, top, PAGE.width - PAGE.margin, bottom)).toBeGreaterThan(0.008);
    }
  }
});

describe('colours tell how bad it is', () => {
  const RED = '#F9E4E1';
  const GREEN = '#E2F0EA';

  test('a clean car is green and has no red', async () => {
    const [sheet] = await render(await drawReport(diagnostics('ru', 0), fonts));
    expect(sheet?.tinted(GREEN)).toBeGreaterThan(0.03);
    expect(sheet?.tinted(RED)).toBe(0);
    expect(sheet?.text).toContain('Неисправностей не обнаружено');
  });

  test('AK-24 faults are told with code and words, the gravest first', async () => {
    const sheets = await render(await drawReport(diagnostics('ru', 8), fonts));
    const text = sheets.map((sheet) => sheet.text).join('\n');
    expect(text.indexOf('P0300')).toBeGreaterThan(0);
    expect(text.indexOf('P0300')).toBeLessThan(text.indexOf('P0420'));
    expect(text).toContain('Катализатор');
    expect(sheets[0]?.tinted(RED)).toBeGreaterThan(0.03);
  });

  test('a Hebrew guest reads of faults in Hebrew, on the paper too', async () => {
    const content = diagnostics('he', 8);
    if (content.kind !== 'diagnostics') throw new Error('not of a car');
    for (const { title, system, advice } of content.findings) {
      expect(`${title} ${system} ${advice}`).not.toMatch(/[A-Za-z]{4,}|[\u0400-\u04FF]/);
    }
    const sheets = await render(await drawReport(content, fonts));
    const letters = new Set(sheets.map(({ text }) => text).join(''));
    for (const letter of 'ממיר קטליטי'.replaceAll(' ', '')) expect(letters).toContain(letter);
  });

  test('filler reddens the drawing; what was not measured stays white and is said to be so', async () => {
    const [bad] = await render(await drawReport(thickness('ru', 'sedan', 40, 500), fonts));
    const [half] = await render(await drawReport(thickness('ru', 'sedan', 20), fonts));
    expect(bad?.tinted(RED)).toBeGreaterThan(0.05);
    expect(half?.tinted(RED)).toBeLessThan(0.005);
    expect(half?.text).toContain('Измерение неполное: 20 из 40 точек');
    expect(bad?.text).not.toContain('Измерение неполное');
  });
});

test('the same content gives the same bytes, and another moment others', async () => {
  const content = thickness('he', 'minivan', 60);
  const hash = async (of: ReportContent) =>
    createHash('sha256')
      .update(await drawReport(of, fonts))
      .digest('hex');
  expect(await hash(content)).toBe(await hash(structuredClone(content)));
  expect(await hash({ ...content, createdAt: content.createdAt + 60_000 })).not.toBe(await hash(content));
});

test('texts of any length break and stay on the page', async () => {
  const long = 'Общество с ограниченной ответственностью '.repeat(3).trim();
  const content: ReportContent = {
    ...diagnostics('ru', 1),
    letterhead: {
      organization: long,
      inn: '770708389312',
      shop: 'Ж'.repeat(120),
      address: 'улица Лесная, '.repeat(17),
    },
    car: 'W'.repeat(120),
  };
  const [sheet] = await render(await drawReport(content, fonts));
  expect(sheet?.ink(0, 0, PAGE.margin - 2, PAGE.height)).toBe(0);
  expect(sheet?.ink(PAGE.width - PAGE.margin + 2, 0, PAGE.width, PAGE.height)).toBe(0);
});
