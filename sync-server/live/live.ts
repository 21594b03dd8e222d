/** Socket.IO: namespace `/device` for devices and agents, `/hq` for headquarters' pages, `/partner` for partners'. It carries hints, no data. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { EXCHANGE_HINT } from '#shared/exchange/exchange.api.ts';
import { isErrorCode } from '#shared/kernel/errors.ts';
import type { PartnerChanged } from '#shared/partner/partner.api.ts';
import { deviceScope, orgScope, type Scope, scopeKind, shopScope } from '#shared/sync/scopes.ts';
import type { AuthService } from '../auth/auth.service.ts';
import { SESSION_COOKIE } from '../auth/guards.ts';
import type { BearerPrincipal, UserPrincipal } from '../auth/principals.ts';
import type { Live } from './live.port.ts';
import type { LiveBus } from './redis-bus.ts';

type Sockets<Data> = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Data>;

const DeviceAuth = z.object({ token: z.string().max(128) });

const registerRoom = (organizationId: string, fiscalDeviceId: string): string =>
  `register:${organizationId}:${fiscalDeviceId}`;

const tokenRoom = (tokenId: string): string => `token:${tokenId}`;

/** The scopes whose changes a device may know of, and its register. */
const roomsOf = (principal: BearerPrincipal, scopes: readonly Scope[]): readonly string[] => {
  const { organizationId, fiscalDeviceId, tokenId } = principal;
  const register = fiscalDeviceId === undefined ? [] : [registerRoom(organizationId, fiscalDeviceId)];
  const own = [tokenRoom(tokenId), ...register];
  if (principal.kind === 'agent') return own;
  return [...scopes, ...own];
};

export interface LiveServer extends Live {
  readonly sockets: () => number;
}

