import { join } from 'node:path';
import type { ServerConfig } from '../../config.ts';
import type { Channel, EmailMessage, SmsMessage } from './channel.port.ts';
import { createFolderChannels } from './folder.channel.ts';
import { createSendGridChannel } from './sendgrid.channel.ts';
import { createSmscChannel } from './smsc.channel.ts';
import { createSmtpChannel } from './smtp.channel.ts';
import { createTwilioChannel } from './twilio.channel.ts';

export interface Channels {
  readonly email: Channel<EmailMessage> | undefined;
  readonly sms: Channel<SmsMessage> | undefined;
}

/** Who the settings say carries messages; absent = nobody does, and what is asked of it fails and says so. */
export function openChannels(config: ServerConfig): Channels {
  const folder = createFolderChannels(join(config.DATA_DIR, 'outbox'));
  return { email: openEmail(config, folder.email), sms: openSms(config, folder.sms) };
}

function openEmail(config: ServerConfig, dev: Channel<EmailMessage>): Channel<EmailMessage> | undefined {
  const { EMAIL_FROM: from, SMTP_HOST: host, SENDGRID_API_KEY: apiKey } = config;
  switch (config.EMAIL_PROVIDER ?? (config.AGENT_ENV === 'DEV' ? 'dev' : undefined)) {
    case 'smtp':
      if (host === undefined) return undefined;
      return createSmtpChannel({
        host,
        port: config.SMTP_PORT,
        secure: config.SMTP_SECURE,
        user: config.SMTP_USER,
        password: config.SMTP_PASS,
        from,
      });
    case 'sendgrid':
      return apiKey === undefined
        ? undefined
        : createSendGridChannel({ apiUrl: config.SENDGRID_API_URL, apiKey, from });
    case 'dev':
      return dev;
    case undefined:
      return undefined;
  }
}

function openSms(config: ServerConfig, dev: Channel<SmsMessage>): Channel<SmsMessage> | undefined {
  const { SMS_FROM: from, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = config;
  const { SMSC_LOGIN: login, SMSC_PASSWORD: password } = config;
  switch (config.SMS_PROVIDER ?? (config.AGENT_ENV === 'DEV' ? 'dev' : undefined)) {
    case 'twilio':
      if (accountSid === undefined || authToken === undefined || from === undefined) return undefined;
      return createTwilioChannel({ apiUrl: config.TWILIO_API_URL, accountSid, authToken, from });
    case 'smsc':
      if (login === undefined || password === undefined) return undefined;
      return createSmscChannel({ apiUrl: config.SMSC_API_URL, login, password, sender: from });
    case 'dev':
      return dev;
    case undefined:
      return undefined;
  }
}
