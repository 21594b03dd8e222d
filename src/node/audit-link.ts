/** A row of the server's audit that somebody was given: it holds together by itself, and into the chain by its place. */
import type { AuditLink } from '#shared/contracts/contracts.schema.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { sha256 } from './sha256.ts';

/** Whether its hash is of its contents and of the hash before it, as `sync-server/auth/audit.repo.ts` makes them. */
export const holdsTogether = ({ previous, hash, ...row }: AuditLink): boolean =>
  sha256(previous + canonicalJson(row)) === hash;
