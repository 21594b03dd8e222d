/** `/auth/login`, `/auth/logout`, `/auth/ticket` and `/crypto/*`: HTTP, and nothing of what it means. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  AckRequest,
  DeviceCommand,
  DeviceCommandRequest,
  ExchangeDashboard,
  ExchangeLogin,
  ExchangeToken,
  IdempotencyKey,
  LoginTicketReply,
  LoginTicketRequest,
  LogoutReply,
  Pairing,
  PairingCodeReply,
  PairingList,
  PairingReply,
  PairingRequest,
  PollQuery,
  PollReply,
  SellOverview,
  SellPreview,
  SellPreviewRequest,
  SellReply,
  SellRequest,
  TicketLogin,
  TransactionList,
  TransactionsQuery,
} from '#shared/exchange/exchange.api.ts';
import { AppError, toIssues } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { ExchangeGuards } from './exchange.principal.ts';
import type { ExchangeAuth, IssuedSession } from './exchange-auth.service.ts';
import type { ExchangeCommands } from './exchange-commands.service.ts';
import type { PairingsService } from './pairings.service.ts';
import type { SellService } from './sell.service.ts';
import type { WalletsService } from './wallets.service.ts';

const TAG = 'Currency';
const SIGN_IN = 'Currency: who';
const DESKTOPS = 'Currency: desktops';
const params = z.strictObject({ id: Id });

const originOf = (request: FastifyRequest) => ({ ip: request.ip, userAgent: request.headers['user-agent'] ?? '' });
const iso = (at: number): string => new Date(at).toISOString();

const toToken = ({ token, expiresInSeconds, user }: IssuedSession): ExchangeToken => ({
  access_token: token,
  token_type: 'bearer',
  expires_in: expiresInSeconds,
  user,
});

/** @throws AppError `app.bad_input` */
function keyOf(request: FastifyRequest): string {
  const parsed = IdempotencyKey.safeParse(request.headers['idempotency-key']);
  if (parsed.success) return parsed.data;
  const issues = toIssues(parsed.error.issues).map(({ message }) => ({ path: 'Idempotency-Key', message }));
  throw new AppError('app.bad_input', 'a sale needs the header Idempotency-Key', { details: { issues } });
}

export interface ExchangeServices {
  readonly auth: ExchangeAuth;
  readonly wallets: WalletsService;
  readonly sales: SellService;
  readonly commands: ExchangeCommands;
  readonly pairings: PairingsService;
}

