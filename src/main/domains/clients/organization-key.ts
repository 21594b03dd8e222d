/**
 * The key of this device's organisation, which passports are sealed under: asked of the server once, kept among the
 * secrets, and gone with them.
 */
import axios from 'axios';
import type { Logger, Loop, Secrets } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { createSealing, type Sealing } from '#node/sealing.ts';
import { PassportKeyReply } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';

export interface OrganizationKeyPorts {
  readonly secrets: Secrets;
  readonly log: Logger;
  /** Whose key it is; undefined until the device is enrolled. */
  readonly organizationId: () => string | undefined;
  /** The key as the server gives it; undefined when nobody answers, or it is not for this device. */
  readonly ask: () => Promise<string | undefined>;
  /** The key is here now, or is not any more. */
  readonly changed: () => void;
  readonly random: () => number;
}

export interface OrganizationKeyring {
  /** @throws AppError `clients.key_missing` */
  require(): Sealing;
  find(): Sealing | undefined;
  /** Reads what is kept, and asks where nothing is. */
  readonly loop: Loop;
  /** This device is to read nothing any more. */
  forget(): Promise<void>;
}

const ASK_INTERVAL_MS = 60_000;
const NAME = 'organization.key';

export function createOrganizationKeyring(ports: OrganizationKeyPorts): OrganizationKeyring {
  const { secrets, log, organizationId, ask } = ports;
  let held: { readonly of: string; readonly sealing: Sealing } | undefined;

  const take = (of: string, key: string): void => {
    held = { of, sealing: createSealing(Buffer.from(key, 'base64url')) };
    ports.changed();
  };
  const find = (): Sealing | undefined =>
    held !== undefined && held.of === organizationId() ? held.sealing : undefined;

  const obtain = async (): Promise<void> => {
    const of = organizationId();
    if (of === undefined || held?.of === of) return;
    // Named by its organisation: a device that comes to another one does not read with the old key.
    const kept = await secrets.get(`${NAME}.${of}`);
    if (kept !== undefined) return take(of, kept);
    const given = await ask();
    if (given === undefined) return;
    await secrets.set(`${NAME}.${of}`, given);
    take(of, given);
    log.info('the key of passports came', { organizationId: of });
  };

  return {
    find,
    require: () => {
      const sealing = find();
      if (sealing === undefined) throw new AppError('clients.key_missing', 'this device has no key of passports yet');
      return sealing;
    },
    loop: createLoop({
      name: 'organization-key',
      intervalMs: ASK_INTERVAL_MS,
      retryMs: 1000,
      maxBackoffMs: ASK_INTERVAL_MS,
      random: ports.random,
      log,
      run: obtain,
    }),
    forget: async () => {
      const of = organizationId() ?? held?.of;
      held = undefined;
      if (of !== undefined) await secrets.remove(`${NAME}.${of}`);
      ports.changed();
    },
  };
}

const TIMEOUT_MS = 10_000;

/** @param endpoint read at every call: neither an enrolment nor a new token needs a restart. */
export function createAskForKey(
  endpoint: () => Promise<{ readonly serverUrl: string; readonly token: string } | undefined>,
  signal: AbortSignal,
): () => Promise<string | undefined> {
  const http = axios.create({ maxRedirects: 0, maxContentLength: 65_536, validateStatus: () => true, proxy: false });
  return async () => {
    const to = await endpoint();
    if (to === undefined) return undefined;
    const answer = await http
      .request<unknown>({
        method: 'POST',
        url: `${to.serverUrl.replace(/\/+$/, '')}/devices/passport-key`,
        headers: { authorization: `Bearer ${to.token}` },
        timeout: TIMEOUT_MS,
        signal,
        data: {},
      })
      .catch(() => undefined);
    return answer?.status === 200 ? PassportKeyReply.safeParse(answer.data).data?.key : undefined;
  };
}
