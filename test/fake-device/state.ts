/** What a person may change about the fake device, by name (a scene) or field by field. */
import { z } from 'zod';
import { SCAN_FAULTS } from '#shared/diagnostics/diagnostics.schema.ts';
import { ERROR_CODES, type ErrorCode } from '#shared/kernel/errors.ts';
import { SyncStatus } from '#shared/rpc/device.contract.ts';
import { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { VISIT_KINDS, VisitKind } from '#shared/visits/visits.schema.ts';

const Code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

const Register = RegisterView.omit({ since: true, queued: true, failed: true, unknownTaskId: true });
export type FakeRegisterState = z.infer<typeof Register>;

export const FakeState = z.strictObject({
  enrolled: z.boolean(),
  environment: z.enum(['DEV', 'PROD']),
  sync: SyncStatus.omit({ since: true, lastPullAt: true, lastExchangeAt: true, oldestUnsentAt: true }).extend({
    sinceAgoMs: z.int().min(0),
  }),
  /** Services that work; the others are out of order. None: the catalogue has not come yet. */
  services: z.array(VisitKind),
  register: Register,
  /** Further registers of the device. */
  others: z.array(Register),
  /** What the desk finds when it reconciles, and what stands at an address. */
  desk: z.strictObject({
    /** Another program printed on the register, and cash was taken out at its keys. */
    differs: z.boolean(),
    /** The address of the main register comes from the device's configuration. */
    addressByPolicy: z.boolean(),
  }),
  payment: z.strictObject({
    /** Milliseconds until the intent ends by itself; null waits for `POST /fake/pay`. */
    endsAfterMs: z.int().min(0).nullable(),
    ends: z.enum(['confirmed', 'failed', 'expired']),
    ttlMs: z.int().min(1),
  }),
  fiscal: z.strictObject({
    /** `closed`: in the fiscal memory, no paper. `never`: the register keeps it waiting. */
    ends: z.enum(['printed', 'closed', 'failed', 'unknown', 'never']),
    endsAfterMs: z.int().min(0),
  }),
  /** What a scan comes to, how long each of its steps takes, whether an adapter is set up, whether results are paid for. */
  scan: z.strictObject({
    adapter: z.boolean(),
    ends: z.enum(['clean', 'faulty', 'partly', ...SCAN_FAULTS]),
    stepMs: z.int().min(0),
    locked: z.boolean(),
  }),
  /** What sending a report comes to, and whether there is a printer. */
  report: z.strictObject({ sends: z.enum(['sent', 'failed', 'unknown']), printer: z.boolean() }),
  /** What printing a photo comes to, and what keeps the printer. */
  photo: z.strictObject({
    printer: z.boolean(),
    ends: z.enum(['printed', 'spooled', 'failed', 'unknown']),
    trouble: z.enum(['no_paper', 'stopped']).optional(),
  }),
  gauge: z.enum(['none', 'connecting', 'ready']),
  /** Procedure → the code it fails with, e.g. `{ "payments.createIntent": "payments.provider_unavailable" }`. */
  faults: z.record(z.string(), Code),
  /** Every call takes this long. */
  delayMs: z.int().min(0),
});
export type FakeState = z.infer<typeof FakeState>;

export const INITIAL: FakeState = {
  enrolled: true,
  environment: 'PROD',
  sync: { state: 'online', unsent: 0, refused: 0, sinceAgoMs: 60_000 },
  services: [...VISIT_KINDS],
  register: {
    id: 'kkt-1',
    name: 'Касса зала',
    isMain: true,
    state: 'ready',
    address: { ip: '127.0.0.1', port: 5555 },
    model: 'АТОЛ 27Ф',
    kktSerial: '00106700000001',
    fnNumber: '9999078900005419',
    driverVersion: '10.10.8.23',
    shift: { state: 'open', number: 118, leftMs: 6.2 * 3_600_000 },
    cashMinor: 1_432_000,
    unsentDocuments: 0,
    paperPresent: true,
    paperNearEnd: false,
    clockSkewMs: 1400,
  },
  others: [],
  desk: { differs: false, addressByPolicy: false },
  payment: { endsAfterMs: null, ends: 'confirmed', ttlMs: 600_000 },
  fiscal: { ends: 'printed', endsAfterMs: 1200 },
  scan: { adapter: true, ends: 'faulty', stepMs: 700, locked: false },
  report: { sends: 'sent', printer: true },
  photo: { printer: true, ends: 'printed' },
  gauge: 'none',
  faults: {},
  delayMs: 0,
};

const SECOND: FakeRegisterState = {
  ...INITIAL.register,
  id: 'kkt-2',
  name: 'Касса двора',
  isMain: false,
  state: 'unavailable',
  reason: 'нет связи с 192.168.0.12:5555',
  address: { ip: '192.168.0.12', port: 5555 },
  model: 'АТОЛ 30Ф',
  kktSerial: '00106700000002',
  fnNumber: '9999078900005420',
  shift: { state: 'closed', number: 41 },
  cashMinor: 300_000,
};

const register = (patch: Partial<FakeState['register']>): FakeState => ({
  ...INITIAL,
  register: { ...INITIAL.register, ...patch },
});

/** States worth looking at, by a name that fits in an address: `/?scene=paper-out`. */
export const SCENES = {
  ready: INITIAL,
  dev: { ...INITIAL, environment: 'DEV' },
  auto: { ...INITIAL, environment: 'DEV', payment: { ...INITIAL.payment, endsAfterMs: 5000 } },
  'not-enrolled': { ...INITIAL, enrolled: false, sync: { ...INITIAL.sync, state: 'not_enrolled' } },
  'no-services': { ...INITIAL, services: [] },
  'some-services': { ...INITIAL, services: ['diagnostics', 'photo'] },
  offline: { ...INITIAL, sync: { state: 'offline', unsent: 3, refused: 0, sinceAgoMs: 12 * 60_000 } },
  'offline-days': { ...INITIAL, sync: { state: 'offline', unsent: 14, refused: 0, sinceAgoMs: 2 * 86_400_000 } },
  refusing: {
    ...INITIAL,
    sync: { state: 'offline', fault: 'app.unavailable', unsent: 9, refused: 0, sinceAgoMs: 4 * 60_000 },
  },
  refused: { ...INITIAL, sync: { ...INITIAL.sync, refused: 3, unsent: 2 } },
  'long-backlog': { ...INITIAL, sync: { state: 'offline', unsent: 50_000, refused: 3, sinceAgoMs: 30 * 86_400_000 } },
  revoked: { ...INITIAL, sync: { ...INITIAL.sync, state: 'revoked', unsent: 4 } },
  'register-gone': register({ state: 'unavailable', reason: 'нет связи с 127.0.0.1:5555' }),
  'register-unset': register({ state: 'not_configured' }),
  'register-blocked': { ...register({ state: 'blocked' }), fiscal: { ends: 'unknown', endsAfterMs: 200 } },
  'shift-closed': register({ shift: { state: 'closed', number: 118 } }),
  'shift-expired': register({ shift: { state: 'expired', number: 118, leftMs: 0 } }),
  'shift-ending': register({ shift: { state: 'open', number: 118, leftMs: 1.4 * 3_600_000 } }),
  'desk-differs': {
    ...register({ unsentDocuments: 3, unsentSince: Date.UTC(2026, 10, 21, 6, 2), paperNearEnd: true }),
    desk: { ...INITIAL.desk, differs: true },
  },
  'two-registers': { ...INITIAL, others: [SECOND] },
  'by-policy': { ...INITIAL, desk: { ...INITIAL.desk, addressByPolicy: true } },
  'another-register': register({
    state: 'another_register',
    reason: 'отвечает № 00106700000099',
    kktSerial: '00106700000099',
    expectedSerial: '00106700000001',
  }),
  'clock-skew': register({ clockSkewMs: 7_200_000 }),
  'no-paper': register({ paperPresent: false }),
  'paper-out': { ...INITIAL, fiscal: { ends: 'closed', endsAfterMs: 1200 } },
  unknown: { ...INITIAL, fiscal: { ends: 'unknown', endsAfterMs: 1200 } },
  'receipt-failed': { ...INITIAL, fiscal: { ends: 'failed', endsAfterMs: 1200 } },
  'receipt-waits': { ...INITIAL, fiscal: { ends: 'never', endsAfterMs: 0 } },
  'payment-fails': { ...INITIAL, payment: { ...INITIAL.payment, endsAfterMs: 1500, ends: 'failed' } },
  'payment-expires': { ...INITIAL, payment: { ...INITIAL.payment, ttlMs: 3000, endsAfterMs: 3000, ends: 'expired' } },
  'psp-gone': { ...INITIAL, faults: { 'payments.createIntent': 'payments.provider_unavailable' } },
  'core-fails': { ...INITIAL, faults: { 'catalogue.services': 'app.internal', 'catalogue.search': 'app.internal' } },
  'car-clean': { ...INITIAL, scan: { ...INITIAL.scan, ends: 'clean' } },
  'car-partly': { ...INITIAL, scan: { ...INITIAL.scan, ends: 'partly' } },
  'car-silent': { ...INITIAL, scan: { ...INITIAL.scan, ends: 'no_car' } },
  'car-locked': { ...INITIAL, scan: { ...INITIAL.scan, locked: true } },
  'no-adapter': { ...INITIAL, scan: { ...INITIAL.scan, adapter: false } },
  'gauge-ready': { ...INITIAL, gauge: 'ready' },
  slow: { ...INITIAL, delayMs: 3000 },
} as const satisfies Record<string, FakeState>;
export type Scene = keyof typeof SCENES;

export const isScene = (name: string): name is Scene => Object.hasOwn(SCENES, name);
