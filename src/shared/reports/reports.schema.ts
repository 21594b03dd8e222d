/** A report: the document that a guest takes along. Its bytes are a blob; the row says whose and what of. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { Language, VisitId } from '../visits/visits.schema.ts';

export const REPORT_KINDS = ['diagnostics', 'thickness'] as const;
export const ReportKind = z.enum(REPORT_KINDS);
export type ReportKind = z.infer<typeof ReportKind>;

/** `RPT-DIAG-…`, `RPT-THK-…`; the last part is random. */
export const ReportId = z
  .string()
  .regex(/^RPT-(DIAG|THK)-[A-Z0-9]+-[A-Z0-9]{6,}$/, 'must look like RPT-DIAG-XXXXXX-XXXXXX');
export const REPORT_PREFIX: Readonly<Record<ReportKind, string>> = { diagnostics: 'RPT-DIAG', thickness: 'RPT-THK' };

/** Opens the copy of one report to whoever has it: 16 random bytes, on the paper as a QR code. */
export const CopyCode = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'must be 16 bytes as base64url');

/** What was found, for lists; the words are in the document. */
export const ReportSummary = z.object({
  /** Findings to act on at once, soon, and to watch; of paint: filler, a second coat or thin, the factory's. */
  now: z.int().min(0),
  soon: z.int().min(0),
  watch: z.int().min(0),
  /** Something was not measured, or the car did not answer everything. */
  incomplete: z.boolean(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

export const Report = z.object({
  id: ReportId,
  visitId: VisitId,
  deviceId: Id,
  kind: ReportKind,
  language: Language,
  createdAt: Millis,
  /** The document: SHA-256 of its bytes. */
  fileId: BlobId,
  bytes: z.int().min(1),
  /** Of the drawing: documents of one version and equal content are equal to the byte. */
  template: z.int().min(1),
  /** SHA-256 of the content as canonical JSON. */
  contentHash: z.string().length(64),
  copyCode: CopyCode,
  summary: ReportSummary,
});
export type Report = z.infer<typeof Report>;

/** Days after its making that the code on the paper opens the copy. */
export const COPY_DAYS = 30;
