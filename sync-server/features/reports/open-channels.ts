import { join } from 'node:path';
import type { ServerConfig } from '../../config.ts';
import type { Channel, EmailMessage, SmsMessage } from './channel.port.ts';
import { createFolderChannels } from './folder.channel.ts';

export interface Channels {
  readonly email: Channel<EmailMessage> | undefined;
  readonly sms: Channel<SmsMessage> | undefined;
}

/**
 * Who the settings say carries messages; absent = nobody does, and what is asked of it fails and says so. Each is loaded when it
 * is wanted: clients of four providers are memory that most servers need for one.
 */
export async function openChannels(config: ServerConfig): Promise<Channels> {
  const folder = createFolderChannels(join(config.DATA_DIR, 'outbox'));
  return { email: await openEmail(config, folder.email), sms: await openSms(config, folder.sms) };
}

/** In DEV nobody has to be named: messages become files. */
export const emailProviderOf = ({ EMAIL_PROVIDER: named, AGENT_ENV: env }: ServerConfig) =>
  named ?? (env === 'DEV' ? 'dev' : undefined);
export const smsProviderOf = ({ SMS_PROVIDER: named, AGENT_ENV: env }: ServerConfig) =>
  named ?? (env === 'DEV' ? 'dev' : undefined);

async function openEmail(config: ServerConfig, dev: Channel<EmailMessage>): Promise<Channel<EmailMessage> | undefined> {
  const { EMAIL_FROM: from, SMTP_HOST: host, SENDGRID_API_KEY: apiKey } = config;
  switch (emailProviderOf(config)) {
    case 'smtp':
      if (host === undefined) return undefined;
      return (await import('./smtp.channel.ts')).createSmtpChannel({
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
        : (await import('./sendgrid.channel.ts')).createSendGridChannel({
            apiUrl: config.SENDGRID_API_URL,
            apiKey,
            from,
          });
    case 'dev':
      return dev;
    case undefined:
      return undefined;
  }
}

async function openSms(config: ServerConfig, dev: Channel<SmsMessage>): Promise<Channel<SmsMessage> | undefined> {
  const { SMS_FROM: from, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = config;
  const { SMSC_LOGIN: login, SMSC_PASSWORD: password } = config;
  switch (smsProviderOf(config)) {
    case 'twilio':
      if (accountSid === undefined || authToken === undefined || from === undefined) return undefined;
      return (await import('./twilio.channel.ts')).createTwilioChannel({
        apiUrl: config.TWILIO_API_URL,
        accountSid,
        authToken,
        from,
      });
    case 'smsc':
      if (login === undefined || password === undefined) return undefined;
      return (await import('./smsc.channel.ts')).createSmscChannel({
        apiUrl: config.SMSC_API_URL,
        login,
        password,
        sender: from,
      });
    case 'dev':
      return dev;
    case undefined:
      return undefined;
  }
}
