/** A register's state in the words that headquarters is told it in. */
import type { Core } from '#main/core.ts';
import type { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { wallAsUtc, wallToUnixMs } from '#shared/kernel/wall-time.ts';
import type { RegisterRuntime } from './fiscal.runtime.ts';
import type { Observed } from './fiscal.watch.ts';

export interface ReportDeps {
  readonly now: Core['now'];
  readonly observed: () => Observed;
  readonly ask: RegisterRuntime['ask'];
  /** IANA zone of the shop, in which the register's clock is read. */
  readonly timeZone: () => string;
}

/** Answers undefined while the register has said nothing yet. */
export function createReport({ now, observed, ask, timeZone }: ReportDeps) {
  let validity: { readonly fnNumber: string; readonly until: number | undefined } | undefined;

  /** The day never changes for a fiscal memory, so it is asked once; one that refuses the question is not asked again. */
  async function validUntil(fnNumber: string): Promise<number | undefined> {
    if (validity?.fnNumber === fnNumber) return validity.until;
    try {
      const until = await ask((register) => register.fnValidUntil());
      validity = { fnNumber, until: wallToUnixMs(until, timeZone()) };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'fiscal.register_refused')) return undefined;
      validity = { fnNumber, until: undefined };
    }
    return validity.until;
  }

  return async (): Promise<RegisterReport | undefined> => {
    const { status, seenAt } = observed();
    if (status === undefined || seenAt === undefined) return undefined;
    const { kktSerial, fnNumber, shiftState, shiftNumber, shiftExpiresAt, unsentDocuments, unsentSince, clock } =
      status;
    const fnValidUntil = await validUntil(fnNumber);
    const ageMs = Math.max(0, now() - seenAt);
    return {
      ageMs,
      kktSerial,
      fnNumber,
      ...(fnValidUntil === undefined ? {} : { fnValidUntil }),
      unsentDocuments,
      ...(unsentSince === undefined ? {} : { unsentSince: wallToUnixMs(unsentSince, timeZone()) }),
      shift: {
        state: shiftState,
        number: shiftNumber,
        ...(shiftExpiresAt === undefined ? {} : { leftMs: wallAsUtc(shiftExpiresAt) - wallAsUtc(clock) - ageMs }),
      },
    };
  };
}
