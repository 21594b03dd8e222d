/** E-mail by SMTP. */
import { createTransport } from 'nodemailer';
import { bad, faultOfNetwork, GOOD, PROBE_MS, type Probe } from '../connections/probe.ts';
import { type Channel, type EmailMessage, refused, type SendResult } from './channel.port.ts';
import { withoutAddresses } from './delivery.rules.ts';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; without it STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly syscall?: string;
}

const TIMEOUT_MS = 30_000;

export function createSmtpChannel({ host, port, secure, user, password, from }: SmtpOptions): Channel<EmailMessage> {
  const optionsWithin = (timeoutMs: number) => ({
    host,
    port,
    secure,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const transport = createTransport(optionsWithin(TIMEOUT_MS));
  const domain =
    from
      .split('@')
      .at(-1)
      ?.replace(/[^\w.-]/g, '') ?? 'localhost';
  return {
    send: async ({ to, subject, text, attachment, key }) => {
      try {
        const sent = await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          // A server that has had it already, or the guest's own mailbox, can tell that it is the same.
          messageId: `<${key}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          attachments: attachment
            ? [{ filename: attachment.name, content: Buffer.from(attachment.bytes), contentType: 'application/pdf' }]
            : [],
        });
        return { kind: 'accepted', providerId: sent.messageId };
      } catch (error) {
        return meaningOf(error as SmtpError);
      }
    },
    check: async () => {
      try {
        await createTransport(optionsWithin(PROBE_MS)).verify();
        return GOOD;
      } catch (error) {
        return probeOf(error as SmtpError);
      }
    },
  };
}

/** Said by nodemailer while there was no greeting yet. */
const BEFORE_GREETING = /^(Connection timeout|Greeting never received)/;

const probeOf = ({ code = '', responseCode, message }: SmtpError): Probe => {
  const said = withoutAddresses(message);
  if (code === 'EAUTH') return bad('credentials', said);
  if (responseCode !== undefined) return bad('refused', said);
  // Nodemailer's own code says `ESOCKET` of all that is wrong with a socket; the system's word is in the message.
  if (BEFORE_GREETING.test(message)) return bad('timed_out', said);
  const word = /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(?:HOST|NET)UNREACH)\b/.exec(message)?.[0];
  if (word !== undefined) return bad(faultOfNetwork(word), said);
  return bad(/certificate|SSL|TLS/i.test(message) ? 'tls' : faultOfNetwork(code), said);
};

/** An answer means no. Silence means no only where there was no connection; later the letter may have come through. */
function meaningOf({ code, responseCode, syscall, message }: SmtpError): SendResult {
  const reason = withoutAddresses(`${code ?? ''} ${message}`);
  if (responseCode !== undefined) {
    const isFinal = responseCode >= 500;
    if (code === 'EENVELOPE' && isFinal) return refused(reason, 'address_refused', true);
    // A wrong password is mended by a person: later attempts may find it mended.
    return refused(reason, 'provider_refused', isFinal && code !== 'EAUTH');
  }
  const isBefore =
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    code === 'EDNS' ||
    code === 'ETLS' ||
    code === 'EAUTH' ||
    BEFORE_GREETING.test(message);
  return isBefore ? refused(reason, 'provider_unavailable') : { kind: 'unknown', reason };
}
