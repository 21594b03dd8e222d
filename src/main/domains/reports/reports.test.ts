import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSeedReports } from '#main/agent-api/seed-reports.ts';
import { listAudit } from '#main/audit/audit.repo.ts';
import { createVisits, type VisitService } from '#main/domains/visits/visits.service.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import type { CarReading, Scan } from '#shared/diagnostics/diagnostics.schema.ts';
import { DEFAULT_NORMS } from '#shared/diagnostics/thickness.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { DeliveryReply } from '#shared/reports/delivery.schema.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync } from '#test/doubles/local-sync.ts';
import { createDeliveries } from './deliveries.service.ts';
import type { DeliveryHttp } from './delivery.http.ts';
import type { Printer, PrinterAnswer } from './printer.port.ts';
import { createReportPrinting } from './report-printing.ts';
import { registerReportsMetrics } from './reports.metrics.ts';
import { createReports, type Reports } from './reports.service.ts';

const READING: CarReading = {
  adapter: 'ELM327 v1.5',
  protocol: '6',
  vin: 'JTDBR32E720012345',
  lampOn: true,
  ready: ['misfire'],
  notReady: ['catalyst'],
  findings: [{ code: 'P0420', kinds: ['stored'], units: ['7E8'] }],
  unanswered: [],
};
const SHOP = {
  id: '00000000-0000-7000-8000-00000000000b',
  organizationId: '00000000-0000-7000-8000-00000000000a',
  organizationName: 'ООО «Автомаркет»',
  organizationInn: '7707083893',
  name: 'Лесная',
  address: 'ул. Лесная, 5',
  timeZone: 'Europe/Moscow',
  currency: 'RUB',
  taxationSystem: 'osn',
  defaultLanguage: 'ru',
} as const;

let core: TestCore;
let sync: LocalSync;
let visits: VisitService;
let reports: Reports;
let folder: string;
let isPaid: boolean;
let isPrintingOff: boolean;
let reading: CarReading;
let asked: { id: string; address: string }[];
let replies: Map<string, Partial<DeliveryReply>>;
let isServerUp: boolean;
let given: string[];
let paper: PrinterAnswer;
let submit: Printer['submit'];
const refusal = (code: string) => expect.objectContaining({ code });
const metric = async (name: string) =>
  ((await core.metrics.getSingleMetric(name)?.get())?.values ?? []).flatMap(({ labels, value }) =>
    value === 0 ? [] : [{ ...labels, value }],
  );

const http: DeliveryHttp = {
  ask: async (id, { to }) => {
    if (!isServerUp) throw new AppError('device.server_unreachable', 'no');
    asked.push({ id, address: to.address });
    return { id, state: 'queued', attempts: 0, ...replies.get(id) };
  },
  states: async (ids) => ids.map((id) => ({ id, state: 'queued', attempts: 0, ...replies.get(id) })),
};

