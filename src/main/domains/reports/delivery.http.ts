/** The server as the sending of reports sees it. */
import axios from 'axios';
import { z } from 'zod';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import { DeliveryReplies, DeliveryReply, type DeliveryRequest } from '#shared/reports/delivery.schema.ts';

export interface DeliveryHttp {
  /** The same id again changes nothing. */
  ask(id: string, request: DeliveryRequest): Promise<DeliveryReply>;
  states(ids: readonly string[]): Promise<readonly DeliveryReply[]>;
}

const TIMEOUT_MS = 15_000;
const Fault = z.looseObject({ code: z.string(), detail: z.string().optional() });

/** Each call throws `AppError`: with the server's code, or `device.server_unreachable` when it gave none. */
export function createDeliveryHttp(options: {
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
}): DeliveryHttp {
  const client = axios.create({ timeout: TIMEOUT_MS, maxRedirects: 0, validateStatus: () => true, proxy: false });

  async function call<T>(method: 'GET' | 'PUT', path: string, schema: z.ZodType<T>, data?: unknown): Promise<T> {
    const base = options.serverUrl();
    const secret = await options.token();
    if (base === undefined || secret === undefined) {
      throw new AppError('device.not_enrolled', 'this device has no server');
    }
    const url = new URL(path, base.endsWith('/') ? base : `${base}/`).href;
    const answer = await client
      .request<unknown>({ method, url, data, headers: { authorization: `Bearer ${secret}` } })
      .catch((error: unknown) => {
        const reason = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
        // Not as its cause: an AxiosError carries the token and the address, and causes are logged.
        throw new AppError('device.server_unreachable', `no answer about a delivery: ${reason}`);
      });
    const reply = schema.safeParse(answer.data);
    if (answer.status === 200 && reply.success) return reply.data;
    const fault = Fault.safeParse(answer.data);
    if (fault.success && isErrorCode(fault.data.code)) {
      throw new AppError(fault.data.code, fault.data.detail ?? `the server refused a delivery: ${answer.status}`);
    }
    throw new AppError(
      'device.server_unreachable',
      `a delivery was answered ${answer.status} in words of another program`,
    );
  }

  return {
    ask: (id, request) => call('PUT', `reports/deliveries/${id}`, DeliveryReply, request),
    states: async (ids) => {
      const { deliveries } = await call('GET', `reports/deliveries?ids=${ids.join(',')}`, DeliveryReplies);
      return deliveries;
    },
  };
}
