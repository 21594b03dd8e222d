/** Who asks, as the server found out; never what a caller says of itself. */
import type { UserRole } from '#shared/hq/hq.api.ts';
import type { Mode } from '#shared/kernel/mode.ts';

/** Every repository function takes one: there is no query without an organisation. */
export interface Tenant {
  readonly organizationId: string;
}

export interface UserPrincipal extends Tenant {
  readonly kind: 'user';
  readonly userId: string;
  readonly roles: readonly UserRole[];
  readonly sessionId: string;
}

export interface DevicePrincipal extends Tenant {
  readonly kind: 'device';
  readonly tokenId: string;
  readonly deviceId: string;
  readonly shopId: string;
  readonly mode: Mode;
  /** With `deviceId` the writer of its mutations. */
  readonly incarnation: number;
  /** The register it drives, when it has one. */
  readonly fiscalDeviceId: string | undefined;
}

/** A fiscal agent that is no device of ours: it sees the queue of one register and nothing else. */
export interface AgentPrincipal extends Tenant {
  readonly kind: 'agent';
  readonly tokenId: string;
  /** The same for every token that this agent's token was exchanged for. */
  readonly agentId: string;
  readonly fiscalDeviceId: string;
}

export type BearerPrincipal = DevicePrincipal | AgentPrincipal;

/** The caller in the audit's words. */
export const actorOf = (principal: UserPrincipal | BearerPrincipal) => {
  switch (principal.kind) {
    case 'user':
      return { kind: principal.kind, id: principal.userId } as const;
    case 'device':
      return { kind: principal.kind, id: principal.deviceId } as const;
    case 'agent':
      return { kind: principal.kind, id: principal.tokenId } as const;
  }
};
