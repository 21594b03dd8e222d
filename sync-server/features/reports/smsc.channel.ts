/** SMS by SMSC.ru. */
import { z } from 'zod';
import { bad, GOOD, probeHttp } from '../connections/probe.ts';
import { type Channel, refused, type SmsMessage } from './channel.port.ts';
import { callProvider } from './provider-http.ts';

export interface SmscOptions {
  /** As `https://smsc.ru`. */
  readonly apiUrl: string;
  readonly login: string;
  readonly password: string;
  /** A name agreed on with the provider; theirs where none is given. */
  readonly sender?: string | undefined;
}

const Sent = z.object({ id: z.union([z.int(), z.string().max(40)]), cnt: z.int() });
const Balance = z.object({ balance: z.coerce.number() });
const Fault = z.object({ error: z.string(), error_code: z.int() });
/** A wrong number, and one that nothing can be brought to. */
const ADDRESS_CODES: readonly number[] = [7, 8];
/** What another attempt would not mend: wrong parameters, a forbidden text. */
const FINAL_CODES: readonly number[] = [1, 6];

export const createSmscChannel = ({ apiUrl, login, password, sender }: SmscOptions): Channel<SmsMessage> => ({
  send: ({ to, text, key }) =>
    callProvider(
      {
        method: 'POST',
        url: new URL('/sys/send.php', apiUrl).href,
        data: new URLSearchParams({
          login,
          psw: password,
          phones: to,
          mes: text,
          // Without it the text is taken for windows-1251.
          charset: 'utf-8',
          fmt: '3',
          id: numberOf(key),
          ...(sender === undefined ? {} : { sender }),
        }),
      },
      ({ data }) => {
        const sent = Sent.safeParse(data);
        if (sent.success) return { kind: 'accepted', providerId: String(sent.data.id) };
        const fault = Fault.safeParse(data);
        if (!fault.success) return { kind: 'unknown', reason: 'the provider answered in other words' };
        const { error, error_code: code } = fault.data;
        const reason = `${code} ${error}`.slice(0, 300);
        if (ADDRESS_CODES.includes(code)) return refused(reason, 'address_refused', true);
        return refused(reason, code === 9 ? 'provider_unavailable' : 'provider_refused', FINAL_CODES.includes(code));
      },
    ),
  check: () =>
    probeHttp(
      {
        method: 'POST',
        url: new URL('/sys/balance.php', apiUrl).href,
        data: new URLSearchParams({ login, psw: password, fmt: '3' }),
      },
      ({ status, data }) => {
        const balance = Balance.safeParse(data).data?.balance;
        if (balance !== undefined) return balance > 0 ? GOOD : bad('no_money', String(balance));
        const fault = Fault.safeParse(data).data;
        if (fault === undefined) return bad('refused', `HTTP ${status}`);
        const said = `${fault.error_code} ${fault.error}`;
        return bad(fault.error_code === 2 ? 'credentials' : 'refused', said);
      },
    ),
});

/** Their ids are numbers up to 2147483647: made of ours, so that both sides can find one by the other's. */
const numberOf = (key: string): string => String(Number.parseInt(key.replaceAll('-', '').slice(-8), 16) >>> 1 || 1);
