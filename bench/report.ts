/** How long a guest waits for a report: content in, PDF out. */
import { join } from 'node:path';
import { drawReport } from '#main/domains/reports/pdf/report.pdf.ts';
import { matterOfReading, type ReportContent } from '#main/domains/reports/report-content.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import { zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { ms, quantile, type Table } from './table.ts';

const REPORTS = 40;
const CODES = ['P0300', 'P0420', 'P0301', 'P0171', 'U0100', 'B1234', 'P0442', 'C0035'];

const head = (language: Language) => ({
  id: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RA',
  visitId: 'OBD-1D7K2M9QX-4TZ8W3RA',
  language,
  createdAt: 1_763_700_000_000,
  timeZone: 'Europe/Moscow',
  letterhead: { organization: 'ООО «Автомаркет»', inn: '7707083893', shop: 'Лесная', address: 'ул. Лесная, 5' },
  car: 'Toyota Camry',
  copy: { url: 'https://shop.example/r/AbCdEfGhIjKlMnOpQrStUg', until: 1_766_292_000_000 },
});
const diagnostics = (language: Language): ReportContent => ({
  ...head(language),
  ...matterOfReading(
    {
      adapter: 'ELM327 v1.5',
      protocol: '6',
      voltageMilli: 12_430,
      vin: 'JTDBR32E720012345',
      lampOn: true,
      ready: ['misfire'],
      notReady: ['catalyst'],
      findings: CODES.map((code) => ({ code, kinds: ['stored'], units: [] })),
      unanswered: [],
    },
    language,
  ),
});
const thickness = (language: Language): ReportContent => ({
  ...head(language),
  kind: 'thickness',
  measurement: {
    body: 'minivan',
    norms: { factoryFrom: 80, factoryTo: 160, repaintTo: 300 },
    readings: zonesOf('minivan').map(({ id }, index) => ({ zone: id, value: 90 + index * 6, source: 'hand', at: 1 })),
  },
});

export async function run(): Promise<Table> {
  const fonts = await createReportFonts(join(import.meta.dirname, '..'))();
  const measure = async (name: string, content: ReportContent): Promise<string[]> => {
    const samples: number[] = [];
    let bytes = 0;
    for (let count = 0; count < REPORTS; count += 1) {
      const from = performance.now();
      bytes = (await drawReport(content, fonts)).length;
      samples.push(performance.now() - from);
    }
    const [first = Number.NaN] = samples;
    return [
      name,
      ms(first),
      ms(quantile(samples, 0.5)),
      ms(quantile(samples, 0.99)),
      `${Math.round(bytes / 1024)} KiB`,
    ];
  };
  return {
    title: 'Report',
    how: `${REPORTS} reports of each kind, one after another in one process; the first has everything to load.`,
    columns: ['', 'first', 'p50', 'p99', 'file'],
    rows: [
      await measure('8 faults, Russian', diagnostics('ru')),
      await measure('8 faults, Hebrew', diagnostics('he')),
      await measure('60 zones, Russian', thickness('ru')),
      await measure('60 zones, Hebrew', thickness('he')),
    ],
  };
}