/** Joins the app's HTTP server; nothing listens until it does. */
export function createLive(
  app: FastifyInstance,
  options: {
    readonly auth: Pick<AuthService, 'authenticateBearer' | 'authenticateSession'>;
    /** What a token was worth, before its device was dropped or moved. */
    readonly forgetBearers: () => void;
    /** What a device may see now. */
    readonly scopesOf: (deviceId: string) => Promise<readonly Scope[]>;
    /** The shops of a partner: he hears of what changes in them, and of nothing else. */
    readonly shopsOf: (partner: UserPrincipal) => Promise<readonly string[]>;
    readonly allowedOrigins: readonly string[];
    readonly log: FastifyBaseLogger;
    /** Between instances; one alone needs none. */
    readonly bus: LiveBus | undefined;
  },
): LiveServer {
  const io = new Server(app.server, {
    serveClient: false,
    ...(options.bus === undefined ? {} : { adapter: options.bus.adapter }),
    // A browser's page must be ours; a device is no browser and sends no origin.
    allowRequest: (request, decide) => {
      const { origin, host } = request.headers;
      const isOwn = origin === undefined || options.allowedOrigins.includes(origin) || hostOf(origin) === host;
      decide(isOwn ? null : 'auth.origin_refused', isOwn);
    },
  });
  /** The client reads the code as the connection's error; it never sees more. */
  const admit = async (next: (error?: Error) => void, authenticate: () => Promise<void>): Promise<void> => {
    try {
      await authenticate();
    } catch (error) {
      const code = error instanceof Error && 'code' in error && isErrorCode(error.code) ? error.code : 'app.internal';
      if (code === 'app.internal') options.log.error({ err: error }, 'a live connection failed');
      return next(new Error(code));
    }
    next();
  };

  const devices = io.of('/device');
  devices.use((socket: Sockets<{ rooms?: readonly string[] }>, next) => {
    const { token } = DeviceAuth.safeParse(socket.handshake.auth).data ?? {};
    void admit(next, async () => {
      const principal = await options.auth.authenticateBearer(token, socket.handshake.address);
      const scopes = principal.kind === 'device' ? await options.scopesOf(principal.deviceId) : [];
      socket.data.rooms = roomsOf(principal, scopes);
    });
  });
  devices.on('connection', (socket: Sockets<{ rooms?: readonly string[] }>) => {
    void socket.join([...(socket.data.rooms ?? [])]);
  });

  const pages = io.of('/hq');
  pages.use((socket: Sockets<{ principal?: UserPrincipal }>, next) => {
    const secret = app.parseCookie(socket.handshake.headers.cookie ?? '')[SESSION_COOKIE];
    void admit(next, async () => {
      socket.data.principal = await options.auth.authenticateSession(secret, ['hq_admin']);
    });
  });
  pages.on('connection', (socket: Sockets<{ principal?: UserPrincipal }>) => {
    const { principal } = socket.data;
    if (principal !== undefined) {
      void socket.join([orgScope(principal.organizationId), `session:${principal.sessionId}`]);
    }
  });

  const partners = io.of('/partner');
  partners.use((socket: Sockets<{ rooms?: readonly string[] }>, next) => {
    const secret = app.parseCookie(socket.handshake.headers.cookie ?? '')[SESSION_COOKIE];
    void admit(next, async () => {
      const principal = await options.auth.authenticateSession(secret, ['partner']);
      const shopIds = await options.shopsOf(principal);
      socket.data.rooms = [`session:${principal.sessionId}`, ...shopIds.map(shopScope)];
    });
  });
  partners.on('connection', (socket: Sockets<{ rooms?: readonly string[] }>) => {
    void socket.join([...(socket.data.rooms ?? [])]);
  });
  const tellPartner = (scope: Scope, collections: PartnerChanged['collections']): void => {
    partners.to(scope).emit('changed', { collections } satisfies PartnerChanged);
  };

  app.addHook('preClose', async () => {
    // Those of this instance: the others go on.
    for (const space of [io, devices, pages, partners]) space.local.disconnectSockets(true);
    // Not `io.close()`: it would close the HTTP server under Fastify, which is still draining it.
    io.engine.close();
    options.bus?.close();
  });

  return {
    sockets: () => io.engine.clientsCount,
    poke: (poke) => {
      devices.to(poke.scope).emit('poke', poke);
      // Of what replicates in a shop, a partner's pages show its orders.
      if (scopeKind(poke.scope) === 'shop') tellPartner(poke.scope, ['orders']);
    },
    taskNext: (organizationId, fiscalDeviceId) => {
      devices.to(registerRoom(organizationId, fiscalDeviceId)).emit('task:next', { fiscalDeviceId });
    },
    paymentMoved: (deviceId) => {
      devices.to(deviceScope(deviceId)).emit('payment');
    },
    commandWaits: (deviceId) => {
      devices.to(deviceScope(deviceId)).emit('command');
    },
    exchangeWaits: (deviceId) => {
      devices.to(deviceScope(deviceId)).emit(EXCHANGE_HINT);
    },
    hqChanged: (organizationId, collections) => {
      pages.to(orgScope(organizationId)).emit('changed', { collections });
    },
    partnerChanged: (shopId, collections) => tellPartner(shopScope(shopId), [...collections]),
    dropSession: (sessionId) => {
      pages.in(`session:${sessionId}`).disconnectSockets(true);
      partners.in(`session:${sessionId}`).disconnectSockets(true);
    },
    regrant: (deviceId, scopes) => {
      options.forgetBearers();
      const room = deviceScope(deviceId);
      const own = devices.in(room).fetchSockets();
      // Without the bus at least those that hang here; the rest are told with their next exchange.
      const found = own.catch(() => devices.local.in(room).fetchSockets());
      void found.then((sockets) => {
        for (const socket of sockets) {
          for (const one of socket.rooms) if (isShopRoom(one) && !scopes.includes(one)) socket.leave(one);
          socket.join([...scopes]);
          socket.emit('grants');
        }
      });
    },
    dropDevice: (deviceId) => {
      options.forgetBearers();
      devices.in(deviceScope(deviceId)).disconnectSockets(true);
    },
    dropToken: (tokenId) => {
      options.forgetBearers();
      devices.in(tokenRoom(tokenId)).disconnectSockets(true);
    },
  };
}

const isShopRoom = (room: string): boolean => room.startsWith('shop:');

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
