/** What the screen of a scan is about, decided from what the core knows. */
import type { CarReading, ScanFault, ScanStep } from '#shared/diagnostics/diagnostics.schema.ts';
import { SCAN_STEPS } from '#shared/diagnostics/diagnostics.schema.ts';
import { byUrgency, type DtcText, describeCode } from '#shared/diagnostics/dtc.rules.ts';
import type { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import type { Language } from '#shared/visits/visits.schema.ts';

export type ScanPhase =
  | { readonly kind: 'connect' }
  | { readonly kind: 'running'; readonly step: ScanStep; readonly share: number }
  | { readonly kind: 'locked'; readonly found: ScanView['found'] }
  | { readonly kind: 'found' | 'clean' | 'partly'; readonly reading: CarReading }
  | { readonly kind: 'failed'; readonly why: ScanFault | 'cancelled' };

/**
 * A car is clean only when it answered what every car must tell: without its stored or pending codes "no faults" would be
 * a guess. Permanent codes and the VIN are known to newer cars only, so they are no reason to doubt.
 */
const MUST_ANSWER = ['stored', 'pending'] as const;

/** @param view null before the first scan. */
export function scanPhase(view: ScanView | null): ScanPhase {
  if (view === null) return { kind: 'connect' };
  const { scan, locked, found } = view;
  switch (scan.state) {
    case 'running':
      return { kind: 'running', step: scan.step, share: SCAN_STEPS.indexOf(scan.step) / SCAN_STEPS.length };
    case 'failed':
      return { kind: 'failed', why: scan.fault };
    case 'cancelled':
      return { kind: 'failed', why: 'cancelled' };
    case 'done': {
      const { reading } = scan;
      if (locked) return { kind: 'locked', found };
      if (reading.findings.length > 0) return { kind: 'found', reading };
      return { kind: MUST_ANSWER.some((one) => reading.unanswered.includes(one)) ? 'partly' : 'clean', reading };
    }
  }
}

export interface Told extends DtcText {
  readonly isPending: boolean;
  readonly isPermanent: boolean;
}

/** Findings in words, the gravest first. A fault that is confirmed is not also "seen once". */
export const tellFindings = (reading: CarReading, language: Language): readonly Told[] =>
  reading.findings
    .map(({ code, kinds }) => ({
      ...describeCode(code, language),
      isPending: kinds.every((kind) => kind === 'pending'),
      isPermanent: kinds.includes('permanent'),
    }))
    .toSorted(byUrgency);
