import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { VISIT_KINDS, type VisitKind } from '#shared/visits/visits.schema.ts';

export interface Service {
  readonly kind: VisitKind;
  readonly item: CatalogueItem;
  /** False: out of order here. The others go on. */
  readonly available: boolean;
}

/**
 * What this kiosk offers, in the order of the kinds. A service that headquarters switched off, or whose instrument this
 * kiosk lacks, stays as out of order.
 *
 * @param off kinds that a person took out of order here.
 * @param canScan whether there is an OBD adapter; a thickness can be typed, so a gauge is no need.
 */
export function readServices(
  items: readonly CatalogueItem[],
  register: RegisterView | undefined,
  canScan: boolean,
  off: readonly string[],
): readonly Service[] {
  // Without the address of a register nothing can be paid for; one that is merely silent prints later.
  const canBePaid = register?.state !== 'not_configured';
  return VISIT_KINDS.flatMap((kind) => {
    const item = items.find((one) => one.kioskService === kind);
    if (item === undefined) return [];
    const hasInstrument = kind !== 'diagnostics' || canScan;
    return [{ kind, item, available: item.active && canBePaid && hasInstrument && !off.includes(kind) }];
  });
}

/** True when a receipt is likely to come out of this register soon after the payment. */
export const printsNow = (register: RegisterView | undefined): boolean =>
  register === undefined || ((register.state === 'ready' || register.state === 'connecting') && register.paperPresent);
