/** Why an exchange with the server failed, as seen from the device: the same codes, said of another program. */
import type { ErrorCode } from '#shared/kernel/errors.ts';
import type { Text } from '../app/i18n/i18n.ts';

const OF_SERVER = ['unavailable', 'internal', 'rate_limited'] as const;

export function syncWhy(t: Text, code: ErrorCode): string {
  const known = OF_SERVER.find((one) => code === `app.${one}`);
  return known === undefined ? t(`errors:${code}`) : t(`sync:why.${known}`);
}
