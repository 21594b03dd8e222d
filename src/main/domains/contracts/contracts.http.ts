/** The server as a manager's device acts there for the member who is signed in: `/api/manager`, under a token of its own. */
import axios from 'axios';
import { z } from 'zod';
import { ManagerToken } from '#shared/clients/manager-session.api.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';

export interface ManagerWire {
  /** @throws AppError with the server's code and details; `contracts.offline` when there was no answer. */
  post<T>(memberId: string, path: string, body: object, reply: z.ZodType<T>): Promise<T>;
  /** Bytes of a document. @throws AppError alike */
  file(memberId: string, path: string): Promise<Uint8Array>;
}

/** A contract is drawn meanwhile. */
const TIMEOUT_MS = 30_000;
/** A token is exchanged anew so long before its end. */
const MARGIN_MS = 60_000;
const Fault = z.looseObject({ code: z.string(), detail: z.string().optional() });

interface Endpoint {
  readonly serverUrl: string;
  readonly token: string;
}

/** @param endpoint read at every call: neither an enrolment nor a new token needs a restart. */
export function createManagerWire(ports: {
  readonly endpoint: () => Promise<Endpoint | undefined>;
  /** Unix ms. */
  readonly now: () => number;
  readonly version: string;
  readonly signal: AbortSignal;
}): ManagerWire {
  const { endpoint, now, signal } = ports;
  const http = axios.create({
    timeout: TIMEOUT_MS,
    maxRedirects: 0,
    validateStatus: () => true,
    proxy: false,
    responseType: 'arraybuffer',
    headers: { 'user-agent': `Prilavok/${ports.version} manager` },
  });
  /** In memory alone; of one member at a time. */
  let held: { readonly of: string; readonly token: string; readonly until: number } | undefined;

  const ask = async (method: 'GET' | 'POST', to: Endpoint, path: string, bearer: string, data?: object) => {
    const url = `${to.serverUrl.replace(/\/+$/, '')}/api/manager${path}`;
    const answer = await http
      .request<ArrayBuffer>({ method, url, data, signal, headers: { authorization: `Bearer ${bearer}` } })
      .catch((error: unknown) => {
        const reason = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
        // Not as its cause: an AxiosError carries the token, and causes are logged.
        throw new AppError('contracts.offline', `the server gave no answer: ${reason}`);
      });
    return { status: answer.status, bytes: Buffer.from(answer.data) };
  };

  const asJson = (bytes: Buffer): unknown => {
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      return undefined;
    }
  };

  function assertGood({ status, bytes }: { readonly status: number; readonly bytes: Buffer }): void {
    if (status < 300) return;
    const fault = Fault.safeParse(asJson(bytes));
    if (!fault.success || !isErrorCode(fault.data.code)) {
      throw new AppError('contracts.offline', `the server answered ${status} in words of another program`);
    }
    const { code, detail, type: _type, title: _title, status: _status, ref: _ref, ...details } = fault.data;
    throw new AppError(fault.data.code, detail ?? code, { details });
  }

  async function tokenOf(to: Endpoint, memberId: string): Promise<string> {
    if (held?.of === memberId && held.until > now()) return held.token;
    const answer = await ask('POST', to, '/auth/device', to.token, { member_id: memberId });
    assertGood(answer);
    const { access_token: token, expires_in: seconds } = ManagerToken.parse(asJson(answer.bytes));
    held = { of: memberId, token, until: now() + seconds * 1000 - MARGIN_MS };
    return token;
  }

  async function call(method: 'GET' | 'POST', memberId: string, path: string, data?: object): Promise<Buffer> {
    const to = await endpoint();
    if (to === undefined) throw new AppError('device.not_enrolled', 'this device has no server');
    let answer = await ask(method, to, path, await tokenOf(to, memberId), data);
    if (answer.status === 401) {
      // Ended before its time: the server was started anew, or its session was ended.
      held = undefined;
      answer = await ask(method, to, path, await tokenOf(to, memberId), data);
    }
    assertGood(answer);
    return answer.bytes;
  }

  return {
    post: async (memberId, path, body, reply) => {
      const read = reply.safeParse(asJson(await call('POST', memberId, path, body)));
      if (read.success) return read.data;
      throw new AppError('contracts.offline', 'the server answered in words of another program');
    },
    file: (memberId, path) => call('GET', memberId, path),
  };
}
