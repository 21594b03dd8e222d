/** The owner's fiscal task contract over HTTP, as a device calls it. */
import axios from 'axios';
import { MyRegister } from '#shared/hq/fiscal.api.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import type { FiscalAgentHttp } from './fiscal.agent.ts';

export interface AgentEndpoint {
  readonly serverUrl: string;
  readonly token: string;
}

export interface FiscalAgentHttpOptions {
  /** Read at every call: neither an enrolment nor a new token needs a restart. */
  readonly endpoint: () => Promise<AgentEndpoint | undefined>;
  /** Ends the call under way: a device that stops does not wait for a server that holds its answer. */
  readonly signal: AbortSignal;
}

/** How long the server may take beyond the wait that it was asked for. */
const TIMEOUT_MS = 15_000;

/** Calls throw the server's own code, or `device.server_unreachable` when what came back was not from one. */
export function createFiscalAgentHttp({ endpoint, signal }: FiscalAgentHttpOptions): FiscalAgentHttp {
  const http = axios.create({ maxRedirects: 0, maxContentLength: 1_048_576, validateStatus: () => true, proxy: false });

  const call = async (method: 'GET' | 'POST', path: string, body: unknown, waitMs: number): Promise<unknown> => {
    const to = await endpoint();
    if (to === undefined) throw new AppError('device.not_enrolled', 'this device has no server');
    const base = to.serverUrl;
    const answer = await http
      .request<unknown>({
        method,
        url: `${base.replace(/\/+$/, '')}${path}`,
        headers: { authorization: `Bearer ${to.token}` },
        timeout: waitMs + TIMEOUT_MS,
        signal,
        ...(body === undefined ? {} : { data: body }),
      })
      .catch((error: unknown) => {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
        throw new AppError('device.server_unreachable', `no answer from ${new URL(base).host}: ${reason}`, {
          cause: error,
        });
      });
    if (answer.status === 204) return undefined;
    if (answer.status >= 200 && answer.status < 300) return answer.data;
    const code = codeOf(answer.data);
    throw new AppError(
      isErrorCode(code) ? code : 'device.server_unreachable',
      `${new URL(base).host} answered ${answer.status} to ${method} ${path.split('?', 1)[0]}`,
    );
  };

  return {
    mine: async () => MyRegister.parse(await call('GET', '/fiscal-devices/mine', undefined, 0)),
    describe: async (report) => {
      await call('POST', '/fiscal-devices/mine/state', report, 0);
    },
    next: (fiscalDeviceId, waitSeconds) => {
      // The journal answers what it knows, so a task whose hand-over was lost on the way may come again.
      const query = new URLSearchParams({ fiscalDeviceId, wait: String(waitSeconds), journal: 'true' });
      return call('GET', `/fiscal-tasks/next?${query}`, undefined, waitSeconds * 1000).catch((error: unknown) => {
        // We hung up ourselves; the server gives the task, had there been one, to the next who asks.
        if (signal.aborted) return undefined;
        throw error;
      });
    },
    status: async (taskId, body) => {
      await call('POST', `/fiscal-tasks/${encodeURIComponent(taskId)}/status`, body, 0);
    },
  };
}

const codeOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
