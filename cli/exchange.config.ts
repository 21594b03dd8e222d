/** Settings of the currency desk in a terminal: `config.json` ← environment. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Refused } from './faults.ts';

const SETTINGS = {
  api_base_url: z.url({ protocol: /^https?$/ }),
  target_device: z.string().min(1).max(32),
  device_id: z.string().min(1).max(128),
  poll_interval_seconds: z.int().min(1).max(3600),
  auto_confirm_sales: z.boolean(),
  auto_confirm_max_usd: z.int().min(0).max(1_000_000),
  verify_ssl: z.boolean(),
};
const File = z.strictObject(SETTINGS).partial();
/** What was said, and no more. */
type Settings = { readonly [K in keyof z.infer<typeof File>]?: NonNullable<z.infer<typeof File>[K]> };

const DEFAULTS = {
  api_base_url: 'http://127.0.0.1:8000',
  target_device: 'desktop',
  poll_interval_seconds: 5,
  auto_confirm_sales: false,
  auto_confirm_max_usd: 500,
  verify_ssl: true,
};

const VARIABLES: Readonly<Record<keyof typeof SETTINGS, string>> = {
  api_base_url: 'KURSACH_API_BASE_URL',
  target_device: 'KURSACH_TARGET_DEVICE',
  device_id: 'KURSACH_DEVICE_ID',
  poll_interval_seconds: 'KURSACH_POLL_INTERVAL',
  auto_confirm_sales: 'KURSACH_AUTO_CONFIRM',
  auto_confirm_max_usd: 'KURSACH_AUTO_CONFIRM_MAX_USD',
  verify_ssl: 'KURSACH_VERIFY_SSL',
};

export type ExchangeConfig = typeof DEFAULTS & { readonly device_id?: string | undefined };

/**
 * Throws `Refused` naming the file when it cannot be read, is not JSON or holds what is not allowed. A variable that says
 * nothing sensible is left out, with a warning: what runs by the file goes on running.
 */
export function loadExchangeConfig(input: {
  readonly file: string;
  /** The file was asked for by name: it must be there. */
  readonly isNamed: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly warn: (text: string) => void;
}): ExchangeConfig {
  const config = { ...DEFAULTS, ...readFile(input.file, input.isNamed), ...readVariables(input) };
  if (config.verify_ssl || isLoopback(config.api_base_url)) return config;
  input.warn('verify_ssl is off, which is allowed for this machine alone: the certificate is checked');
  return { ...config, verify_ssl: true };
}

function readFile(file: string, isNamed: boolean): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!isNamed && error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Refused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Refused(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = File.safeParse(json);
  if (parsed.success) return parsed.data as Settings;
  throw new Refused(
    parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'all of it'}: ${message}`).join('\n'),
  );
}

function readVariables({ env, warn }: Pick<Parameters<typeof loadExchangeConfig>[0], 'env' | 'warn'>): Settings {
  const said = Object.entries(VARIABLES).flatMap(([key, variable]) => {
    const text = env[variable];
    if (text === undefined || text === '') return [];
    const schema = SETTINGS[key as keyof typeof SETTINGS];
    const meant = meanings(text).find((value) => schema.safeParse(value).success);
    if (meant !== undefined) return [[key, meant]];
    warn(`${variable} is "${text}" and is ignored`);
    return [];
  });
  return Object.fromEntries(said) as Settings;
}

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
};
/** What a text may mean: `1` is a number of seconds, and yes. */
const meanings = (text: string): readonly unknown[] => [
  ...(/^\d{1,9}$/.test(text) ? [Number(text)] : []),
  ...(Object.hasOwn(WORDS, text.toLowerCase()) ? [WORDS[text.toLowerCase()]] : []),
  text,
];

function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}
