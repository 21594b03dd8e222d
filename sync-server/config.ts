/**
 * Everything the server may be told: defaults ← section `server` of `config/service.json` ← environment ← command line.
 * Read once, before anything opens; a wrong value names its key, itself and what is allowed.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { MIN_GRACE_DAYS } from '#shared/blobs/blobs.schema.ts';
import { VatType } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { isCommandKey } from './features/commands/commands.key.ts';
import { isNetwork, YOOKASSA_ADDRESSES } from './features/payments/addresses.rules.ts';

const int = (min: number, max: number) =>
  z.coerce
    .number(`must be an integer from ${min} to ${max}`)
    .pipe(
      z
        .int(`must be an integer from ${min} to ${max}`)
        .min(min, `must be ${min} to ${max}`)
        .max(max, `must be ${min} to ${max}`),
    );
const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  'must be true or false',
);
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  ),
]);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of: ${values.join(', ')}`);

const PROXIES = 'must be true, false, or addresses and networks, comma separated';

const httpUrl = (example: string) => z.string().regex(/^https?:\/\/\S+$/, `must look like ${example}`);

/** Known to everybody: what it seals is sealed in name only. */
const DEVELOPMENT_KEY = 'change_me_development_passport_key';
const DEVELOPMENT_SIGNATURE = 'change_me_development_signature_secret';

