/** Trying whether a provider would do what it is set up for, and what a failure means to the person who set it up. */
import axios, { type AxiosRequestConfig, type AxiosResponse, isAxiosError } from 'axios';
import type { CheckFault } from '#shared/hq/connections.api.ts';

export type Probe =
  | { readonly isGood: true }
  | {
      readonly isGood: false;
      readonly fault: CheckFault;
      /** In the provider's words, or the network's. */
      readonly said?: string;
    };

export const GOOD: Probe = { isGood: true };
export const bad = (fault: CheckFault, said?: string): Probe => ({
  isGood: false,
  fault,
  ...(said === undefined || said === '' ? {} : { said }),
});

/** Somebody waits in front of the page: what takes longer would not serve a guest either. */
export const PROBE_MS = 8000;

const NAMES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EDNS']);
const LATE: ReadonlySet<string> = new Set(['ETIMEDOUT', 'ECONNABORTED']);
/** As OpenSSL and Node name them. `EPROTO`: no TLS at that port. */
const TLS = /CERT|SIGNATURE|^ERR_(TLS|SSL)|^(ETLS|EPROTO)$/;

/** @param code of the error of a socket, of TLS, of axios or of nodemailer. */
export function faultOfNetwork(code: string): CheckFault {
  if (NAMES.has(code)) return 'name_unknown';
  if (LATE.has(code)) return 'timed_out';
  return TLS.test(code) ? 'tls' : 'unreachable';
}

/** Asks by HTTP and lets `read` say what the answer means. */
export async function probeHttp(
  config: AxiosRequestConfig,
  read: (answer: AxiosResponse<unknown>) => Probe,
): Promise<Probe> {
  try {
    const answer = await axios.request<unknown>({
      ...config,
      timeout: PROBE_MS,
      maxRedirects: 0,
      maxContentLength: 262_144,
      validateStatus: () => true,
      proxy: false,
    });
    return read(answer);
  } catch (error) {
    // Its code alone: an AxiosError carries the address and the secret.
    const code = (isAxiosError(error) ? error.code : undefined) ?? 'fault';
    return bad(faultOfNetwork(code), code);
  }
}

/** What most providers mean by a status; `said` is theirs. */
export function readStatus(status: number, said?: string): Probe {
  if (status === 200) return GOOD;
  if (status === 401) return bad('credentials', said);
  return bad(status === 403 ? 'forbidden' : 'refused', said ?? `HTTP ${status}`);
}
