import { expect, it, test } from 'vitest';
import type { CarReading, ScanState } from '#shared/diagnostics/diagnostics.schema.ts';
import type { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import { scanPhase, tellFindings } from './scan-phase.rules.ts';

const reading: CarReading = {
  adapter: 'ELM327 v2.2',
  protocol: '6',
  lampOn: true,
  ready: [],
  notReady: [],
  findings: [],
  unanswered: [],
};
const view = (state: ScanState, locked = false): ScanView => ({
  scan: { id: 's', visitId: 'v', startedAt: 0, ...state },
  locked,
  found: { now: 1, soon: 0, watch: 0 },
});
const done = (patch: Partial<CarReading>): ScanState => ({
  state: 'done',
  finishedAt: 1,
  reading: { ...reading, ...patch },
});
const findings: CarReading['findings'] = [{ code: 'P0420', kinds: ['stored'], units: ['7E8'] }];

it.each<[string, ScanView | null, unknown]>([
  ['before the first', null, { kind: 'connect' }],
  ['at its beginning', view({ state: 'running', step: 'adapter' }), { kind: 'running', step: 'adapter', share: 0 }],
  ['near its end', view({ state: 'running', step: 'permanent' }), { kind: 'running', step: 'permanent', share: 6 / 7 }],
  ['failed', view({ state: 'failed', finishedAt: 1, fault: 'no_car' }), { kind: 'failed', why: 'no_car' }],
  ['stopped', view({ state: 'cancelled', finishedAt: 1 }), { kind: 'failed', why: 'cancelled' }],
  ['not paid', view(done({ findings }), true), { kind: 'locked', found: { now: 1, soon: 0, watch: 0 } }],
  ['clean', view(done({})), { kind: 'clean', reading }],
  [
    'clean as far as an old car can tell',
    view(done({ unanswered: ['vin', 'permanent'] })),
    expect.objectContaining({ kind: 'clean' }),
  ],
  [
    'silent about its stored codes',
    view(done({ unanswered: ['stored'] })),
    expect.objectContaining({ kind: 'partly' }),
  ],
  [
    'with faults, whatever else is missing',
    view(done({ findings, unanswered: ['pending'] })),
    expect.objectContaining({ kind: 'found' }),
  ],
])('a scan %s', (_name, given, phase) => {
  expect(scanPhase(given)).toEqual(phase);
});

test('faults are told the gravest first, each with what is known of it', () => {
  const told = tellFindings(
    {
      ...reading,
      findings: [
        { code: 'P0455', kinds: ['stored', 'permanent'], units: [] },
        { code: 'P0171', kinds: ['pending'], units: [] },
        { code: 'P0301', kinds: ['stored', 'pending'], units: [] },
      ],
    },
    'ru',
  );
  expect(told.map(({ code, urgency, isPending, isPermanent }) => [code, urgency, isPending, isPermanent])).toEqual([
    ['P0301', 1, false, false],
    ['P0171', 2, true, false],
    ['P0455', 3, false, true],
  ]);
  expect(tellFindings({ ...reading, findings }, 'he')[0]?.part).toBe('ממיר קטליטי, שורה 1');
});
