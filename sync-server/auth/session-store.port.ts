/** Where sessions of people are kept: on the server, never in the cookie, which holds a secret and nothing else. */
import type { Tx } from '../db/db.ts';
import type { Tenant } from './principals.ts';

export interface StoredSession extends Tenant {
  /** SHA-256 of the cookie's secret: a stolen store opens nothing. */
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** Absolute end, however busy the session is. */
  readonly expiresAt: number;
  readonly ip: string;
  readonly userAgent: string;
}

export interface SessionStore {
  /** By the hash of the cookie: the secret itself proves the organisation. Undefined once it was ended. */
  find(id: string): Promise<StoredSession | undefined>;
  /** In the transaction of the sign-in, where the store can. */
  open(tx: Tx, session: StoredSession): Promise<void>;
  /** Never brings back one that was ended meanwhile. */
  touch(session: StoredSession, at: number): Promise<void>;
  /** False when it was over already. */
  end(tx: Tx, session: Tenant & { readonly id: string }, at: number): Promise<boolean>;
  /** Every one of a person. @returns the ids of those that were open until now */
  endAll(tx: Tx, user: Tenant & { readonly userId: string }, at: number): Promise<readonly string[]>;
  /** Forgets those that expired before a moment. */
  purge(before: number): Promise<void>;
  close(): Promise<void>;
}
