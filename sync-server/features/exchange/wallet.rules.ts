/** What selling and buying do to a holding. Pure; quantities and prices as decimal text, money in cents. */
import {
  compareDecimals,
  costMinor,
  dividedBy,
  minus,
  plus,
  proceedsMinor,
  times,
} from '#shared/exchange/decimal.rules.ts';

export interface Position {
  readonly quantity: string;
  readonly totalCostMinor: number;
  readonly avgBuyPrice: string;
}

export interface SoldPosition extends Position {
  readonly receivedMinor: number;
  readonly realizedPnlMinor: number;
}

/** The cost goes with what is sold, at the average price; with the last of it goes what rounding left. */
export function sellFrom(position: Position, quantity: string, unitPrice: string): SoldPosition {
  const left = minus(position.quantity, quantity);
  const receivedMinor = proceedsMinor(unitPrice, quantity);
  const cost =
    compareDecimals(left, '0') === 0
      ? position.totalCostMinor
      : Math.min(costMinor(position.avgBuyPrice, quantity), position.totalCostMinor);
  return {
    quantity: left,
    totalCostMinor: position.totalCostMinor - cost,
    avgBuyPrice: position.avgBuyPrice,
    receivedMinor,
    realizedPnlMinor: receivedMinor - cost,
  };
}

export function buyInto(position: Position | undefined, quantity: string, unitPrice: string): Position {
  const held = plus(position?.quantity ?? '0', quantity);
  const totalCostMinor = (position?.totalCostMinor ?? 0) + costMinor(unitPrice, quantity);
  const avgBuyPrice =
    position === undefined || compareDecimals(position.quantity, '0') === 0
      ? unitPrice
      : dividedBy(plus(times(position.avgBuyPrice, position.quantity), times(unitPrice, quantity)), held);
  return { quantity: held, totalCostMinor, avgBuyPrice };
}
