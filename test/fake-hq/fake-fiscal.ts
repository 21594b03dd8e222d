/** Registers, their tokens, their queue and alerts of the fake server. */
import {
  ChangeRegisterRequest,
  CreateRegisterRequest,
  type HqAgentToken,
  type HqAlert,
  type HqRegister,
  type HqTask,
  HqTasksQuery,
  SettleTaskRequest,
  TaskActRequest,
} from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { fakeId, shops } from './data.ts';
import type { HqAnswer, HqRequest } from './fake-hq.ts';
import * as data from './fiscal-data.ts';

const PAGE = 12;
const GRACE_MS = 600_000;

export function createFakeFiscal(now: () => number) {
  let registers: HqRegister[] = [];
  let tasks: HqTask[] = [];
  let alerts: HqAlert[] = [];
  let tokens: Record<string, HqAgentToken[]> = {};
  let ids = 9000;

  const reset = (isEmpty: boolean): void => {
    registers = isEmpty ? [] : data.registers(now());
    tasks = isEmpty ? [] : data.tasks(now());
    alerts = isEmpty ? [] : data.alerts(now());
    const issuedAt = now() - 40 * 86_400_000;
    tokens = {
      'kkt-kiosk-1': [
        { tokenId: fakeId(9001), state: 'live', issuedAt: now() - 120_000 },
        {
          tokenId: fakeId(9002),
          state: 'grace',
          issuedAt,
          lastUsedAt: now() - 9000,
          graceUntil: now() + GRACE_MS - 120_000,
        },
        { tokenId: fakeId(9003), state: 'revoked', issuedAt, revokedAt: now() - 86_400_000 },
      ],
    };
  };
  reset(false);

  const issue = (register: string): HqAnswer => {
    const tokenId = fakeId((ids += 1));
    tokens[register] = [{ tokenId, state: 'live', issuedAt: now() }, ...(tokens[register] ?? [])];
    return { status: 201, body: { tokenId, token: 'kZ3vQ9sXbW1rTn7uYcF5hLd0aMgE2oPjI8xRtVwBqNs' } };
  };
  const setToken = (register: string, tokenId: string, set: Partial<HqAgentToken>): void => {
    tokens[register] = (tokens[register] ?? []).map((one) => (one.tokenId === tokenId ? { ...one, ...set } : one));
  };

  function answerRegisters(method: string, path: string, body: unknown): HqAnswer | undefined {
    if (path === '/fiscal-devices' && method === 'GET') return { status: 200, body: { registers, serverNow: now() } };
    if (path === '/fiscal-devices') {
      const wanted = CreateRegisterRequest.parse(body);
      if (registers.some(({ id }) => id === wanted.id)) {
        const issues = [{ path: 'id', message: 'must not be taken' }];
        throw new AppError('fiscal.device_exists', 'planned', { details: { issues } });
      }
      const shopName = shops.find(({ id }) => id === wanted.shopId)?.name ?? '';
      const queue = { waiting: 0, inProgress: 0, stale: 0, uncertain: 0 };
      const { operatorVatin, ...rest } = wanted;
      const made = { ...rest, ...(operatorVatin ? { operatorVatin } : {}), shopName, createdAt: now() };
      registers = [{ ...made, online: false, tokens: 0, queue }, ...registers];
      return { status: 201, body: registers[0] };
    }
    const [, id = '', tokenId, act] =
      /^\/fiscal-devices\/([^/]+)(?:\/tokens(?:\/([^/]+)\/(rotate|revoke))?)?$/.exec(path) ?? [];
    if (id === '') return undefined;
    if (act === 'revoke') {
      setToken(id, tokenId ?? '', { state: 'revoked', revokedAt: now() });
      return { status: 204 };
    }
    if (act === 'rotate') {
      const graceUntil = now() + GRACE_MS;
      setToken(id, tokenId ?? '', { state: 'grace', graceUntil });
      const { status, body: issued } = issue(id);
      return { status, body: { ...(issued as object), graceUntil } };
    }
    if (path.endsWith('/tokens')) {
      return method === 'POST' ? issue(id) : { status: 200, body: { tokens: tokens[id] ?? [], serverNow: now() } };
    }
    const known = registers.find((one) => one.id === id);
    if (!known) throw new AppError('fiscal.device_not_found', id);
    if (method === 'DELETE') {
      if (known.queue.waiting + known.queue.inProgress > 0) throw new AppError('fiscal.device_in_use', 'planned');
      registers = registers.map((one) => (one === known ? { ...one, archivedAt: now(), online: false } : one));
      return { status: 204 };
    }
    const set = ChangeRegisterRequest.parse(body);
    const changed = { ...known, ...set } as HqRegister;
    registers = registers.map((one) => (one === known ? changed : one));
    return { status: 200, body: changed };
  }

  function list(url: URL): HqAnswer {
    const { status, fiscalDeviceId, type, q, cursor } = HqTasksQuery.parse(Object.fromEntries(url.searchParams));
    const found = tasks
      .filter(
        (one) =>
          status === undefined ||
          one.status === status ||
          (status === 'stale' && one.stale) ||
          (status === 'uncertain' && one.uncertain),
      )
      .filter((one) => fiscalDeviceId === undefined || one.fiscalDeviceId === fiscalDeviceId)
      .filter((one) => type === undefined || one.type === type)
      .filter((one) => q === undefined || one.id.startsWith(q));
    const from = Number(cursor ?? 0);
    const next = from + PAGE < found.length ? { next: String(from + PAGE) } : {};
    return { status: 200, body: { tasks: found.slice(from, from + PAGE), ...next, serverNow: now() } };
  }

  function act(id: string, name: string, body: unknown): HqAnswer {
    const set = { updatedAt: now(), completedAt: now() };
    const settled = () => {
      const { verdict, attempts: _, ...rest } = SettleTaskRequest.parse(body);
      const decided = { uncertain: false, stale: false, verdict: { is: verdict, ...rest, at: now() } };
      return verdict === 'printed'
        ? { ...decided, status: 'done' as const, acts: [] }
        : { ...decided, status: 'error' as const, acts: ['requeue' as const] };
    };
    if (name !== 'settle') TaskActRequest.parse(body);
    const change =
      name === 'settle'
        ? settled()
        : name === 'cancel'
          ? { status: 'cancelled' as const, acts: [] }
          : { status: 'queued' as const, acts: ['cancel' as const] };
    tasks = tasks.map((one) => (one.id === id ? { ...one, ...set, ...change } : one));
    return { status: 200, body: tasks.find((one) => one.id === id) };
  }

  return {
    reset,
    openAlerts: () => alerts.length,
    uncertain: () => tasks.filter((one) => one.uncertain).length,
    /** `undefined` for what is not about registers. */
    answer: ({ method, url, body }: HqRequest): HqAnswer | undefined => {
      const { pathname } = url;
      if (pathname.startsWith('/fiscal-devices')) return answerRegisters(method, pathname, body);
      if (pathname === '/hq/alerts') return { status: 200, body: { alerts } };
      if (pathname === '/hq/alerts/groups') {
        const kinds = Object.entries(Object.groupBy(alerts, ({ kind }) => kind));
        const groups = kinds.map(([kind, rows]) => ({ kind, open: rows.length, latestAt: rows[0]?.at ?? 0 }));
        return { status: 200, body: { groups } };
      }
      if (pathname === '/hq/fiscal-tasks') return list(url);
      const [, alertId] = /^\/hq\/alerts\/([^/]+)\/acknowledge$/.exec(pathname) ?? [];
      if (alertId !== undefined) {
        alerts = alerts.filter(({ id }) => id !== alertId);
        return { status: 204 };
      }
      const [, id, name] = /^\/(?:hq\/)?fiscal-tasks\/([^/]+)(?:\/(requeue|cancel|settle))?$/.exec(pathname) ?? [];
      if (id === undefined) return undefined;
      if (name !== undefined) return act(id, name, body);
      const task = tasks.find((one) => one.id === id);
      if (!task) throw new AppError('fiscal.task_not_found', id);
      return { status: 200, body: { task, body: data.bodyOf(task), history: data.historyOf(task) } };
    },
  };
}
