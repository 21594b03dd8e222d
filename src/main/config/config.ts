/**
 * Settings in layers: default < config/service.json < environment < command line. Everything is checked before anything
 * is opened, all faults are said at once, and each value remembers who set it.
 */
import { readFileSync } from 'node:fs';
import type { Logger } from '#main/core.ts';
import { AppError, type Issue } from '#shared/kernel/errors.ts';
import { checkDeviceConfig, DEVICE_SETTINGS, type DeviceConfig } from './device-settings.ts';
import { allowedOf, flagOf, fromText, listSettings, type Setting, type SettingTree, variableOf } from './setting.ts';

export interface ConfigInput {
  /** The file of settings; its section `device` is ours. A missing file is an empty one, a broken file is a fault. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line gave, by flag without its dashes: `{ 'data-dir': '…' }`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfig {
  readonly config: DeviceConfig;
  /** Who set each value, by key: `default`, `file …`, `environment …`, `command line …`. */
  readonly sources: Readonly<Record<string, string>>;
  /** Variables that are set and mean nothing here: providers and their secrets are the server's alone. */
  readonly serverOnly: readonly string[];
}

/** Variables of our prefix that are no settings of a device: secrets, and the server's on the same machine. */
const OTHER_VARIABLES = /^PRILAVOK_(SECRET|SERVER|TEST)_/;

const SERVER_ONLY = /^(YOOKASSA|EMAIL|SMTP|SENDGRID|SMS|TWILIO|SMSC)_/;

/** Names only: a secret in the wrong place is a secret still. */
export function warnOfServerOnly(log: Logger, variables: readonly string[]): void {
  if (variables.length === 0) return;
  log.warn('settings of providers are read by the server alone; here they do nothing', { variables });
}

/** Flags of every setting, for whoever parses the command line. */
export const DEVICE_FLAGS: readonly string[] = listSettings(DEVICE_SETTINGS).flatMap(([key, { flagAlias }]) =>
  flagAlias === undefined ? [flagOf(key)] : [flagOf(key), flagAlias],
);

/** Throws `config.invalid`; its message has a line for each fault: key, value, who set it, and what is allowed. */
export function loadDeviceConfig(input: ConfigInput): LoadedConfig {
  const settings = listSettings(DEVICE_SETTINGS);
  const faults: Issue[] = [];
  const section = readSection(input.file);
  const sources: Record<string, string> = {};
  const values = new Map<string, unknown>();

  for (const key of keysOf(section, DEVICE_SETTINGS)) {
    if (!settings.some(([known]) => known === key)) {
      faults.push({ path: key, message: `is not a setting (file ${input.file})${suggest(key, settings)}` });
    }
  }
  for (const [name, value] of Object.entries(input.env)) {
    if (!name.startsWith('PRILAVOK_') || OTHER_VARIABLES.test(name) || value === undefined) continue;
    if (!settings.some(([key]) => variableOf(key) === name)) {
      faults.push({ path: name, message: 'is not a variable of any setting' });
    }
  }

  for (const [key, definition] of settings) {
    const { value, source } = choose(key, definition, section, input);
    const parsed = definition.schema.safeParse(value);
    sources[key] = source;
    values.set(key, parsed.success ? parsed.data : definition.byDefault);
    if (!parsed.success) {
      const allowed = allowedOf(definition.schema);
      faults.push({ path: key, message: `is ${show(value)} (${source}); allowed: ${allowed}` });
    }
  }

  const config = build(DEVICE_SETTINGS, values) as DeviceConfig;
  for (const [key, message] of faults.length === 0 ? checkDeviceConfig(config) : []) {
    faults.push({ path: key, message: `${message} (${sources[key]})` });
  }
  if (faults.length > 0) throw invalid(faults);
  const serverOnly = Object.keys(input.env).filter((name) => SERVER_ONLY.test(name) && input.env[name]);
  return { config, sources, serverOnly };
}

function choose(key: string, { byDefault, schema, ...names }: Setting, section: unknown, input: ConfigInput) {
  for (const flag of [flagOf(key), names.flagAlias ?? flagOf(key)]) {
    const text = input.flags[flag];
    if (text !== undefined) return { value: fromText(schema, text), source: `command line --${flag}` };
  }
  for (const variable of [variableOf(key), names.envAlias ?? variableOf(key)]) {
    const text = input.env[variable];
    if (text !== undefined && text !== '') return { value: fromText(schema, text), source: `environment ${variable}` };
  }
  const written = key.split('.').reduce<unknown>((node, name) => memberOf(node, name), section);
  if (written !== undefined) return { value: written, source: `file ${input.file}` };
  return { value: byDefault, source: 'default' };
}

function readSection(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw invalid([{ path: file, message: `cannot be read: ${String(error)}` }]);
  }
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    throw invalid([{ path: file, message: `is not JSON: ${error instanceof Error ? error.message : 'unreadable'}` }]);
  }
  const section = memberOf(whole, 'device') ?? {};
  if (!isRecord(whole) || !isRecord(section)) {
    throw invalid([{ path: file, message: 'must be an object with a section "device" that is an object' }]);
  }
  return section;
}

/** Dotted keys of what a file says, as deep as the settings go. */
function keysOf(node: unknown, tree: Setting | SettingTree | undefined, prefix = ''): string[] {
  if (!isRecord(node)) return prefix === '' ? [] : [prefix];
  return Object.entries(node).flatMap(([name, member]) => {
    const below = isRecord(tree) && Object.hasOwn(tree, name) ? (tree[name] as Setting | SettingTree) : undefined;
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const isLeaf = below === undefined || 'schema' in below;
    return isLeaf ? [key] : keysOf(member, below, key);
  });
}

function build(tree: SettingTree, values: ReadonlyMap<string, unknown>, prefix = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, node]) => {
      const key = prefix + name;
      return [name, values.has(key) ? values.get(key) : build(node as SettingTree, values, `${key}.`)];
    }),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberOf = (node: unknown, name: string): unknown =>
  isRecord(node) && Object.hasOwn(node, name) ? node[name] : undefined;

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';

/** Case and dashes are what people get wrong most. */
function suggest(key: string, settings: readonly (readonly [string, Setting])[]): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const meant = settings.find(([known]) => plain(known) === plain(key))?.[0];
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

const invalid = (issues: readonly Issue[]): AppError =>
  new AppError('config.invalid', issues.map(({ path, message }) => `${path} ${message}`).join('\n'), {
    details: { issues },
  });
