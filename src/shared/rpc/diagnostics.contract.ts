import { z } from 'zod';
import { Scan } from '../diagnostics/diagnostics.schema.ts';
import { command, faults, query } from './procedure.ts';

const OfVisit = z.strictObject({ visitId: z.string() });

/**
 * A scan as a screen sees it. Until the visit is paid for, a finished one comes with its findings taken out and only
 * counted: what is not paid is not sent, so no screen can show it.
 */
export const ScanView = z.object({
  scan: Scan,
  locked: z.boolean(),
  /** Findings by urgency: stop now, soon, watch. */
  found: z.object({ now: z.int(), soon: z.int(), watch: z.int() }),
});
export type ScanView = z.infer<typeof ScanView>;

export const diagnosticsContract = {
  /** Whether a scan can be made here at all: an adapter is set up. */
  available: query(['kiosk']).output(z.boolean()).errors(faults()),
  /** The last scan of a visit; null before the first. */
  scan: query(['kiosk']).input(OfVisit).output(ScanView.nullable()).errors(faults()),
  /** Begins a scan; a second call while one of the same visit runs answers that one. */
  start: command(['kiosk'])
    .input(OfVisit)
    .output(ScanView)
    .errors(
      faults(
        'visits.not_found',
        'visits.expired',
        'visits.illegal_transition',
        'diagnostics.not_configured',
        'diagnostics.busy',
      ),
    ),
  /** Ends a running scan; one that has ended stays as it is. */
  cancel: command(['kiosk']).input(OfVisit).output(ScanView).errors(faults('diagnostics.not_started')),
};