export const ServerConfig = z.strictObject({
  PORT: int(0, 65_535).default(8000).describe('TCP port; 0 takes a free one'),
  HOST: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 for the network'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data/server')
    .describe('folder of the embedded database and of the guard of sync; a relative one is beside package.json'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must look like postgres://user:password@host:5432/name')
    .optional()
    .describe('PostgreSQL; without it the database is embedded in DATA_DIR'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/\S+$/, 'must look like redis://user:password@host:6379')
    .optional()
    .describe(
      'sessions of people, and hints from one instance to another, in Redis; without it sessions are in the database, and an instance tells its own sockets alone',
    ),
  AGENT_ENV: oneOf(['DEV', 'PROD']).default('DEV').describe('PROD refuses the demonstration organisation'),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least level that is logged'),
  RENDERER_DIR: z
    .string()
    .min(1)
    .default('dist/renderer')
    .describe('the built pages; a relative one is beside package.json'),
  SESSION_IDLE_MIN: int(1, 1440).default(120).describe('minutes of silence that end a session'),
  SESSION_MAX_H: int(1, 720).default(12).describe('hours that end a session however busy'),
  ENROLMENT_CODE_MIN: int(1, 1440).default(15).describe('minutes an enrolment code lives'),
  TOKEN_GRACE_MIN: int(0, 1440).default(10).describe('minutes an exchanged token of a device or an agent still opens'),
  MANAGER_JWT_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('signs tokens of /api/manager; without it the server makes a secret and keeps it in its database'),
  MANAGER_ACCESS_TOKEN_EXPIRE_MINUTES: int(1, 1440).default(120).describe('minutes a token of a manager lives'),
  PASSPORT_KEY: z
    .string()
    .min(16, 'must have at least 16 characters')
    .default(DEVELOPMENT_KEY)
    .describe('seals passports and contracts; who loses it cannot read them any more. PROD wants one of its own'),
  EXCHANGE_JWT_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('signs tokens of the currency desk; without it the server makes a secret and keeps it in its database'),
  EXCHANGE_TOKEN_MIN: int(1, 1440).default(120).describe('minutes a token of the currency desk lives'),
  PREVIEW_TTL_S: int(5, 300).default(30).describe('seconds that the price of a preview holds'),
  PRICE_TOLERANCE_PCT: z
    .union([z.string(), z.number().transform(String)])
    .refine((text) => /^\d{1,2}(\.\d{1,4})?$/.test(text), 'must be percent from 0 to 99.9999')
    .default('0.5')
    .describe('percent that the market may move away from the price of a preview before its sale is refused'),
  PRICE_PROVIDER: oneOf(['dev', 'http'])
    .optional()
    .describe(
      'where prices of currencies come from: invented, or CoinCap and CoinGecko. Without it dev in DEV, http in PROD',
    ),
  PRICE_COINCAP_URL: httpUrl('https://host/v3').default('https://rest.coincap.io/v3').describe('the API of CoinCap'),
  PRICE_COINCAP_KEY: z.string().min(1).optional().describe('its key'),
  PRICE_COINGECKO_URL: httpUrl('https://host/api/v3')
    .default('https://api.coingecko.com/api/v3')
    .describe('the API of CoinGecko'),
  CONTRACT_SIGNATURE_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .default(DEVELOPMENT_SIGNATURE)
    .describe('signs contracts and keeps their codes; who loses it cannot prove signatures. PROD wants one of its own'),
  CONTRACT_PAY_DAYS: int(1, 90).default(3).describe('days that a client has to pay a contract in'),
  CONTRACT_VAT: VatType.default('none').describe('VAT of what contracts bill, as receipts say it'),
  CONTRACT_CODE_SMS: flag
    .default(true)
    .describe('codes of contracts go by SMS_PROVIDER too, where one is set, besides the support chat'),
  OTP_TTL_S: int(60, 3600).default(600).describe("seconds a client's code lives from its delivery"),
  OTP_MAX_TRIES: int(1, 10).default(5).describe('wrong codes after which a client needs another'),
  OTP_COOLDOWN_S: int(10, 600).default(60).describe('seconds between two codes of a client'),
  SUPPORT_WEBHOOK_URL: httpUrl('https://app.example/messages')
    .optional()
    .describe("takes messages for clients into the client application; without it they wait in this server's API"),
  SUPPORT_WEBHOOK_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('bearer token sent with each message to SUPPORT_WEBHOOK_URL'),
  METRICS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('opens /metrics from afar; without it only loopback reads them'),
  ALLOWED_ORIGINS: list.default([]).describe('further origins whose pages may use a session, comma separated'),
  TRUST_PROXY: z
    .union([flag, list.refine((all) => all.length > 0 && all.every(isNetwork), PROXIES)], PROXIES)
    .default(false)
    .describe('believe X-Forwarded-* of the proxy in front: of any (true), or of these addresses and networks'),
  BLOB_STORE: oneOf(['files', 's3']).default('files').describe('where photos and documents are kept'),
  BLOB_DIR: z.string().min(1).optional().describe('their folder; without it `blobs` in DATA_DIR'),
  BLOB_GRACE_DAYS: int(MIN_GRACE_DAYS, 3650)
    .default(MIN_GRACE_DAYS)
    .describe('days that a file is kept after nothing refers to it any more'),
  BLOB_DIRECT: flag
    .default(false)
    .describe('devices fetch files straight from S3, by presigned addresses; they must be able to reach it'),
  BLOB_LINK_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('signs links to files; without it the server makes a secret and keeps it in its database'),
  COMMAND_KEY: z
    .string()
    .refine(isCommandKey, 'must be an Ed25519 private key: PKCS #8, DER, in base64')
    .optional()
    .describe('signs commands to devices; without it the server makes a key and keeps it in its database'),
  S3_ENDPOINT: z
    .string()
    .regex(/^https?:\/\/[^/]+\/?$/, 'must look like https://host[:port]')
    .optional()
    .describe('S3 for BLOB_STORE = s3; the bucket is named in the path'),
  S3_REGION: z.string().min(1).default('us-east-1').describe('region that requests to S3 are signed for'),
  S3_BUCKET: z
    .string()
    .min(1)
    .default('privet-bucket')
    .describe('bucket of the files; made at start where there is none'),
  S3_ACCESS_KEY: z.string().min(1).optional().describe('who asks S3'),
  S3_SECRET_KEY: z.string().min(1).optional().describe('the secret of S3_ACCESS_KEY'),
  PAYMENT_PROVIDER: oneOf(['none', 'yookassa'])
    .optional()
    .describe('who takes money for kiosks; without it yookassa in PROD, and in DEV where its keys are set'),
  PAYMENT_CLAIM_MIN: int(1, 1440)
    .default(30)
    .describe('minutes after which money that no kiosk came for goes back by itself'),
  PAYMENT_INTENTS_PER_MIN: int(1, 10_000).default(10).describe('payments that one kiosk may begin in a minute'),
  YOOKASSA_SHOP_ID: z.string().min(1).optional().describe('the shop at YooKassa'),
  YOOKASSA_SECRET_KEY: z.string().min(1).optional().describe('its secret key; it never leaves the server'),
  YOOKASSA_API_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must look like https://host/v3')
    .default('https://api.yookassa.ru/v3')
    .describe('its API'),
  YOOKASSA_RETURN_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must look like https://host/path')
    .default('https://yoomoney.ru')
    .describe("where a payer's phone goes after paying"),
  YOOKASSA_ALLOWED_IPS: list
    .refine((all) => all.every(isNetwork), 'must be addresses and networks, comma separated')
    .default([...YOOKASSA_ADDRESSES])
    .describe('addresses and networks that its notifications come from'),
  PUBLIC_URL: httpUrl('https://shop.example')
    .optional()
    .describe('where guests reach this server, for links to their reports; without it http://HOST:PORT'),
  REPORT_LINK_HOURS: int(1, 720).default(72).describe('hours that the link of an SMS opens a report'),
  EMAIL_PROVIDER: oneOf(['smtp', 'sendgrid', 'dev'])
    .optional()
    .describe('who carries e-mail; dev writes to `outbox` in DATA_DIR. Without it dev in DEV, and nobody in PROD'),
  EMAIL_FROM: z.email('must be an e-mail address').default('noreply@example.com').describe('who e-mail is from'),
  SMTP_HOST: z.string().min(1).optional().describe('mail server of EMAIL_PROVIDER = smtp'),
  SMTP_PORT: int(1, 65_535).default(587).describe('its port'),
  SMTP_SECURE: flag.default(false).describe('TLS from the first byte (port 465); without it STARTTLS where offered'),
  SMTP_USER: z.string().min(1).optional().describe('who sends'),
  SMTP_PASS: z.string().min(1).optional().describe('the password of SMTP_USER'),
  SENDGRID_API_KEY: z.string().min(1).optional().describe('key of EMAIL_PROVIDER = sendgrid'),
  SENDGRID_API_URL: httpUrl('https://host').default('https://api.sendgrid.com').describe('its API'),
  SMS_PROVIDER: oneOf(['twilio', 'smsc', 'dev'])
    .optional()
    .describe('who carries SMS; dev writes to `outbox` in DATA_DIR. Without it dev in DEV, and nobody in PROD'),
  SMS_FROM: z.string().min(1).max(16).optional().describe('who SMS is from: a number, or a name agreed on'),
  TWILIO_ACCOUNT_SID: z.string().min(1).optional().describe('account of SMS_PROVIDER = twilio'),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional().describe('its secret'),
  TWILIO_API_URL: httpUrl('https://host').default('https://api.twilio.com').describe('its API'),
  SMSC_LOGIN: z.string().min(1).optional().describe('login of SMS_PROVIDER = smsc'),
  SMSC_PASSWORD: z.string().min(1).optional().describe('its password'),
  SMSC_API_URL: httpUrl('https://host').default('https://smsc.ru').describe('its API'),
  SYNC_CASE_DAYS: int(30, 3650)
    .default(365)
    .describe(
      'days that a case of sync is kept after somebody at headquarters has settled it; an open one always stays',
    ),
  FIELD_HISTORY_DAYS: int(90, 36_500)
    .optional()
    .describe('days that values which lost a merge are kept; without it as long as the row that they were of'),
  PASSPORT_RETENTION_DAYS: int(1, 36_500)
    .default(1095)
    .describe('days that passports are kept after the last change of a file that came to its end'),
  RATE_FACTOR: z.coerce
    .number('must be a number from 0.01 to 1000')
    .min(0.01)
    .max(1000)
    .default(1)
    .describe('multiplies every rate limit'),
});
export type ServerConfig = z.output<typeof ServerConfig>;

