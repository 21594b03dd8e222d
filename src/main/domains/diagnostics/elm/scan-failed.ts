import type { ScanFault } from '#shared/diagnostics/diagnostics.schema.ts';

/** A scan that gives nothing, and why. */
export class ScanFailed extends Error {
  readonly fault: ScanFault;

  constructor(fault: ScanFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}
