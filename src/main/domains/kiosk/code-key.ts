/** The key of this kiosk's codes: kept among the secrets, away from the hashes that it opens. */
import type { Secrets } from '#main/core.ts';
import type { KioskWire } from './kiosk.http.ts';

export interface CodeKey {
  /** What is kept; where nothing is, what the server says. Undefined: nobody answers. */
  get(): Promise<string | undefined>;
  /** Asks anew: a server that was put back to a backup may have another. */
  refresh(): Promise<void>;
}

/** @param deviceId another device has another key. */
export function createCodeKey(
  secrets: Secrets,
  wire: Pick<KioskWire, 'codeKey'>,
  deviceId: () => string | undefined,
): CodeKey {
  const nameOf = (id: string) => `kiosk.code-key.${id}`;
  const ask = async (id: string): Promise<string | undefined> => {
    const key = await wire.codeKey();
    if (key !== undefined && key !== (await secrets.get(nameOf(id)))) await secrets.set(nameOf(id), key);
    return key;
  };
  return {
    get: async () => {
      const id = deviceId();
      return id === undefined ? undefined : ((await secrets.get(nameOf(id))) ?? (await ask(id)));
    },
    refresh: async () => {
      const id = deviceId();
      if (id !== undefined) await ask(id);
    },
  };
}