const KEYS = Object.keys(ServerConfig.shape) as (keyof ServerConfig)[];
/** Never shown, and never in a file of settings that we write. */
export const SECRETS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
  'MANAGER_JWT_SECRET',
  'EXCHANGE_JWT_SECRET',
  'PRICE_COINCAP_KEY',
  'PASSPORT_KEY',
  'CONTRACT_SIGNATURE_SECRET',
  'SUPPORT_WEBHOOK_TOKEN',
  'BLOB_LINK_SECRET',
  'COMMAND_KEY',
  'S3_SECRET_KEY',
  'YOOKASSA_SECRET_KEY',
  'SMTP_PASS',
  'SENDGRID_API_KEY',
  'TWILIO_AUTH_TOKEN',
  'SMSC_PASSWORD',
]);
/** `SESSION_IDLE_MIN` → `session-idle-min`, its command line flag. */
const flagOf = (key: string): string => key.toLowerCase().replaceAll('_', '-');

export interface ConfigSources {
  /** Section `server` of `config/service.json`. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
}

/** @throws AppError `config.invalid`, whose message has one line for each wrong key. */
export function readConfig({ file, env, argv }: ConfigSources): ServerConfig {
  const flags = readFlags(argv);
  const given: Record<string, unknown> = { ...file };
  for (const key of KEYS) {
    // An empty variable is an unset one: that is how compose files and unit files unset.
    if (env[key] !== undefined && env[key] !== '') given[key] = env[key];
    const value = flags[flagOf(key)];
    if (value !== undefined) given[key] = value;
  }
  const parsed = ServerConfig.safeParse(given);
  if (parsed.success) {
    const wrong = [...checkPayments(parsed.data), ...checkMessages(parsed.data), ...checkSecrets(parsed.data)];
    if (wrong.length === 0) return parsed.data;
    throw new AppError('config.invalid', wrong.join('\n'));
  }
  const lines = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${key}: there is no such setting; allowed: ${KEYS.join(', ')}`).join('\n');
    }
    const key = String(issue.path[0]);
    const value = SECRETS.has(key) ? '(hidden)' : JSON.stringify(given[key]);
    return `${key} = ${value}: ${issue.message}`;
  });
  throw new AppError('config.invalid', lines.join('\n'));
}

/** Whether kiosks may be paid through YooKassa. */
export const takesPayments = (config: ServerConfig): boolean =>
  (config.PAYMENT_PROVIDER ??
    (config.AGENT_ENV === 'PROD' || config.YOOKASSA_SECRET_KEY !== undefined ? 'yookassa' : 'none')) === 'yookassa';

/** What stands in an example is known to everybody. */
const checkSecrets = (config: ServerConfig): readonly string[] =>
  (['MANAGER_JWT_SECRET', 'PASSPORT_KEY', 'CONTRACT_SIGNATURE_SECRET'] as const)
    .filter((key) => config.AGENT_ENV === 'PROD' && config[key]?.startsWith('change_me') === true)
    .map((key) => `${key}: must be a secret of your own in PROD`);

/** A provider that is chosen needs what it is reached by (K-92). */
function checkMessages(config: ServerConfig): readonly string[] {
  const needs: readonly (readonly [boolean, string, readonly (keyof ServerConfig)[]])[] = [
    [config.EMAIL_PROVIDER === 'smtp', 'EMAIL_PROVIDER=smtp', ['SMTP_HOST']],
    [config.EMAIL_PROVIDER === 'sendgrid', 'EMAIL_PROVIDER=sendgrid', ['SENDGRID_API_KEY']],
    [config.SMS_PROVIDER === 'twilio', 'SMS_PROVIDER=twilio', ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'SMS_FROM']],
    [config.SMS_PROVIDER === 'smsc', 'SMS_PROVIDER=smsc', ['SMSC_LOGIN', 'SMSC_PASSWORD']],
  ];
  return needs.flatMap(([isChosen, by, keys]) =>
    isChosen ? keys.filter((key) => config[key] === undefined).map((key) => `${key}: must be set with ${by}`) : [],
  );
}

/** What is wrong between settings of payments; secrets are named, never shown. */
function checkPayments(config: ServerConfig): readonly string[] {
  if (!takesPayments(config)) return [];
  const missing = (['YOOKASSA_SHOP_ID', 'YOOKASSA_SECRET_KEY'] as const).filter((key) => config[key] === undefined);
  const wrong = missing.map(
    (key) => `${key}: must be set where kiosks are paid; PAYMENT_PROVIDER=none takes no payments`,
  );
  // Who believes every proxy lets anybody write the address that notifications are judged by.
  if (config.TRUST_PROXY === true) wrong.push('TRUST_PROXY = true: must name the proxy where payments are taken');
  return wrong;
}

function readFlags(argv: readonly string[]): Readonly<Record<string, string | undefined>> {
  try {
    const options = Object.fromEntries(KEYS.map((key) => [flagOf(key), { type: 'string' as const }]));
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new AppError('config.invalid', `${said}\nallowed: ${KEYS.map((key) => `--${flagOf(key)}`).join(' ')}`, {
      cause: error,
    });
  }
}
