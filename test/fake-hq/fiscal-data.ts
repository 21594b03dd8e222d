/** Registers, tasks in every state, and alerts, as headquarters would see them on a bad morning. */
import type { HqAlert, HqRegister, HqTask, HqTaskEvent } from '#shared/hq/fiscal.api.ts';
import { fakeId, shops } from './data.ts';

const MINUTE = 60_000;
const NO_QUEUE = { waiting: 0, inProgress: 0, stale: 0, uncertain: 0 };
const shopOf = (at: number) => ({ shopId: shops[at]?.id ?? '', shopName: shops[at]?.name ?? '' });

export const registers = (now: number): HqRegister[] => [
  {
    id: 'kkt-cashier-1',
    name: 'АТОЛ 27Ф у окна',
    ...shopOf(0),
    kktIp: '192.168.0.10',
    kktPort: 5555,
    taxationSystem: 'osn',
    operatorName: 'Иванов И.',
    operatorVatin: '123456789047',
    createdAt: now - 90 * 86_400_000,
    deviceName: 'Касса 2',
    lastSeenAt: now - 9000,
    online: true,
    tokens: 0,
    queue: { waiting: 2, inProgress: 1, stale: 0, uncertain: 1 },
    state: {
      at: now - 40_000,
      kktSerial: '00106700000001',
      fnNumber: '9999078900005419',
      fnValidUntil: now + 310 * 86_400_000,
      unsentDocuments: 0,
      shiftState: 'open',
      shiftNumber: 118,
      shiftEndsAt: now + 15 * 60 * MINUTE,
    },
  },
  {
    id: 'kkt-kiosk-1',
    name: 'Киоск у входа',
    ...shopOf(0),
    kktIp: 'kkt-kiosk-1.lesnaya.local',
    kktPort: 5555,
    taxationSystem: 'osn',
    operatorName: 'Киоск',
    createdAt: now - 60 * 86_400_000,
    lastSeenAt: now - 26 * MINUTE,
    online: false,
    tokens: 2,
    queue: { waiting: 0, inProgress: 1, stale: 1, uncertain: 0 },
    state: {
      at: now - 27 * MINUTE,
      kktSerial: '00106700000002',
      fnNumber: '9999078900005420',
      fnValidUntil: now + 6 * 86_400_000,
      unsentDocuments: 14,
      unsentSince: now - 31 * 60 * MINUTE,
      shiftState: 'open',
      shiftNumber: 402,
      shiftEndsAt: now + 50 * MINUTE,
    },
  },
  {
    id: 'kkt-station',
    name: 'Вокзал, касса 1',
    ...shopOf(1),
    kktIp: 'fe80::1ff:fe23:4567:890a',
    kktPort: 5555,
    taxationSystem: 'usn_income',
    operatorName: 'Петрова А.',
    createdAt: now - 2 * 86_400_000,
    online: false,
    tokens: 0,
    queue: NO_QUEUE,
  },
  {
    id: 'kkt-old',
    name: 'Старая касса',
    ...shopOf(1),
    kktIp: '192.168.0.10',
    kktPort: 5555,
    taxationSystem: 'osn',
    operatorName: 'Иванов И.',
    createdAt: now - 900 * 86_400_000,
    archivedAt: now - 30 * 86_400_000,
    lastSeenAt: now - 31 * 86_400_000,
    online: false,
    tokens: 0,
    queue: NO_QUEUE,
  },
];

const GOODS = ['Масло моторное 5W-30, 4 л', 'Диагностика автомобиля', 'Фильтр масляный MANN W 719/45'] as const;
const DOCUMENT = {
  fnCode: '9999078900005419',
  receiptId: '17',
  shiftAutoOpened: false,
  fiscalDocumentNumber: 2404,
  fiscalSign: '1008251598',
};
const REASON = 'на ленте чека нет, кабель был вынут';

