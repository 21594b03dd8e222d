/** The server of the currency desk over HTTP: the same calls that the mobile application makes. */
import type { Agent } from 'node:https';
import axios, { type AxiosRequestConfig } from 'axios';
import { z } from 'zod';
import {
  type AckRequest,
  DeviceCommand,
  ExchangeDashboard,
  ExchangeToken,
  PairingCodeReply,
  PairingReply,
  PollReply,
  SellOverview,
  SellPreview,
  SellReply,
  TransactionList,
} from '#shared/exchange/exchange.api.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import type { ExchangeServer, Via } from './exchange.port.ts';
import { dashboardOf, millis, orderOf, overviewOf, previewOf, soldOf, transactionOf } from './exchange.view.ts';

export interface ExchangeHttpOptions {
  readonly serverUrl: () => string | undefined;
  readonly userToken: () => string | undefined;
  readonly deviceToken: () => Promise<string | undefined>;
  /** How this installation is called by a phone. */
  readonly target: () => { readonly kind: string; readonly deviceId: string | undefined };
  /** The server's clock, as an answer told it, Unix ms. */
  readonly onServerTime: (at: number) => void;
  /** The server answered, or did not. */
  readonly onHeard: (error: AppError | undefined) => void;
  /** The token of the person is not good any more. */
  readonly onSessionOver: (token: string) => Promise<void>;
  /** For a certificate that nobody signed, in development. */
  readonly httpsAgent?: Agent | undefined;
}

const TIMEOUT_MS = 20_000;
/** Payloads are small, and so are fifty transactions. */
const MAX_BYTES = 4 * 1024 * 1024;
const Fault = z.looseObject({ code: z.string() });

type Request = Pick<AxiosRequestConfig, 'method' | 'url' | 'data' | 'params'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

export function createExchangeHttp(options: ExchangeHttpOptions): ExchangeServer {
  const client = axios.create({
    timeout: TIMEOUT_MS,
    maxContentLength: MAX_BYTES,
    maxRedirects: 0,
    validateStatus: () => true,
    proxy: false,
    ...(options.httpsAgent === undefined ? {} : { httpsAgent: options.httpsAgent }),
  });

  async function send(token: string | undefined, request: Request): Promise<unknown> {
    const base = options.serverUrl();
    if (base === undefined) throw new AppError('device.not_enrolled', 'this desk has no server');
    const answer = await client
      .request<unknown>({
        ...request,
        baseURL: base.replace(/\/+$/, ''),
        headers: { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      })
      .catch((error: unknown) => {
        const reason = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
        // Not as its cause: an AxiosError carries the token, and causes are logged.
        throw heard(new AppError('device.server_unreachable', `no answer of the currency server: ${reason}`));
      });
    if (answer.status < 300) {
      heard(undefined);
      return answer.data;
    }
    throw heard(faultOf(answer.status, answer.data));
  }

  const heard = <E extends AppError | undefined>(error: E): E => {
    options.onHeard(error);
    return error;
  };

  /** As the person who is signed in. */
  async function asUser(request: Request): Promise<unknown> {
    const token = options.userToken();
    if (token === undefined) throw new AppError('exchange.sign_in_needed', 'nobody is signed in at the server');
    return send(token, request).catch(async (error: unknown) => {
      if (!isTurnedAway(error)) throw error;
      await options.onSessionOver(token);
      throw new AppError('exchange.sign_in_needed', 'the server does not know this session any more', { cause: error });
    });
  }

  async function asDevice(request: Request): Promise<unknown> {
    const token = await options.deviceToken();
    if (token === undefined) throw new AppError('device.not_enrolled', 'this desk is not enrolled');
    return send(token, request);
  }

  const via = (how: Via, request: Request) => (how === 'user' ? asUser(request) : asDevice(request));
  const get = (url: string): Request => ({ method: 'GET', url });
  const post = (url: string, data: object, headers?: Record<string, string>): Request => ({
    method: 'POST',
    url,
    data,
    ...(headers === undefined ? {} : { headers }),
  });
  const sessionOf = (answer: unknown) => {
    const { access_token, user } = read(ExchangeToken, answer);
    return { token: access_token, user: { id: user.id, name: user.name, email: user.email } };
  };
  const target = () => {
    const { kind, deviceId } = options.target();
    return { target_device: kind, ...(deviceId === undefined ? {} : { target_device_id: deviceId }) };
  };

  return {
    login: async (email, password) => sessionOf(await send(undefined, post('/auth/login', { email, password }))),
    redeem: async (ticket) => {
      const token = (await options.deviceToken()) ?? options.userToken();
      return sessionOf(await send(token, post('/auth/ticket', { login_ticket: ticket })));
    },
    logout: async (token) => {
      await send(token, post('/auth/logout', {}));
    },
    dashboard: async () => dashboardOf(read(ExchangeDashboard, await asUser(get('/crypto/dashboard')))),
    overview: async () => overviewOf(read(SellOverview, await asUser(get('/crypto/sell/overview')))),
    transactions: async () => read(TransactionList, await asUser(get('/crypto/transactions'))).map(transactionOf),
    preview: async (wish) => {
      const preview = read(SellPreview, await asUser(post('/crypto/sell/preview', orderOf(wish))));
      options.onServerTime(millis(preview.server_time));
      return previewOf(preview);
    },
    sell: async (key, wish, previewId) => {
      const order = { ...orderOf(wish), ...(previewId === undefined ? {} : { preview_id: previewId }) };
      return soldOf(read(SellReply, await asUser(post('/crypto/sell', order, { 'idempotency-key': key }))));
    },
    poll: async (how) => {
      const request = { ...get('/crypto/device-commands/poll'), params: target() };
      const { commands, polled_at } = read(PollReply, await via(how, request));
      options.onServerTime(millis(polled_at));
      return commands.map(({ id, action, payload, expires_at }) => ({
        id,
        action,
        payload,
        expiresAt: millis(expires_at),
      }));
    },
    ack: async (how, id, { status, reason }) => {
      const { target_device_id } = target();
      const ack: AckRequest = {
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(target_device_id === undefined ? {} : { target_device_id }),
      };
      read(DeviceCommand, await via(how, post(`/crypto/device-commands/${encodeURIComponent(id)}/ack`, ack)));
    },
    pair: async () => {
      const { code, expires_at } = read(PairingCodeReply, await asDevice(post('/crypto/pairing-codes', {})));
      return { code, expiresAt: millis(expires_at) };
    },
    pairing: async () => {
      const { user, code_expires_at } = read(PairingReply, await asDevice(get('/crypto/pairing')));
      return { user: user ?? undefined, isCodeOpen: code_expires_at !== null };
    },
  };
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError('device.server_unreachable', 'the currency server answered in words of another program');
}

function faultOf(status: number, answer: unknown): AppError {
  const { code, ...details } = Fault.safeParse(answer).data ?? {};
  // A gateway that answers for a server that is gone has no code of ours.
  const known = isErrorCode(code) ? code : 'device.server_unreachable';
  return new AppError(known, `the currency server answered ${status} ${String(code ?? '')}`, { details });
}

const TURNED_AWAY = ['auth.unauthorized', 'auth.session_expired', 'auth.token_expired'];
const isTurnedAway = (error: unknown): boolean => error instanceof AppError && TURNED_AWAY.includes(error.code);