export const exchangeRoutes =
  (guards: Pick<Guards, 'open'>, own: ExchangeGuards, services: ExchangeServices) => async (app: FastifyInstance) => {
    const { auth, wallets, sales, commands, pairings } = services;
    await scope(app, guards.open, (add) => {
      add(
        'POST',
        '/auth/login',
        {
          summary: 'A token for an e-mail and a password',
          tag: SIGN_IN,
          rate: 'auth',
          body: ExchangeLogin,
          reply: ExchangeToken,
        },
        async ({ body, request, reply }) => {
          reply.header('cache-control', 'no-store');
          return toToken(await auth.login(body.email, body.password, originOf(request)));
        },
      );
    });
    await scope(app, own.desktop, (add) => {
      add(
        'POST',
        '/crypto/pairing-codes',
        {
          summary: 'A code for a phone to type; the one before ends',
          tag: DESKTOPS,
          rate: 'device',
          reply: PairingCodeReply,
        },
        async ({ principal }) => {
          const { code, expiresAt } = await pairings.showCode(principal);
          return { code, expires_at: iso(expiresAt) };
        },
      );
      add(
        'GET',
        '/crypto/pairing',
        { summary: 'Whose phone this desktop listens to', tag: DESKTOPS, rate: 'device', reply: PairingReply },
        ({ principal }) => pairings.whose(principal),
      );
    });
    await scope(app, own.personOrDevice, (add) => {
      add(
        'POST',
        '/auth/ticket',
        {
          summary: "A token for a ticket that this desktop's phone made",
          tag: SIGN_IN,
          rate: 'auth',
          body: TicketLogin,
          reply: ExchangeToken,
        },
        async ({ principal, body, request, reply }) => {
          reply.header('cache-control', 'no-store');
          return toToken(await auth.redeem(principal, body.login_ticket, originOf(request)));
        },
      );
      add(
        'GET',
        '/crypto/device-commands/poll',
        {
          summary: 'Commands that wait; each is lent for a minute',
          tag: DESKTOPS,
          rate: 'device',
          query: PollQuery,
          reply: PollReply,
        },
        ({ principal, query }) => commands.poll(principal, query),
      );
      add(
        'POST',
        '/crypto/device-commands/:id/ack',
        {
          summary: 'What came of a command',
          tag: DESKTOPS,
          rate: 'device',
          params,
          body: AckRequest,
          reply: DeviceCommand,
        },
        (call) => commands.ack(call.principal, call.params.id, call.body),
      );
    });
    await scope(app, own.person, (add) => {
      add(
        'POST',
        '/auth/logout',
        { summary: 'End the session and its token', tag: SIGN_IN, rate: 'write', reply: LogoutReply },
        async ({ principal }) => {
          await auth.logout(principal);
          return { message: 'signed out' };
        },
      );
      add(
        'GET',
        '/crypto/dashboard',
        { summary: 'What there is and how it went', tag: TAG, rate: 'read', reply: ExchangeDashboard },
        ({ principal }) => wallets.dashboard(principal),
      );
      add(
        'GET',
        '/crypto/sell/overview',
        { summary: 'What there is to sell', tag: TAG, rate: 'read', reply: SellOverview },
        ({ principal }) => wallets.overview(principal),
      );
      add(
        'POST',
        '/crypto/sell/preview',
        {
          summary: 'What a sale would bring; its price holds for a moment',
          tag: TAG,
          rate: 'write',
          body: SellPreviewRequest,
          reply: SellPreview,
        },
        ({ principal, body }) => sales.preview(principal, body),
      );
      add(
        'POST',
        '/crypto/sell',
        { summary: 'Sell, once for an Idempotency-Key', tag: TAG, rate: 'write', body: SellRequest, reply: SellReply },
        ({ principal, body, request }) => sales.sell(principal, keyOf(request), body),
      );
      add(
        'GET',
        '/crypto/transactions',
        {
          summary: 'What was bought, sold and put in, newest first',
          tag: TAG,
          rate: 'read',
          query: TransactionsQuery,
          reply: TransactionList,
        },
        ({ principal, query }) => wallets.transactions(principal, query.limit),
      );
      add(
        'POST',
        '/crypto/device-commands',
        {
          summary: 'Ask something of a desktop',
          tag: DESKTOPS,
          rate: 'write',
          body: DeviceCommandRequest,
          reply: DeviceCommand,
          statuses: [201],
        },
        async ({ principal, body, reply }) => {
          const made = await commands.create(principal, body);
          reply.code(201);
          return made;
        },
      );
      add(
        'GET',
        '/crypto/device-commands/:id',
        { summary: 'How a command stands', tag: DESKTOPS, rate: 'read', params, reply: DeviceCommand },
        ({ principal, params: { id } }) => commands.find(principal, id),
      );
      add(
        'POST',
        '/crypto/login-tickets',
        {
          summary: 'What lets one of your desktops sign in, once',
          tag: DESKTOPS,
          rate: 'write',
          body: LoginTicketRequest,
          reply: LoginTicketReply,
        },
        async ({ principal, body, reply }) => {
          const { ticket, expiresAt } = await pairings.ticketFor(principal, body.target_device_id);
          reply.header('cache-control', 'no-store');
          return { login_ticket: ticket, expires_at: iso(expiresAt) };
        },
      );
      add(
        'GET',
        '/crypto/pairings',
        { summary: 'Your desktops', tag: DESKTOPS, rate: 'read', reply: PairingList },
        async ({ principal }) => ({ pairings: await pairings.list(principal) }),
      );
      add(
        'POST',
        '/crypto/pairings',
        {
          summary: 'Bind the desktop that shows this code',
          tag: DESKTOPS,
          rate: 'auth',
          body: PairingRequest,
          reply: Pairing,
          statuses: [201],
        },
        async ({ principal, body, request, reply }) => {
          const made = await pairings.pair(principal, body.code, request.ip);
          reply.code(201);
          return made;
        },
      );
      add(
        'DELETE',
        '/crypto/pairings/:id',
        {
          summary: 'Let a desktop go, and end its session',
          tag: DESKTOPS,
          rate: 'write',
          params,
          reply: z.undefined(),
          statuses: [],
        },
        async ({ principal, params: { id }, reply }) => {
          await pairings.unpair(principal, id);
          reply.code(204);
          return undefined;
        },
      );
    });
  };
