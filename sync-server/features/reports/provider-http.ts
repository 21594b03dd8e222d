/** Calls to providers of messages, which have no keys against doubles: what was sent and not answered is unknown. */
import axios, { type AxiosRequestConfig, type AxiosResponse, isAxiosError } from 'axios';
import { refused, type SendResult } from './channel.port.ts';

const TIMEOUT_MS = 20_000;
/** The connection was never made, so nothing can have been taken. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const client = axios.create({
  timeout: TIMEOUT_MS,
  maxRedirects: 0,
  maxBodyLength: 64 * 1024 * 1024,
  maxContentLength: 262_144,
  validateStatus: () => true,
  proxy: false,
});

/** Sends, and lets `read` say what an answer means; a 5xx may come from a door before the provider as well as behind. */
export async function callProvider(
  config: AxiosRequestConfig,
  read: (answer: AxiosResponse<unknown>) => SendResult,
): Promise<SendResult> {
  try {
    const answer = await client.request<unknown>(config);
    if (answer.status === 429) return refused('too many requests', 'provider_unavailable');
    if (answer.status >= 500) {
      return answer.status === 503
        ? refused('the provider is out of order', 'provider_unavailable')
        : { kind: 'unknown', reason: `the provider answered ${answer.status}` };
    }
    return read(answer);
  } catch (error) {
    // Its code alone: an AxiosError carries the address and the secret.
    const code = isAxiosError(error) ? (error.code ?? 'fault') : 'fault';
    return NOT_CONNECTED.has(code) ? refused(code, 'provider_unavailable') : { kind: 'unknown', reason: code };
  }
}