function open(): Reports {
  core.metrics.clear();
  const metrics = registerReportsMetrics(core.metrics);
  const changed = () => undefined;
  return createReports(core, {
    sync,
    visits,
    isPaid: () => isPaid,
    isPrintingOff: () => isPrintingOff,
    shop: () => SHOP,
    metrics,
    diagnostics: {
      requireFinished: (visitId): Scan => ({
        id: 'scan',
        visitId,
        startedAt: 1,
        state: 'done',
        finishedAt: 2,
        reading,
      }),
    },
    thickness: {
      requireFinished: () => {
        throw new AppError('thickness.not_started', 'none');
      },
    },
    putFile: async (bytes) => {
      const { createHash } = await import('node:crypto');
      const { writeFile } = await import('node:fs/promises');
      const id = createHash('sha256').update(bytes).digest('hex');
      await writeFile(join(folder, id), bytes);
      return { id, state: 'local', url: `/blobs/${id}` };
    },
    fonts: createReportFonts(join(import.meta.dirname, '../../../..')),
    copyUrl: () => 'https://shop.example',
    deliveries: createDeliveries(core, { http, metrics, random: () => 0, changed }),
    printing: createReportPrinting(core, {
      metrics,
      changed,
      pathOf: (fileId) => join(folder, fileId),
      printer: {
        submit: (file, title) => submit(file, title),
        state: () => Promise.resolve(paper),
        trouble: () => Promise.resolve(undefined),
      },
    }),
  });
}
const tick = async () => {
  for (const loop of reports.loops) await loop.tick().catch(() => undefined);
};
const start = () =>
  visits.start({ kind: 'diagnostics', language: 'ru', metadata: { vehicleMake: 'Toyota', vehicleModel: 'Camry' } }).id;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'));
  core = createTestCore();
  sync = createLocalSync(core, 'kiosk');
  visits = createVisits(core, {
    sync,
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => false },
  });
  isPaid = true;
  isPrintingOff = false;
  isServerUp = true;
  reading = READING;
  asked = [];
  replies = new Map();
  given = [];
  paper = 'waiting';
  submit = async (file) => {
    given.push(file);
    return { reference: `office-${given.length}` };
  };
  reports = open();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('making', () => {
  test('a scan becomes a document once; what is on the disk is what its row says', async () => {
    const visitId = start();
    const [one, two] = await Promise.all([reports.make(visitId), reports.make(visitId)]);
    expect(two).toEqual(one);
    expect(one.id).toMatch(/^RPT-DIAG-[0-9A-Z]+-[0-9A-Z]{8}$/);
    expect(one.summary).toEqual({ now: 0, soon: 1, watch: 0, incomplete: false });
    const bytes = await readFile(join(folder, one.fileId));
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.length).toBe(one.bytes);
    expect(sync.outbox().filter((name) => name === 'report.make')).toHaveLength(1);
    expect(listAudit(core.db, 'report', one.id)).toMatchObject([
      { event: 'REPORT_GENERATED', details: { type: 'diagnostics', sha256: one.fileId } },
    ]);
    expect(await metric('reports_generated_total')).toEqual([{ type: 'diagnostics', value: 1 }]);
  });

  test('another reading of the same visit is another report', async () => {
    const visitId = start();
    const first = await reports.make(visitId);
    reading = { ...READING, findings: [] };
    core.advance(1000);
    const second = await reports.make(visitId);
    expect(second.id).not.toBe(first.id);
    expect(reports.listByVisit(visitId).map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  test('AK-26 nothing is made of what is not paid for', async () => {
    isPaid = false;
    const visitId = start();
    await expect(reports.make(visitId)).rejects.toThrow(refusal('diagnostics.not_paid'));
    expect(reports.listByVisit(visitId)).toEqual([]);
  });
});

describe('as the seed asks for it', () => {
  const body = (sessionId: string) => ({
    data: {
      sessionId,
      vehicleMake: 'Toyota',
      vehicleModel: 'Camry',
      dtcCodes: [
        { code: 'P0420', description: 'Catalyst System Efficiency Below Threshold', severity: 'medium' as const },
      ],
      timestamp: '2025-01-15T10:30:00Z',
    },
    deliverTo: { email: 'client@example.com', phone: '+79001234567' },
  });

  test('AK-24 AK-25 the answer names the file and how sending stands; both channels are counted when they end', async () => {
    const seed = createSeedReports(reports, DEFAULT_NORMS);
    const visitId = start();
    const created = await seed.createDiagnostics(body(visitId));
    expect(created).toEqual({
      reportId: expect.stringMatching(/^RPT-DIAG-/),
      filePath: expect.stringMatching(/^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/),
      delivery: { email: { success: false, state: 'queued' }, sms: { success: false, state: 'queued' } },
    });
    await tick();
    const [email, sms] = asked;
    expect([email?.address, sms?.address]).toEqual(['client@example.com', '+79001234567']);
    replies.set(email?.id ?? '', { state: 'queued', attempts: 1, nextAt: 5, fault: 'provider_refused' });
    replies.set(sms?.id ?? '', { state: 'sent', attempts: 1 });
    await tick();
    await tick();
    expect(await metric('reports_failed_total')).toEqual([
      { type: 'diagnostics', method: 'email', reason: 'provider_refused', value: 1 },
    ]);
    expect(await metric('reports_delivered_total')).toEqual([{ type: 'diagnostics', method: 'sms', value: 1 }]);
    expect(seed.find(created.reportId)?.delivery).toEqual({
      email: { success: false, state: 'queued', error: 'provider_refused' },
      sms: { success: true, state: 'sent' },
    });
    expect(seed.listBySession(visitId)).toHaveLength(1);
  });

  test('a zone that the body does not have is named in the refusal', async () => {
    const seed = createSeedReports(reports, DEFAULT_NORMS);
    const sessionId = visits.start({ kind: 'thickness', language: 'ru' }).id;
    const measured = (zone: string) =>
      seed.createThickness({
        data: {
          sessionId,
          vehicleType: 'sedan',
          measurements: [{ zone, value: 120 }],
          timestamp: '2025-01-15T10:30:00Z',
        },
      });
    await expect(measured('../../etc/x')).rejects.toThrow(/measurements\.0\.zone is no zone/);
    expect((await measured('1')).reportId).toMatch(/^RPT-THK-/);
  });
});

describe('sending', () => {
  const EMAIL = { channel: 'email', address: 'anna@example.com' } as const;
  const rows = () =>
    core.db.$client
      .prepare<[], { address: string | null; state: string }>('SELECT address, state FROM report_deliveries')
      .all();

  test('the address leaves the disk as soon as the server has it', async () => {
    const report = await reports.make(start());
    isServerUp = false;
    reports.send(report.id, EMAIL);
    await tick();
    expect(rows()).toEqual([{ address: 'anna@example.com', state: 'queued' }]);
    isServerUp = true;
    await tick();
    expect(rows()).toEqual([{ address: null, state: 'queued' }]);
    expect(reports.view(report).deliveries).toMatchObject([{ to: 'a•••@example.com', state: 'queued' }]);
  });

  test('one address gets it once; a corrected one that looks alike under its mask gets its own', async () => {
    const report = await reports.make(start());
    reports.send(report.id, EMAIL);
    await tick();
    reports.send(report.id, EMAIL);
    reports.send(report.id, { channel: 'email', address: 'alla@example.com' });
    await tick();
    expect(asked.map(({ address }) => address)).toEqual(['anna@example.com', 'alla@example.com']);
  });

  test('after a failure the same address may be tried anew', async () => {
    const report = await reports.make(start());
    reports.send(report.id, EMAIL);
    await tick();
    replies.set(asked[0]?.id ?? '', { state: 'failed', attempts: 4, fault: 'provider_refused' });
    await tick();
    core.advance(1);
    reports.send(report.id, EMAIL);
    await tick();
    expect(asked).toHaveLength(2);
    expect(reports.view(report).deliveries.map(({ state }) => state)).toEqual(['queued', 'failed']);
  });

  test('who stands at the screen does not write to the whole town', async () => {
    const report = await reports.make(start());
    const to = (n: number) => ({ channel: 'sms', address: `+7900000000${n}` }) as const;
    for (let n = 0; n < 8; n += 1) reports.send(report.id, to(n));
    expect(() => reports.send(report.id, to(8))).toThrow(expect.objectContaining({ code: 'reports.sent_enough' }));
    // What is on its way to an address is still the answer for it.
    expect(() => reports.send(report.id, to(7))).not.toThrow();
    await tick();
    expect(asked).toHaveLength(8);
  });

  test('a server that is away for a day leaves no address here', async () => {
    const report = await reports.make(start());
    isServerUp = false;
    reports.send(report.id, EMAIL);
    core.advance(25 * 3_600_000);
    await tick();
    expect(rows()).toEqual([{ address: null, state: 'failed' }]);
  });

  test('a guest who is forgotten takes the address along', async () => {
    const visitId = start();
    const report = await reports.make(visitId);
    isServerUp = false;
    reports.send(report.id, EMAIL);
    visits.erase(visitId);
    expect(rows()).toEqual([{ address: null, state: 'failed' }]);
    expect(reports.view(report).deliveries[0]?.to).toBe('');
  });

  test('of a report that is not there', () => {
    expect(() => reports.send('RPT-DIAG-AAAAAA-BBBBBB', EMAIL)).toThrow(refusal('reports.not_found'));
  });
});

describe('printing', () => {
  test('out of order by a person: nothing is offered and nothing is taken; the report is made all the same', async () => {
    const visit = visits.start({ kind: 'diagnostics', language: 'ru' });
    isPrintingOff = true;
    const report = await reports.make(visit.id);
    expect(reports.view(report).canPrint).toBe(false);
    expect(() => reports.print(report.id)).toThrow(expect.objectContaining({ code: 'reports.no_printer' }));
    isPrintingOff = false;
    expect(reports.view(report).canPrint).toBe(true);
  });

  const state = (id: string) => {
    const report = reports.find(id);
    return report && reports.view(report).print?.state;
  };

  test('spooled is not printed, and a second touch prints nothing', async () => {
    const { id } = await reports.make(start());
    reports.print(id);
    reports.print(id);
    expect(state(id)).toBe('queued');
    await tick();
    expect(state(id)).toBe('spooled');
    await tick();
    expect(state(id)).toBe('spooled');
    paper = 'printed';
    await tick();
    expect(state(id)).toBe('printed');
    reports.print(id);
    await tick();
    expect(given).toHaveLength(1);
    expect(await metric('reports_delivered_total')).toEqual([{ type: 'diagnostics', method: 'print', value: 1 }]);
  });

  test('power goes as the job is given: nobody knows, and it is not given again', async () => {
    const { id } = await reports.make(start());
    submit = () => new Promise(() => undefined);
    reports.print(id);
    void reports.loops[1]?.tick();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state(id)).toBe('queued');
    submit = async (file) => {
      given.push(file);
      return { reference: 'x' };
    };
    reports = open();
    reports.recover();
    await tick();
    expect(state(id)).toBe('unknown');
    expect(given).toEqual([]);
  });

  test('power goes before the job is given: it is printed after', async () => {
    const { id } = await reports.make(start());
    reports.print(id);
    reports = open();
    reports.recover();
    await tick();
    expect(state(id)).toBe('spooled');
  });

  test('a refusal may be tried again, and a job that the system forgot is unknown', async () => {
    const { id } = await reports.make(start());
    const take = submit;
    submit = async () => ({ refused: 'no such queue' });
    reports.print(id);
    await tick();
    expect(state(id)).toBe('failed');
    submit = take;
    core.advance(1);
    reports.print(id);
    paper = 'unknown';
    await tick();
    expect(state(id)).toBe('unknown');
  });
});