/** One task a state, newest first, then ordinary ones. */
export function tasks(now: number): HqTask[] {
  const doubted: Partial<HqTask> = { status: 'in_progress', uncertain: true, acts: ['settle'], attempts: 1 };
  const special: readonly Partial<HqTask>[] = [
    { status: 'queued', attempts: 0, acts: ['cancel'] },
    { status: 'in_progress', attempts: 1, leaseUntil: now + 90_000, acts: [] },
    doubted,
    {
      status: 'error',
      error: 'Нет связи с ККТ 192.168.0.10:5555',
      retryable: true,
      attempts: 2,
      nextRetryAt: now + 2 * MINUTE,
      acts: ['requeue'],
    },
    { status: 'in_progress', stale: true, attempts: 1, leaseUntil: now - 24 * MINUTE, acts: ['settle'] },
    { status: 'error', error: 'Нет связи с ККТ 192.168.0.10:5555', retryable: true, attempts: 4, acts: ['requeue'] },
    {
      status: 'done',
      fiscal: DOCUMENT,
      verdict: { is: 'not_printed', reason: REASON, at: now - 40 * MINUTE, provedAt: now - 31 * MINUTE },
    },
    {
      status: 'done',
      verdict: {
        is: 'printed',
        fiscalDocumentNumber: 2399,
        fiscalSign: '1008211111',
        reason: 'лента в руках',
        at: now - 3_600_000,
      },
    },
    { status: 'cancelled', attempts: 0, acts: [] },
    { type: 'open_shift', status: 'done', totalMinor: 0, items: 0 },
  ];
  return Array.from({ length: 34 }, (_, n) => {
    const { firstItem = GOODS[n % 3] ?? '', ...state } = special[n] ?? {};
    const createdAt = now - (n + 1) * 7 * MINUTE;
    const register = registers(now)[n % 3 === 2 ? 0 : n % 2];
    const isShift = state.type === 'open_shift';
    return {
      id: fakeId(7000 + n),
      type: n % 7 === 6 ? 'refund' : 'sale',
      status: 'done',
      uncertain: false,
      stale: false,
      fiscalDeviceId: register?.id ?? '',
      registerName: register?.name ?? '',
      shopName: register?.shopName ?? '',
      operatorName: 'Иванов И.',
      totalMinor: 48_000 + n * 12_500,
      items: 1 + (n % 3),
      attempts: 1,
      retryable: false,
      createdAt,
      startedAt: createdAt + 400,
      updatedAt: createdAt + 2300,
      acts: [],
      ...(state.status === undefined ? { fiscal: { ...DOCUMENT, fiscalDocumentNumber: 2404 - n } } : {}),
      ...(isShift ? {} : { firstItem }),
      ...state,
    } satisfies HqTask;
  });
}

export const bodyOf = (task: HqTask) => ({
  taskId: task.id,
  type: task.type,
  fiscalDeviceId: task.fiscalDeviceId,
  kkt: { ip: '192.168.0.10', port: 5555 },
  operator: { name: task.operatorName, vatin: '123456789047' },
  ...(task.items === 0
    ? {}
    : {
        receipt: {
          items: [
            { name: task.firstItem ?? '', price: task.totalMinor / 100, quantity: 1, vat: { type: 'vat22' as const } },
          ],
          payments: [{ type: 'card' as const, sum: task.totalMinor / 100 }],
          total: task.totalMinor / 100,
          taxationSystem: 'osn' as const,
          receiptType: task.type === 'refund' ? ('sell_return' as const) : ('sell' as const),
        },
      }),
});

export function historyOf(task: HqTask): HqTaskEvent[] {
  const { createdAt: at, attempts, error, verdict, fiscal } = task;
  const agent = { actor: 'device', actorName: 'Касса 2' } as const;
  const person = { actor: 'user', actorName: 'Анна Петрова' } as const;
  const events: HqTaskEvent[] = [
    { at, event: 'FISCAL_TASK_CREATED', actor: 'agent', details: { type: task.type } },
    ...(task.uncertain || verdict
      ? [{ at: at + 3000, event: 'FISCAL_OUTCOME_UNKNOWN', ...agent, details: { attempts } }]
      : []),
    ...(error === undefined ? [] : [{ at: at + 5000, event: 'FISCAL_ERROR', ...agent, details: { attempts, error } }]),
    ...(verdict
      ? [{ at: verdict.at, event: 'FISCAL_TASK_SETTLED', ...person, details: { ...verdict, verdict: verdict.is } }]
      : []),
    ...(verdict?.provedAt === undefined
      ? []
      : [
          {
            at: verdict.provedAt,
            event: 'FISCAL_VERDICT_CONTRADICTED',
            ...agent,
            details: { verdict, reported: { status: 'done', fiscal } },
          },
        ]),
    ...(fiscal
      ? [{ at: at + 2300, event: 'FISCAL_DOC_CLOSED', ...agent, details: { attempts, document: fiscal } }]
      : []),
  ];
  return events.toSorted((a, b) => a.at - b.at);
}

export const alerts = (now: number): HqAlert[] => [
  {
    id: fakeId(8000),
    kind: 'fiscal.verdict_contradicted',
    subjectType: 'fiscal_task',
    subjectId: fakeId(7006),
    details: { fiscalDeviceId: 'kkt-cashier-1' },
    at: now - 31 * MINUTE,
    times: 1,
  },
  {
    id: fakeId(8001),
    kind: 'fiscal.retries_used_up',
    subjectType: 'fiscal_task',
    subjectId: fakeId(7005),
    details: { fiscalDeviceId: 'kkt-kiosk-1', attempts: 4 },
    at: now - 35 * MINUTE,
    times: 3,
  },
];
