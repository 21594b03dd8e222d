/** SMS by SMSC.ru. */
import { z } from 'zod';
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
});

/** Their ids are numbers up to 2147483647: made of ours, so that both sides can find one by the other's. */
const numberOf = (key: string): string => String(Number.parseInt(key.replaceAll('-', '').slice(-8), 16) >>> 1 || 1);
