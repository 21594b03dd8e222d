/** The key that commands to devices are signed with. */
import { createPublicKey, sign } from 'node:crypto';
import { commandText, type SignedCommand } from '#shared/devices/commands.schema.ts';
import { keepServerKey } from '../../auth/server-keys.repo.ts';
import type { Db } from '../../db/db.ts';
import { makeCommandKey, readCommandKey } from './commands.key.ts';

export interface CommandSigner {
  /** SPKI in base64: what a device is given when it enrols. */
  readonly publicKey: string;
  readonly sign: (command: Omit<SignedCommand, 'signature'>) => SignedCommand;
}

/**
 * @param given PKCS #8 in base64, from the settings. Without it the server makes a key once and keeps it in its database,
 * so that devices which enrolled before a restart still believe it.
 */
export async function openSigner(db: Db, given: string | undefined, now: () => number): Promise<CommandSigner> {
  const key = readCommandKey(given ?? (await keepServerKey(db, 'commands', makeCommandKey(), now())));
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (command) => ({
      ...command,
      signature: sign(null, Buffer.from(commandText(command)), key).toString('base64'),
    }),
  };
}
