/** The code that this desk shows to a phone, until somebody has typed it; and whose phone the desk listens to. */
import type { DeskState } from '#shared/rpc/exchange.contract.ts';
import type { DeskUser, ExchangeServer } from './exchange.port.ts';

type ShownCode = NonNullable<DeskState['pairing']>;

export interface Pairing {
  /** Throws as the server does. */
  show(): Promise<ShownCode>;
  /** While it can be typed. */
  code(): ShownCode | undefined;
  hide(): void;
  /** Undefined while no phone is, and before the server has said it in this run. */
  user(): Pick<DeskUser, 'id' | 'name'> | undefined;
  /** Asks the server. */
  look(): Promise<void>;
}

export function createPairing(deps: {
  readonly server: Pick<ExchangeServer, 'pair' | 'pairing'>;
  /** Unix ms, as the server counts. */
  readonly serverNow: () => number;
  readonly onChange: () => void;
}): Pairing {
  const { server, serverNow, onChange } = deps;
  let shown: ShownCode | undefined;
  let user: ReturnType<Pairing['user']>;
  return {
    show: async () => {
      const code = await server.pair();
      shown = code;
      onChange();
      return code;
    },
    code: () => (shown === undefined || shown.expiresAt <= serverNow() ? undefined : shown),
    hide: () => {
      shown = undefined;
      onChange();
    },
    user: () => user,
    look: async () => {
      const asked = shown;
      const answer = await server.pairing();
      const isUsed = asked !== undefined && asked === shown && !answer.isCodeOpen;
      if (!isUsed && answer.user?.id === user?.id && answer.user?.name === user?.name) return;
      // A code that was shown while the server was asked is none that it spoke of.
      if (isUsed) shown = undefined;
      user = answer.user;
      onChange();
    },
  };
}
