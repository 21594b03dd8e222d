/** Keys that sign commands, as text: PKCS #8 in base64. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const readCommandKey = (text: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });

export const makeCommandKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** Does this text hold a key that can sign commands? */
export function isCommandKey(text: string): boolean {
  try {
    return readCommandKey(text).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
