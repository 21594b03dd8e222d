/**
 * A setting carries its own schema, default and sentence, so that reading, complaining and the generated documentation
 * speak of the same thing. Settings stand in a tree; a setting's key is its dotted path in it.
 */
import { z } from 'zod';

export interface Setting<T = unknown> {
  readonly schema: z.ZodType<T>;
  /** `undefined` where the setting is optional and not set. */
  readonly byDefault: T;
  readonly help: string;
  /** Names that other tools know, beside the derived ones. */
  readonly envAlias?: string;
  readonly flagAlias?: string;
}

export interface SettingTree {
  readonly [name: string]: Setting | SettingTree;
}

/** The values of a tree: what the program reads. */
export type ValuesOf<Tree> = {
  readonly [K in keyof Tree]: Tree[K] extends Setting<infer T> ? T : ValuesOf<Tree[K]>;
};

export const setting = <T>(
  schema: z.ZodType<T>,
  byDefault: NoInfer<T>,
  help: string,
  aliases: Pick<Setting, 'envAlias' | 'flagAlias'> = {},
): Setting<T> => ({ schema, byDefault, help, ...aliases });

export const isSetting = (node: Setting | SettingTree): node is Setting => node['schema'] instanceof z.ZodType;

/** Every setting of a tree by its dotted key, in the order they are written. */
export const listSettings = (tree: SettingTree, prefix = ''): (readonly [key: string, setting: Setting])[] =>
  Object.entries(tree).flatMap(([name, node]) =>
    isSetting(node) ? [[prefix + name, node] as const] : listSettings(node, `${prefix}${name}.`),
  );

/** `fiscal.kkt.ip` → `PRILAVOK_FISCAL_KKT_IP` */
export const variableOf = (key: string): string => `PRILAVOK_${words(key, '_').toUpperCase()}`;
/** `fiscal.kkt.ip` → `fiscal-kkt-ip` */
export const flagOf = (key: string): string => words(key, '-').toLowerCase();

const words = (key: string, joint: string): string =>
  key.replace(/([a-z0-9])([A-Z])/g, `$1${joint}$2`).replaceAll('.', joint);

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly description?: string;
}

const jsonSchema = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { unrepresentable: 'any' }) as JsonSchema;

/** What may stand there, in words. */
export function allowedOf(schema: z.ZodType): string {
  const json = jsonSchema(schema);
  if (json.description !== undefined) return json.description;
  if (json.enum !== undefined) return json.enum.join(', ');
  if (json.type === 'integer') return `an integer from ${json.minimum} to ${json.maximum}`;
  if (json.type === 'boolean') return 'true, false';
  if (json.format === 'uri') return 'a URL that begins with http:// or https://';
  return 'a text';
}

/** Environment and command line hold texts; a text that is no number stays a text, and the schema refuses it. */
export function fromText(schema: z.ZodType, text: string): unknown {
  const { type } = jsonSchema(schema);
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
