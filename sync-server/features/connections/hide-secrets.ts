/** The last wall before a page: providers repeat what they were sent. */
import { SECRETS, type ServerConfig } from '../../config.ts';

/** Shorter ones stand in ordinary words. */
const SHORTEST = 4;

/** Removes every secret of the settings from a text, as it is and as it travels. */
export function createSecretHider(config: ServerConfig): (text: string) => string {
  const given = Object.entries(config).flatMap(([key, value]) =>
    SECRETS.has(key) && typeof value === 'string' && value.length >= SHORTEST ? [value] : [],
  );
  const pairs = [
    `${config.YOOKASSA_SHOP_ID}:${config.YOOKASSA_SECRET_KEY}`,
    `${config.TWILIO_ACCOUNT_SID}:${config.TWILIO_AUTH_TOKEN}`,
    `\0${config.SMTP_USER}\0${config.SMTP_PASS}`,
  ];
  const base64 = [...given, ...pairs].map((text) => Buffer.from(text).toString('base64'));
  const forms = [...given, ...given.map(encodeURIComponent), ...base64].toSorted((a, b) => b.length - a.length);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, '…'), text);
}
