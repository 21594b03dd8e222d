/**
 * What a manager typed into a form of a client's file and the file cannot hold yet: half an address, a fee that is no number.
 * Kept for whoever typed it, sealed as a passport is, so that neither a reload nor another step takes it. Never synced.
 */
import { z } from 'zod';

/** `profile`, `passport`, `appliance` for a new one, `appliance.<id>` for one that is being changed. */
export const DraftForm = z
  .string()
  .regex(/^(?:profile|passport|appliance(?:\.[\w-]{1,64})?)$/, 'must be a form of a file');

const MAX_FIELDS = 24;
const Texts = z
  .record(z.string().min(1).max(32), z.string().max(2000))
  .refine((texts) => Object.keys(texts).length <= MAX_FIELDS, `at most ${MAX_FIELDS} fields`);

export const Draft = z.strictObject({
  /** By field, as it was typed. */
  typed: Texts,
  /** What the file said when it was: whoever wrote there meanwhile is found by it. Nothing of a passport. */
  was: Texts,
  /** Of the file then, where a change says what it is of. */
  version: z.string().max(128).optional(),
});
export type Draft = z.infer<typeof Draft>;

/** By form. */
export const Drafts = z.record(DraftForm, Draft);
export type Drafts = z.infer<typeof Drafts>;

/** What nobody went on with is let go. */
export const DRAFT_MS = 30 * 86_400_000;
