/** The server as a manager's desk asks it about kiosks. */
import axios from 'axios';
import { KiosksOverview } from '#shared/partner/partner.api.ts';

/** Undefined when nobody answered, or in words of another program. */
export type AskKiosks = () => Promise<KiosksOverview | undefined>;

/** A page waits for it: without a network it must show what it has. */
const TIMEOUT_MS = 3000;

/** @param endpoint read at every call: neither an enrolment nor a new token needs a restart. */
export function createAskKiosks(
  endpoint: () => Promise<{ readonly serverUrl: string; readonly token: string } | undefined>,
  signal: AbortSignal,
): AskKiosks {
  const http = axios.create({ timeout: TIMEOUT_MS, maxRedirects: 0, validateStatus: () => true, proxy: false });
  return async () => {
    const to = await endpoint();
    if (to === undefined) return undefined;
    const answer = await http
      .get<unknown>(`${to.serverUrl.replace(/\/+$/, '')}/devices/kiosks`, {
        headers: { authorization: `Bearer ${to.token}` },
        signal,
      })
      .catch(() => undefined);
    return KiosksOverview.safeParse(answer?.data).data;
  };
}
