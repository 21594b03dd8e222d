/** What goes wrong between a shop and YooKassa, on demand, in the order it was asked for. */
export const OPERATIONS = ['create', 'read', 'refund'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * `error`: 500 before anything happened. `error_after`: it happened, and 500 is answered. `hang`: it happened, and nothing is
 * answered. `cut`: it happened, and the connection breaks. `refuse`: 403. `busy`: 429.
 */
export const FAULTS = ['error', 'error_after', 'hang', 'cut', 'refuse', 'busy'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Faults {
  plan(operation: Operation, fault: Fault, times: number): void;
  /** The next one of an operation, which is then used up. */
  take(operation: Operation): Fault | undefined;
  /** Nothing that was planned happens any more. */
  forget(): void;
}

export function createFaults(): Faults {
  const planned = new Map<Operation, Fault[]>();
  return {
    plan: (operation, fault, times) => {
      planned.set(operation, [...(planned.get(operation) ?? []), ...Array.from({ length: times }, () => fault)]);
    },
    take: (operation) => planned.get(operation)?.shift(),
    forget: () => planned.clear(),
  };
}
