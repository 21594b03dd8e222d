/** Who is signed in at the server from this desk. The token is in the store of secrets and nowhere else. */
import { z } from 'zod';
import type { Secrets } from '#main/core.ts';
import type { DeskSession, DeskUser } from './exchange.port.ts';

const SECRET = 'exchange.session';
const Kept = z.object({
  token: z.string().optional(),
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  /** Who stood at the till when it began. */
  operatorId: z.string().optional(),
});

export interface Session {
  /** Reads what the last run left; before it nobody is signed in. */
  load(): Promise<void>;
  token(): string | undefined;
  /** Whoever is signed in, or was until the server forgot the session. */
  user(): DeskUser | undefined;
  isOver(): boolean;
  operatorId(): string | undefined;
  /** @param operatorId who stands at the till; nobody while it is locked */
  begin(session: DeskSession, operatorId: string | undefined): Promise<void>;
  /** Of one that began while nobody stood there. */
  claim(operatorId: string): Promise<void>;
  /** The server does not know this token any more; without effect when another is in use by now. */
  lose(token: string): Promise<void>;
  end(): Promise<void>;
}

export function createSession(secrets: Secrets, onChange: () => void): Session {
  let kept: z.infer<typeof Kept> | undefined;
  const save = async (next: z.infer<typeof Kept>): Promise<void> => {
    await secrets.set(SECRET, JSON.stringify(next));
    kept = next;
    onChange();
  };
  return {
    load: async () => {
      const text = await secrets.get(SECRET);
      kept = text === undefined ? undefined : Kept.parse(JSON.parse(text));
    },
    token: () => kept?.token,
    user: () => kept?.user,
    isOver: () => kept !== undefined && kept.token === undefined,
    operatorId: () => kept?.operatorId,
    begin: ({ token, user }, operatorId) => save({ token, user, operatorId }),
    claim: async (operatorId) => {
      if (kept !== undefined) await save({ ...kept, operatorId });
    },
    lose: async (token) => {
      if (kept?.token === token) await save({ user: kept.user, operatorId: kept.operatorId });
    },
    end: async () => {
      // Before the disk is waited for: whoever comes to the till next finds it ended.
      kept = undefined;
      onChange();
      await secrets.remove(SECRET);
    },
  };
}
