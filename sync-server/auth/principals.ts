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

/** A manager with a token of `/api/manager`: a user of the server, or a member of a shop's staff at a device. */
export interface ManagerPrincipal extends Tenant {
  readonly kind: 'manager';
  readonly managerId: string;
  readonly name: string;
  readonly sessionId: string;
  /** May take a client from another manager. */
  readonly isSuperAdmin: boolean;
  /** The device that acts for him; absent in a browser. */
  readonly deviceId: string | undefined;
  /** Where the clients are that he may see: what his device was given, or every shop of the organisation. */
  readonly shopIds: readonly string[];
}

export type BearerPrincipal = DevicePrincipal | AgentPrincipal;

/** The caller in the audit's words. */
export const actorOf = (principal: UserPrincipal | BearerPrincipal | ManagerPrincipal) => {
  switch (principal.kind) {
    case 'user':
      return { kind: principal.kind, id: principal.userId } as const;
    case 'manager':
      return { kind: 'user', id: principal.managerId } as const;
    case 'device':
      return { kind: principal.kind, id: principal.deviceId } as const;
    case 'agent':
      return { kind: principal.kind, id: principal.tokenId } as const;
  }
};
