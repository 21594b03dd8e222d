/** Who there is and how they prove it: organisations, people, their sessions and the audit of what they did. */
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { TaxationSystem } from '../../src/shared/fiscal/fiscal.schema.ts';
import type { UserRole } from '../../src/shared/hq/hq.api.ts';
import type { Currency } from '../../src/shared/kernel/money.ts';
import { int8 } from '../db/columns.ts';

export const organizations = pgTable('organizations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  inn: text('inn').notNull(),
  /** IANA name: days are counted in it. */
  timeZone: text('time_zone').notNull(),
  currency: text('currency').$type<Currency>().notNull(),
  taxationSystem: text('taxation_system').$type<TaxationSystem>().notNull(),
  createdAt: int8('created_at').notNull(),
});

export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** Lower case: one person, one row, however the address is typed. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    passwordHash: text('password_hash').notNull(),
    roles: jsonb('roles').$type<UserRole[]>().notNull(),
    active: boolean('active').notNull().default(true),
    /** False until an invited person has chosen one: the hash is of something that nobody knows. */
    hasPassword: boolean('has_password').notNull().default(true),
    createdAt: int8('created_at').notNull(),
    lastSignInAt: int8('last_sign_in_at'),
  },
  (table) => [uniqueIndex('users_by_email').on(table.email), index('users_by_org').on(table.organizationId)],
);

/** What lets a person choose a password, once. */
export const userInvitations = pgTable(
  'user_invitations',
  {
    /** SHA-256 of the secret. */
    secretHash: text('secret_hash').primaryKey(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    usedAt: int8('used_at'),
  },
  (table) => [index('user_invitations_by_user').on(table.userId)],
);

export const shops = pgTable(
  'shops',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** The partner whose shop it is; everything a partner sees starts here. */
    partnerUserId: text('partner_user_id').references(() => users.id),
    name: text('name').notNull(),
    address: text('address').notNull(),
    createdAt: int8('created_at').notNull(),
  },
  (table) => [index('shops_by_org').on(table.organizationId), index('shops_by_partner').on(table.partnerUserId)],
);

export const authSessions = pgTable(
  'auth_sessions',
  {
    /** SHA-256 of the cookie's secret: a stolen table opens nothing. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: int8('created_at').notNull(),
    lastSeenAt: int8('last_seen_at').notNull(),
    /** Absolute end, however busy the session is. */
    expiresAt: int8('expires_at').notNull(),
    revokedAt: int8('revoked_at'),
    ip: text('ip').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [index('auth_sessions_by_user').on(table.userId), index('auth_sessions_by_expiry').on(table.expiresAt)],
);

/**
 * Sessions of managers, whom a signed token opens. Not those of `authSessions`: who signed in by PIN at a laptop is a member
 * of the shop's staff, and need not be a user of the server.
 */
export const managerSessions = pgTable(
  'manager_sessions',
  {
    /** The token's `sid`. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** A user's id, or a member's. A manager made by the server's command has one id for both. */
    managerId: text('manager_id').notNull(),
    /** The device that exchanged its token for this; null for who came with a password. */
    deviceId: text('device_id'),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    revokedAt: int8('revoked_at'),
    ip: text('ip').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [
    index('manager_sessions_by_manager').on(table.managerId),
    index('manager_sessions_by_expiry').on(table.expiresAt),
  ],
);

/** Failed attempts by what was tried and from where. In the database, so that a restart forgives nobody. */
export const authThrottles = pgTable('auth_throttles', {
  /** SHA-256 of the kind, the account and the address. */
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  windowStartedAt: int8('window_started_at').notNull(),
  lockedUntil: int8('locked_until').notNull(),
});

export const tokens = pgTable(
  'tokens',
  {
    id: text('id').primaryKey(),
    tokenHash: text('token_hash').notNull(),
    kind: text('kind').$type<'device' | 'agent'>().notNull(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    /** The device that holds it; null for an agent that is no device of ours. */
    deviceId: text('device_id'),
    /** The register whose queue it opens. A device's own register is read from the device, so it may change. */
    fiscalDeviceId: text('fiscal_device_id'),
    /** The first of tokens that were exchanged one for another: one agent, however often its token changes. */
    rootId: text('root_id'),
    issuedAt: int8('issued_at').notNull(),
    /** Set when a newer token took its place: it still opens until then. */
    graceUntil: int8('grace_until'),
    revokedAt: int8('revoked_at'),
    /** When it last opened anything, to within some seconds. */
    lastUsedAt: int8('last_used_at'),
    /** When its use was last refused and audited: a device that keeps asking must not fill the audit. */
    refusedAt: int8('refused_at'),
  },
  (table) => [
    uniqueIndex('tokens_by_hash').on(table.tokenHash),
    index('tokens_by_device').on(table.deviceId),
    index('tokens_by_register').on(table.organizationId, table.fiscalDeviceId),
  ],
);

/** Privileged acts. Each row holds the hash of the one before it, so that a removed or edited row shows. */
export const auditLog = pgTable(
  'audit_log',
  {
    organizationId: text('organization_id').notNull(),
    /** 1, 2, 3… within the organisation, without gaps. */
    seq: int8('seq').notNull(),
    at: int8('at').notNull(),
    event: text('event').notNull(),
    actorKind: text('actor_kind').$type<'user' | 'device' | 'agent' | 'system'>().notNull(),
    actorId: text('actor_id').notNull(),
    entityType: text('entity_type').notNull(),
    entityId: text('entity_id').notNull(),
    /** Never a secret, a code or personal data. */
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
    ip: text('ip'),
    /** SHA-256 of the previous hash and this row. */
    hash: text('hash').notNull(),
  },
  (table) => [
    uniqueIndex('audit_log_by_seq').on(table.organizationId, table.seq),
    index('audit_log_by_event').on(table.organizationId, table.event, table.seq),
    index('audit_log_by_entity').on(table.organizationId, table.entityType, table.entityId, table.seq),
  ],
);

/** The end of each organisation's chain; its row lock puts writers in order. */
export const auditHeads = pgTable('audit_heads', {
  organizationId: text('organization_id').primaryKey(),
  seq: int8('seq').notNull(),
  hash: text('hash').notNull(),
});

/** The server's own keys, when the settings name none: every instance has the same. */
export const serverKeys = pgTable('server_keys', {
  name: text('name').primaryKey(),
  /** PKCS #8 in base64 of a key that signs commands; random text of one that signs tokens or links. */
  privateKey: text('private_key').notNull(),
  createdAt: int8('created_at').notNull(),
});
