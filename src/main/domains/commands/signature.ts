/** Did headquarters say this, and to this very device? */
import { createPublicKey, verify } from 'node:crypto';
import { commandText, type SignedCommand } from '#shared/devices/commands.schema.ts';

/** Who the command must be for, and the key that was given at the enrolment (SPKI, base64). */
interface Self {
  readonly deviceId: string;
  readonly incarnation: number;
  readonly commandKey?: string | undefined;
}

export function isSigned(command: unknown, self: Self): boolean {
  const { commandKey, deviceId, incarnation } = self;
  if (commandKey === undefined) return false;
  // The bytes are made of what came, whatever this program makes of the order.
  const { signature, ...rest } = command as SignedCommand;
  if (rest.deviceId !== deviceId || rest.incarnation !== incarnation) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(commandKey, 'base64'), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(commandText(rest)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
