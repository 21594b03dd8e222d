/**
 * The sync server as headquarters' pages see it, in memory: REST with a cookie, Socket.IO hints. A stage for looking at
 * screens; what the real server does is tested on the server.
 */
import { z } from 'zod';
import { CreateDeviceRequest, type HqDevice, type HqOrder, HqOrdersQuery, SignInRequest } from '#shared/hq/hq.api.ts';
import { AppError, toProblem } from '#shared/kernel/errors.ts';
import * as data from './data.ts';
import { createFakeFiscal } from './fake-fiscal.ts';
import { createFakeSync } from './fake-sync.ts';

export const HqScene = z.enum(['ready', 'empty', 'fails', 'slow']);
export type HqScene = z.infer<typeof HqScene>;

export interface HqRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly signedIn: boolean;
}

export interface HqAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Opens or closes the session. */
  readonly session?: boolean;
}

export const PASSWORD = 'прилавок-1';
const PAGE = 12;

export function createFakeHq(now: () => number) {
  let scene: HqScene = 'ready';
  let orders: HqOrder[] = [];
  let devices: HqDevice[] = [];
  let ids = 5000;
  const fiscal = createFakeFiscal(now);
  const sync = createFakeSync(now);

  function reset(next: HqScene): void {
    scene = next;
    orders = next === 'empty' ? [] : Array.from({ length: 40 }, (_, n) => data.order(n, now()));
    devices = next === 'empty' ? [] : data.devices(now());
    fiscal.reset(next === 'empty');
    sync.reset(devices);
  }
  reset('ready');

  const code = (deviceId: string, ttlMs = 15 * 60_000) => ({
    status: 201,
    body: { deviceId, code: 'K7MX42PQ', expiresAt: now() + ttlMs },
  });
  const deviceOf = (id: string): HqDevice => {
    const found = devices.find((one) => one.id === id);
    if (!found) throw new AppError('app.not_found', id);
    return found;
  };

  function route(request: HqRequest): HqAnswer | undefined {
    const { method, url, body, signedIn } = request;
    const call = `${method} ${url.pathname}`;
    if (call === 'POST /auth/sign-in') {
      const { email, password } = SignInRequest.parse(body);
      if (email !== data.me.email || password !== PASSWORD) throw new AppError('auth.bad_credentials', 'no');
      return { status: 200, body: data.me, session: true };
    }
    if (!/^\/(auth|hq|fiscal-devices|fiscal-tasks)(\/|$)/.test(url.pathname)) return undefined;
    if (!signedIn) throw new AppError('auth.unauthorized', 'nobody');
    if (call === 'GET /auth/me') return { status: 200, body: data.me };
    if (call === 'POST /auth/sign-out') return { status: 204, session: false };
    if (scene === 'fails') throw new AppError('app.internal', 'planned');
    const aboutRegisters = fiscal.answer(request);
    const answered = aboutRegisters ?? sync.answer(request);
    if (answered) return answered;
    switch (call) {
      case 'GET /hq/summary':
        return {
          status: 200,
          body: {
            ...data.summary(orders, devices, now()),
            openAlerts: fiscal.openAlerts(),
            uncertainTasks: fiscal.uncertain(),
            syncCases: sync.openCases(),
          },
        };
      case 'GET /hq/shops':
        return { status: 200, body: { shops: data.shops } };
      case 'GET /hq/devices':
        return { status: 200, body: { devices, serverNow: now() } };
      case 'GET /hq/orders':
        return { status: 200, body: page(url) };
      case 'GET /hq/receipts':
        return { status: 200, body: { receipts: orders.length === 0 ? [] : data.receipts(orders, now()) } };
      case 'POST /hq/devices': {
        const { name, mode, shopId } = CreateDeviceRequest.parse(body);
        const id = data.fakeId((ids += 1));
        const shopName = data.shops.find((shop) => shop.id === shopId)?.name ?? '';
        devices = [{ id, name, mode, shopId, shopName, status: 'pending', online: false, lastMid: 0 }, ...devices];
        return code(id);
      }
    }
    const [, id, action] = /^POST \/hq\/devices\/([^/]+)\/(enrolment-code|revoke)$/.exec(call) ?? [];
    if (id === undefined) return undefined;
    const device = deviceOf(id);
    if (action === 'enrolment-code') return code(id);
    devices = devices.map((one) => (one === device ? { ...device, status: 'revoked', online: false } : one));
    return { status: 204 };
  }

  function page(url: URL) {
    const { status, shopId, q, cursor } = HqOrdersQuery.parse(Object.fromEntries(url.searchParams));
    const words = q?.toLocaleLowerCase('ru') ?? '';
    const found = orders
      .filter(({ order }) => status === undefined || order.status === status)
      .filter(({ order }) => shopId === undefined || order.shopId === shopId)
      .filter(({ order }) =>
        `${order.number} ${order.lines.map((line) => line.name).join(' ')}`.toLocaleLowerCase('ru').includes(words),
      );
    const from = Number(cursor ?? 0);
    const rows = found.slice(from, from + PAGE);
    return { orders: rows, ...(from + PAGE < found.length ? { next: String(from + PAGE) } : {}) };
  }

  return {
    reset,
    delayMs: () => (scene === 'slow' ? 4000 : 0),
    /** A device sells something right now. */
    sell: () => {
      const made = data.order(orders.length * 7 + 1, now());
      const fresh = {
        ...made.order,
        createdAt: now() - 2000,
        number: `C-${String(448 + (ids += 1) - 5000).padStart(4, '0')}`,
      };
      orders = [{ ...made, order: { ...fresh, id: data.fakeId((ids += 1)) }, receivedAt: now() + 500 }, ...orders];
    },
    answer: (request: HqRequest): HqAnswer | undefined => {
      try {
        return route(request);
      } catch (error) {
        const problem = toProblem(error, 'fake-0001');
        return { status: problem.status, body: problem };
      }
    },
  };
}
export type FakeHq = ReturnType<typeof createFakeHq>;
