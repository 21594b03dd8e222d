/** Which settings of the server stand behind a failure: words alone do not say where to mend it. */
import type { CheckedStep, HqConnections } from '#shared/hq/connections.api.ts';

type Connection = HqConnections['connections'][number];

const PROVIDER = {
  yookassa: ['YOOKASSA_SHOP_ID', 'YOOKASSA_SECRET_KEY', 'YOOKASSA_API_URL'],
  smtp: ['SMTP_HOST', 'SMTP_PORT', 'SMTP_SECURE', 'SMTP_USER', 'SMTP_PASS'],
  sendgrid: ['SENDGRID_API_KEY', 'SENDGRID_API_URL'],
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_API_URL'],
  smsc: ['SMSC_LOGIN', 'SMSC_PASSWORD', 'SMSC_API_URL'],
  dev: ['DATA_DIR'],
} as const satisfies Record<NonNullable<Connection['provider']>, readonly string[]>;

/** Who is chosen by it. */
export const CHOICE = {
  payments: 'PAYMENT_PROVIDER',
  email: 'EMAIL_PROVIDER',
  sms: 'SMS_PROVIDER',
} as const satisfies Record<Connection['name'], string>;

export function settingsOf({ name, provider }: Connection, { step, fault }: CheckedStep): readonly string[] {
  switch (step) {
    case 'access':
      return provider === null ? [CHOICE[name]] : PROVIDER[provider];
    case 'letter':
      return ['EMAIL_FROM'];
    case 'webhook':
      return fault === 'proxy' ? ['TRUST_PROXY'] : ['PUBLIC_URL'];
    case 'notices':
      return ['YOOKASSA_ALLOWED_IPS', 'TRUST_PROXY'];
  }
}
