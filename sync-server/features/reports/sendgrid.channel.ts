/** E-mail by SendGrid, API v3. */
import { z } from 'zod';
import { bad, probeHttp, readStatus } from '../connections/probe.ts';
import type { Channel, EmailMessage } from './channel.port.ts';
import { refused } from './channel.port.ts';
import { withoutAddresses } from './delivery.rules.ts';
import { callProvider } from './provider-http.ts';

export interface SendGridOptions {
  /** As `https://api.sendgrid.com`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly from: string;
}

/** Documented: all of a message, encoded. */
const MAX_BYTES = 30 * 1024 * 1024;
const Scopes = z.object({ scopes: z.array(z.string()) });

export const createSendGridChannel = ({ apiUrl, apiKey, from }: SendGridOptions): Channel<EmailMessage> => ({
  send: async ({ to, subject, text, attachment, key }) => {
    const attachments = attachment ? [pdfOf(attachment)] : [];
    if (attachments.some(({ content }) => content.length > MAX_BYTES))
      return refused('the report is too large for SendGrid', 'provider_refused', true);
    return await callProvider(
      {
        method: 'POST',
        url: new URL('/v3/mail/send', apiUrl).href,
        headers: { authorization: `Bearer ${apiKey}` },
        data: {
          personalizations: [{ to: [{ email: to }], custom_args: { delivery: key } }],
          from: { email: from },
          subject,
          content: [{ type: 'text/plain', value: text }],
          // An empty list is refused.
          ...(attachments.length > 0 ? { attachments } : {}),
          tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
        },
      },
      ({ status, headers, data }) => {
        if (status === 202) {
          const id: unknown = headers['x-message-id'];
          return { kind: 'accepted', ...(typeof id === 'string' ? { providerId: id } : {}) };
        }
        const said = withoutAddresses(JSON.stringify(data));
        const isAddress = status === 400 && said.includes('personalizations');
        if (isAddress) return refused(said, 'address_refused', true);
        return refused(said, 'provider_refused', status === 400 || status === 413);
      },
    );
  },
  check: () =>
    probeHttp(
      { url: new URL('/v3/scopes', apiUrl).href, headers: { authorization: `Bearer ${apiKey}` } },
      ({ status, data }) => {
        const scopes = Scopes.safeParse(data).data?.scopes;
        // A key that may do other things only is told apart from one that is wrong.
        if (status === 200 && scopes?.includes('mail.send') === false) return bad('forbidden', 'mail.send');
        return status === 200 && scopes === undefined ? bad('refused', 'HTTP 200') : readStatus(status);
      },
    ),
});

const pdfOf = ({ name, bytes }: NonNullable<EmailMessage['attachment']>) => ({
  content: Buffer.from(bytes).toString('base64'),
  filename: name,
  type: 'application/pdf',
  disposition: 'attachment',
});
