/** A currency desk at the real server, over a wire that can be cut; one clock for both, prices that the test sets. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExchange, type Exchange, type ExchangeDeps } from '#main/domains/exchange/exchange.service.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { addCash, ensureWallet, putHolding } from '#server/features/exchange/wallets.repo.ts';
import {
  addOrganization,
  addUser,
  createTestApp,
  enrolledDevice,
  PASSWORD,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import type { DeviceCommand, DeviceCommandRequest, ExchangeToken } from '#shared/exchange/exchange.api.ts';
import { createTestCore } from './core-double.ts';

/** `unreachable`: nothing arrives. `no_answer`: it arrives and is done, and its answer is lost. */
export type Cut = 'unreachable' | 'no_answer' | undefined;

export interface Wire {
  readonly url: string;
  /** What arrived, as `POST /crypto/sell`. */
  readonly seen: string[];
  /** Decides each call; by default everything passes. */
  cut: (call: string) => Cut | Promise<Cut>;
  close(): Promise<void>;
}

export async function createWire(target: string): Promise<Wire> {
  const seen: string[] = [];
  const wire = { seen, cut: (() => undefined) as Wire['cut'] };
  const to = new URL(target);
  const forward = async (from: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const call = `${from.method} ${from.url?.split('?')[0]}`;
    seen.push(call);
    const cut = await wire.cut(call);
    if (cut === 'unreachable') return void from.socket.destroy();
    const passed = request({
      host: to.hostname,
      port: to.port,
      path: from.url,
      method: from.method,
      headers: from.headers,
    });
    from.pipe(passed);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    if (cut === 'no_answer') {
      answer.resume();
      await once(answer, 'end');
      return void from.socket.destroy();
    }
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(reply);
  };
  const server: Server = createServer((from, reply) => void forward(from, reply).catch(() => from.socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(wire, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

export interface ExchangeServerWorld {
  readonly app: TestApp;
  readonly url: string;
  /** In dollars. */
  readonly prices: Map<string, string>;
  readonly organization: TestOrganization;
  close(): Promise<void>;
}

export async function createExchangeServer(): Promise<ExchangeServerWorld> {
  const prices = new Map([['bitcoin', '60000']]);
  const app = await createTestApp({}, undefined, {
    prices: { now: async () => new Map(prices), lastDay: async () => [] },
  });
  const url = await app.app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url, prices, organization: await addOrganization(app), close: () => app.close() };
}

export interface Person {
  readonly userId: string;
  readonly email: string;
  /** As his phone asks. */
  call<T>(method: string, path: string, body?: object): Promise<T>;
  send(command: DeviceCommandRequest): Promise<DeviceCommand>;
  command(id: string): Promise<DeviceCommand>;
  /** What he sold. */
  sales(): Promise<
    readonly { readonly quantity: string; readonly unit_price: string; readonly command_id: string | null }[]
  >;
}

/** Somebody with cash 1000.00 and 0.5 bitcoin bought at 40000, signed in by his phone. */
export async function addPerson({ app, url, organization }: ExchangeServerWorld): Promise<Person> {
  const { userId, email } = await addUser(app, organization, ['cashier']);
  const owner = { organizationId: organization.organizationId, userId };
  await app.db.transaction(async (tx) => {
    await ensureWallet(tx, owner, app.clock.now);
    await addCash(tx, owner, 100_000);
    const bitcoin = { assetId: 'bitcoin', symbol: 'BTC', name: 'Bitcoin' };
    await putHolding(tx, { ...owner, ...bitcoin, quantity: '0.5', totalCostMinor: 2_000_000, avgBuyPrice: '40000' });
  });
  const call = async <T>(method: string, path: string, body?: object, token?: string): Promise<T> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  const signIn = async () =>
    (await call<ExchangeToken>('POST', '/auth/login', { email, password: PASSWORD })).access_token;
  let token = await signIn();
  const own = async <T>(method: string, path: string, body?: object): Promise<T> =>
    call<T>(method, path, body, token).catch(async (error: unknown) => {
      if (!String(error).includes(': 401 ')) throw error;
      // A long run outlives a token.
      token = await signIn();
      return call<T>(method, path, body, token);
    });
  return {
    userId,
    email,
    call: own,
    send: (command) => own('POST', '/crypto/device-commands', command),
    command: (id) => own('GET', `/crypto/device-commands/${id}`),
    sales: async () => {
      const all = await own<{ tx_type: string; quantity: string; unit_price: string; command_id: string | null }[]>(
        'GET',
        '/crypto/transactions',
      );
      return all.filter(({ tx_type }) => tx_type === 'SELL');
    },
  };
}

export interface Desk {
  readonly exchange: Exchange;
  readonly wire: Wire;
  readonly deviceId: string;
  /** How far the desk's clock is ahead of the server's, ms. */
  skewMs: number;
  /** Somebody signs in at the till, or locks it. */
  stands(memberId: string | undefined): void;
  /** Calls what was to happen after a time, as that time came. */
  timeCame(): void;
  /** The same desk after a restart: what is on its disk, and nothing else. */
  restart(): Promise<Desk>;
  /** Fetches, then does what can be done. */
  round(): Promise<void>;
}

export interface DeskOptions extends Partial<Pick<ExchangeDeps, 'autoConfirm' | 'confirm'>> {
  readonly isEnrolled?: boolean;
}

export async function createDesk(world: ExchangeServerWorld, options: DeskOptions = {}): Promise<Desk> {
  const wire = await createWire(world.url);
  const enrolled = options.isEnrolled === true ? await enrolledDevice(world.app, world.organization) : undefined;
  const deviceId = enrolled?.deviceId ?? 'pc-1';
  const secrets = createMemorySecrets();
  const { db, log, changes } = createTestCore();
  const begin = async (): Promise<Desk> => {
    const timers = new Set<() => void>();
    let operatorId: string | undefined;
    const desk: Omit<Desk, 'exchange'> = {
      wire,
      deviceId,
      skewMs: 0,
      timeCame: () => {
        for (const timer of Array.from(timers)) timer();
      },
      stands: (memberId) => {
        operatorId = memberId;
        changes.emit({ collection: 'staff', ids: [] });
      },
      restart: begin,
      round: async () => {
        await exchange.loops.poll.tick();
        await exchange.loops.work.tick();
      },
    };
    const exchange = createExchange(
      { db, log, changes, secrets, now: () => world.app.clock.now + desk.skewMs },
      {
        serverUrl: () => wire.url,
        deviceToken: async () => enrolled?.token,
        target: () => ({ kind: 'desktop', deviceId }),
        operatorId: () => operatorId,
        pollMs: 5000,
        autoConfirm: { isOn: false, maxMinor: 50_000 },
        random: () => 0.5,
        after: (_ms, work) => {
          timers.add(work);
          return () => timers.delete(work);
        },
        ...options,
      },
    );
    await exchange.load();
    return Object.assign(desk, { exchange });
  };
  return begin();
}
