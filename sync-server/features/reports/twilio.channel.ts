/** SMS by Twilio. */
import { z } from 'zod';
import { bad, probeHttp, readStatus } from '../connections/probe.ts';
import { type Channel, refused, type SmsMessage } from './channel.port.ts';
import { callProvider } from './provider-http.ts';

export interface TwilioOptions {
  /** As `https://api.twilio.com`. */
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
}

const Sent = z.object({ sid: z.string().max(64) });
const Account = z.object({ status: z.string() });
const Fault = z.object({ code: z.int(), message: z.string() });
/** No number, one that cannot take messages, one that wants none. */
const ADDRESS_CODES: readonly number[] = [21_211, 21_214, 21_217, 21_610, 21_614];

export const createTwilioChannel = ({ apiUrl, accountSid, authToken, from }: TwilioOptions): Channel<SmsMessage> => ({
  send: ({ to, text }) =>
    callProvider(
      {
        method: 'POST',
        url: new URL(`/2010-04-01/Accounts/${accountSid}/Messages.json`, apiUrl).href,
        auth: { username: accountSid, password: authToken },
        data: new URLSearchParams({ To: to, From: from, Body: text }),
      },
      ({ status, data }) => {
        const sent = Sent.safeParse(data);
        if (status === 201 && sent.success) return { kind: 'accepted', providerId: sent.data.sid };
        const fault = Fault.safeParse(data);
        const code = fault.data?.code ?? 0;
        const reason = `${code} ${fault.data?.message ?? status}`.slice(0, 300);
        return ADDRESS_CODES.includes(code)
          ? refused(reason, 'address_refused', true)
          : refused(reason, 'provider_refused', status === 400);
      },
    ),
  check: () =>
    probeHttp(
      {
        url: new URL(`/2010-04-01/Accounts/${accountSid}.json`, apiUrl).href,
        auth: { username: accountSid, password: authToken },
      },
      ({ status, data }) => {
        if (status !== 200) return readStatus(status, Fault.safeParse(data).data?.message);
        const state = Account.safeParse(data).data?.status;
        if (state === undefined) return bad('refused', 'HTTP 200');
        return state === 'active' ? readStatus(status) : bad('inactive', state);
      },
    ),
});
