/** A kiosk's own calls to the server: to be heard, and for the key of its codes. */
import axios from 'axios';
import type { HeartbeatRequest } from '#shared/kiosk/kiosk.schema.ts';
import { CodeKeyReply, HeartbeatReply } from '#shared/kiosk/kiosk.schema.ts';

export interface KioskWire {
  /** The server's time, Unix ms; undefined when nobody answered. */
  beat(request: HeartbeatRequest): Promise<number | undefined>;
  /** 64 hex digits; undefined when nobody answered. */
  codeKey(): Promise<string | undefined>;
}

export interface KioskEndpoint {
  readonly serverUrl: string;
  readonly token: string;
  readonly deviceId: string;
}

const TIMEOUT_MS = 4800;

/** @param endpoint read at every call: neither an enrolment nor a new token needs a restart. */
export function createKioskWire(endpoint: () => Promise<KioskEndpoint | undefined>, signal: AbortSignal): KioskWire {
  const http = axios.create({ maxRedirects: 0, maxContentLength: 65_536, validateStatus: () => true, proxy: false });
  const call = async (path: string, data: object): Promise<unknown> => {
    const to = await endpoint();
    if (to === undefined) return undefined;
    const answer = await http
      .request<unknown>({
        method: 'POST',
        url: `${to.serverUrl.replace(/\/+$/, '')}/kiosk/${to.deviceId}/${path}`,
        headers: { authorization: `Bearer ${to.token}` },
        timeout: TIMEOUT_MS,
        signal,
        data,
      })
      .catch(() => undefined);
    return answer?.status === 200 ? answer.data : undefined;
  };
  return {
    beat: async (request) => HeartbeatReply.safeParse(await call('heartbeat', request)).data?.serverTime,
    codeKey: async () => CodeKeyReply.safeParse(await call('code/key', {})).data?.key,
  };
}
