/** The words of the wire in those of the desk: cents instead of dollars in text, Unix ms instead of ISO text. */

import { dollars, dollarsToMinor } from '#shared/exchange/decimal.rules.ts';
import type * as Wire from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type {
  ExchangeDashboard,
  ExchangeTransaction,
  Holding,
  SaleWish,
  SellOverview,
  SellPreview,
  Sold,
} from '#shared/rpc/exchange.contract.ts';

const minor = (text: string): number => {
  const cents = dollarsToMinor(text);
  if (cents === undefined) throw new AppError('device.server_unreachable', 'the server spoke of parts of a cent');
  return cents;
};
export const millis = (iso: string): number => Date.parse(iso);

const holdingOf = (holding: Wire.Holding): Holding => ({
  assetId: holding.id,
  name: holding.name,
  symbol: holding.symbol,
  quantity: holding.quantity,
  avgBuyPrice: holding.avg_buy_price,
  currentPrice: holding.current_price,
  valueMinor: minor(holding.current_value),
  pnlMinor: minor(holding.unrealized_pnl),
  pnlPct: holding.unrealized_pnl_pct,
});

export const dashboardOf = (wire: Wire.ExchangeDashboard): ExchangeDashboard => ({
  balanceMinor: minor(wire.portfolio_balance),
  holdingsMinor: minor(wire.holdings_balance),
  cashMinor: minor(wire.cash_balance),
  pnlMinor: minor(wire.unrealized_pnl),
  pnlPct: wire.unrealized_pnl_pct,
  changePct: wire.balance_change_pct,
  chart: wire.chart.map(({ timestamp, price }) => ({ at: millis(timestamp), valueMinor: minor(price) })),
  movers: wire.market_movers.map(({ id, name, symbol, current_price, change_pct }) => ({
    assetId: id,
    name,
    symbol,
    price: current_price,
    changePct: change_pct,
  })),
  portfolio: wire.portfolio.map((holding) => ({ ...holdingOf(holding), sharePct: holding.share_pct })),
});

export const overviewOf = (wire: Wire.SellOverview): SellOverview => ({
  cashMinor: minor(wire.cash_balance),
  holdings: wire.holdings.map((holding) => ({ ...holdingOf(holding), maxQuantity: holding.max_quantity })),
  totalMinor: minor(wire.total_sellable_value),
});

export const transactionOf = (wire: Wire.ExchangeTransaction): ExchangeTransaction => ({
  id: wire.id,
  kind: wire.tx_type,
  ...(wire.asset_symbol === null ? {} : { symbol: wire.asset_symbol }),
  ...(wire.asset_name === null ? {} : { name: wire.asset_name }),
  ...(wire.quantity === null ? {} : { quantity: wire.quantity }),
  ...(wire.unit_price === null ? {} : { unitPrice: wire.unit_price }),
  ...(wire.realized_pnl === null ? {} : { pnlMinor: minor(wire.realized_pnl) }),
  totalMinor: minor(wire.total_value),
  at: millis(wire.created_at),
});

export const previewOf = (wire: Wire.SellPreview): SellPreview => ({
  previewId: wire.preview_id,
  assetId: wire.asset_id,
  symbol: wire.symbol,
  name: wire.name,
  source: wire.price_source,
  unitPrice: wire.unit_price,
  quantity: wire.quantity,
  proceedsMinor: minor(wire.proceeds),
  availableQuantity: wire.available_quantity,
  isFullPosition: wire.is_full_position,
  expiresAt: millis(wire.expires_at),
});

export const soldOf = (wire: Wire.SellReply): Sold => ({
  assetId: wire.asset_id,
  symbol: wire.symbol,
  name: wire.name,
  source: wire.price_source,
  unitPrice: wire.price,
  quantity: wire.quantity,
  receivedMinor: minor(wire.received),
  cashMinor: minor(wire.cash_balance),
  totalMinor: minor(wire.total_balance),
  pnlMinor: minor(wire.realized_pnl),
  remainingQuantity: wire.remaining_quantity,
  at: millis(wire.executed_at),
});

/** The same wish always becomes the same order: the server compares it with the one its key stands for. */
export const orderOf = ({ assetId, amount, source }: SaleWish): Wire.SellPreviewRequest => ({
  asset_id: assetId,
  ...(source === undefined ? {} : { source }),
  ...(amount.by === 'quantity' ? { quantity: amount.quantity } : {}),
  ...(amount.by === 'usd' ? { amount_usd: dollars(amount.amountMinor) } : {}),
  ...(amount.by === 'all' ? { sell_all: true as const } : {}),
});
