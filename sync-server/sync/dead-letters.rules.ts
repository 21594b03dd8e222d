/** Which mutations of a batch were not taken, as they are kept for a person. Pure. */
import type { NewId } from '#shared/kernel/ids.ts';
import type { Mutation, Outcome } from '#shared/sync/protocol.ts';

export interface DeadLetter {
  readonly id: string;
  readonly mid: number;
  readonly kind: 'refused' | 'parked';
  readonly name: string;
  /** JSON. */
  readonly args: string;
  readonly code: string | null;
  readonly message: string | null;
}

/** Those with an anomaly are left out: its details hold their body already. */
export function deadLettersOf(
  mutations: readonly Mutation[],
  outcomes: readonly Outcome[],
  anomalies: readonly { readonly mid: number }[],
  newId: NewId,
): DeadLetter[] {
  const bodies = new Map(mutations.map((mutation) => [mutation.mid, mutation]));
  const told = new Set(anomalies.map(({ mid }) => mid));
  return outcomes.flatMap(({ mid, status, code, message }): DeadLetter[] => {
    const mutation = bodies.get(mid);
    if (status === 'applied' || mutation === undefined || told.has(mid)) return [];
    return [
      {
        id: newId(),
        mid,
        kind: status === 'parked' ? 'parked' : 'refused',
        name: mutation.name.replaceAll('\0', '').toWellFormed(),
        args: JSON.stringify(mutation.args ?? null),
        code: code ?? null,
        message: message ?? null,
      },
    ];
  });
}

/** Somebody at headquarters has something to look at. */
export const isTrouble = ({ status, anomalies = [] }: Outcome): boolean => status !== 'applied' || anomalies.length > 0;
