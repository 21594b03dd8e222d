/** The server's log. Secrets are struck out of it by name, and of a failed statement only its name and code get in. */
import pino from 'pino';
import { describeFault } from './db/describe-fault.ts';

const REDACTED = ['password', 'token', 'secret', 'pin', 'authorization', 'cookie', 'passwordHash'];

export const createLog = (level: string, destination: pino.DestinationStream): pino.Logger =>
  pino(
    {
      level,
      redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
      serializers: { err: describeFault, error: describeFault, cause: describeFault },
    },
    destination,
  );
