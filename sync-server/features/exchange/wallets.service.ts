/** What a person has at the currency desk and what he did there. Paper money: a wallet is given its first holdings by command. */
import { compareDecimals, dollars, isPositive, minus, percent, proceedsMinor } from '#shared/exchange/decimal.rules.ts';
import type { ExchangeDashboard, ExchangeTransaction, Holding, SellOverview } from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import { ASSETS, findAsset } from './assets.ts';
import { DEFAULT_SOURCE } from './order.rules.ts';
import type { PricePoint, Prices } from './price-source.port.ts';
import { canonical } from './sell.service.ts';
import { buyInto } from './wallet.rules.ts';
import {
  addCash,
  ensureWallet,
  findHolding,
  findWallet,
  type HoldingRow,
  insertTransaction,
  listHoldings,
  listTransactions,
  lockWallet,
  type Owner,
  putHolding,
  type TransactionRow,
} from './wallets.repo.ts';

const MOVERS = 5;

export type WalletsService = ReturnType<typeof createWalletsService>;

interface Valued {
  readonly row: HoldingRow;
  readonly price: string;
  readonly valueMinor: number;
}

export function createWalletsService(ports: { readonly db: Db; readonly now: () => number; readonly prices: Prices }) {
  const { db, now, prices } = ports;

  /** @throws AppError `exchange.price_unavailable` for any of them: a sum without one would be a lie */
  async function valued(rows: readonly HoldingRow[], known: ReadonlyMap<string, string>): Promise<readonly Valued[]> {
    return rows.map((row) => {
      const price = known.get(row.assetId);
      if (price === undefined || !isPositive(price)) {
        throw new AppError('exchange.price_unavailable', `there is no price of ${row.assetId}`);
      }
      return { row, price, valueMinor: proceedsMinor(price, canonical(row.quantity)) };
    });
  }

  async function overview(owner: Owner): Promise<SellOverview> {
    const rows = await listHoldings(db, owner);
    const known = await prices.now(
      DEFAULT_SOURCE,
      rows.map(({ assetId }) => assetId),
    );
    const holdings = await valued(rows, known);
    return {
      currency: 'USD',
      cash_balance: dollars((await findWallet(db, owner))?.cashMinor ?? 0),
      holdings: holdings.map((one) => ({ ...toHolding(one), max_quantity: canonical(one.row.quantity) })),
      total_sellable_value: dollars(sumMinor(holdings.map(({ valueMinor }) => valueMinor))),
      updated_at: iso(now()),
    };
  }

  async function dashboard(owner: Owner): Promise<ExchangeDashboard> {
    const rows = await listHoldings(db, owner);
    const ids = [...new Set([...rows.map(({ assetId }) => assetId), ...ASSETS.map(({ id }) => id)])];
    const [known, ...courses] = await Promise.all([
      prices.now(DEFAULT_SOURCE, ids),
      ...ids.map(async (id) => [id, await prices.lastDay(DEFAULT_SOURCE, id)] as const),
    ]);
    const courseOf = new Map(courses);
    const holdings = await valued(rows, known);
    const cashMinor = (await findWallet(db, owner))?.cashMinor ?? 0;
    const heldMinor = sumMinor(holdings.map(({ valueMinor }) => valueMinor));
    const costMinor = sumMinor(rows.map(({ totalCostMinor }) => totalCostMinor));
    const balanceMinor = cashMinor + heldMinor;
    const chart = chartOf(rows, courseOf, cashMinor);
    const before = chart[0]?.minor ?? balanceMinor;
    const at = now();
    return {
      currency: 'USD',
      portfolio_balance: dollars(balanceMinor),
      holdings_balance: dollars(heldMinor),
      cash_balance: dollars(cashMinor),
      unrealized_pnl: dollars(heldMinor - costMinor),
      unrealized_pnl_pct: percent(String(heldMinor - costMinor), String(costMinor)),
      balance_change_pct: percent(String(balanceMinor - before), String(before)),
      chart: [...chart, { at, minor: balanceMinor }].map(({ at: then, minor }) => ({
        timestamp: iso(then),
        price: dollars(minor),
      })),
      market_movers: movers(known, courseOf),
      portfolio: holdings.map((one) => ({
        ...toHolding(one),
        share_pct: percent(String(one.valueMinor), String(heldMinor)),
      })),
      last_updated: iso(at),
    };
  }

  const transactions = async (owner: Owner, limit: number): Promise<ExchangeTransaction[]> =>
    (await listTransactions(db, owner, limit)).map(toTransaction);

  return { overview, dashboard, transactions };
}

export interface Gift {
  /** Cents. */
  readonly cashMinor?: number | undefined;
  readonly asset?: { readonly id: string; readonly quantity: string; readonly unitPrice: string } | undefined;
}

/**
 * Paper money and paper currency for somebody's wallet, as a deposit and a purchase.
 *
 * @throws AppError `app.bad_input` a currency that we do not know by name
 */
export async function giveToWallet(
  tx: Tx,
  { now, newId }: { readonly now: () => number; readonly newId: NewId },
  owner: Owner,
  { cashMinor, asset: bought }: Gift,
): Promise<void> {
  const at = now();
  const { organizationId, userId } = owner;
  const base = { organizationId, userId, at } as const;
  await ensureWallet(tx, owner, at);
  await lockWallet(tx, owner);
  if (cashMinor !== undefined) {
    await addCash(tx, owner, cashMinor);
    await insertTransaction(tx, { ...base, id: newId(), txType: 'DEPOSIT', totalMinor: cashMinor });
  }
  if (bought !== undefined) {
    const asset = findAsset(bought.id);
    if (asset === undefined) {
      const known = ASSETS.map(({ id }) => id).join(', ');
      throw new AppError('app.bad_input', `there is no currency "${bought.id}"; known: ${known}`);
    }
    const { quantity, unitPrice } = bought;
    const row = await findHolding(tx, owner, asset.id);
    const held = row && { ...row, quantity: canonical(row.quantity), avgBuyPrice: canonical(row.avgBuyPrice) };
    const position = buyInto(held, quantity, unitPrice);
    const { id: assetId, symbol, name } = asset;
    await putHolding(tx, { organizationId, userId, assetId, symbol, name, ...position });
    const of = { assetId, assetSymbol: symbol, assetName: name, quantity, unitPrice };
    const totalMinor = position.totalCostMinor - (held?.totalCostMinor ?? 0);
    await insertTransaction(tx, { ...base, ...of, id: newId(), txType: 'BUY', totalMinor });
  }
  await appendAudit(tx, owner, {
    at,
    event: 'WALLET_GIVEN',
    actor: { kind: 'system', id: 'command' },
    entity: { type: 'user', id: userId },
    details: { ...(cashMinor === undefined ? {} : { cashMinor }), ...(bought === undefined ? {} : { ...bought }) },
  });
}

const iso = (at: number): string => new Date(at).toISOString();

const toHolding = ({ row, price, valueMinor }: Valued): Holding => {
  const gain = valueMinor - row.totalCostMinor;
  return {
    id: row.assetId,
    name: row.name,
    symbol: row.symbol,
    quantity: canonical(row.quantity),
    avg_buy_price: canonical(row.avgBuyPrice),
    current_price: price,
    current_value: dollars(valueMinor),
    unrealized_pnl: dollars(gain),
    unrealized_pnl_pct: percent(String(gain), String(row.totalCostMinor)),
  };
};

const toTransaction = (row: TransactionRow): ExchangeTransaction => ({
  id: row.id,
  tx_type: row.txType,
  asset_id: row.assetId,
  asset_symbol: row.assetSymbol,
  asset_name: row.assetName,
  quantity: row.quantity === null ? null : canonical(row.quantity),
  unit_price: row.unitPrice === null ? null : canonical(row.unitPrice),
  total_value: dollars(row.totalMinor),
  realized_pnl: row.realizedPnlMinor === null ? null : dollars(row.realizedPnlMinor),
  command_id: row.commandId,
  created_at: iso(row.at),
});

/** The worth of what is held, as its courses went; as many points as the shortest of them has. */
function chartOf(
  rows: readonly HoldingRow[],
  courseOf: ReadonlyMap<string, readonly PricePoint[]>,
  cashMinor: number,
): readonly { readonly at: number; readonly minor: number }[] {
  const courses = rows.map((row) => ({ quantity: canonical(row.quantity), course: courseOf.get(row.assetId) ?? [] }));
  const [first, ...others] = courses.map(({ course }) => course);
  if (first === undefined) return [];
  const count = Math.min(first.length, ...others.map(({ length }) => length));
  return first.slice(first.length - count).map(({ at }, index) => ({
    at,
    minor:
      cashMinor +
      sumMinor(
        courses.map(({ quantity, course }) =>
          proceedsMinor(course[course.length - count + index]?.price ?? '0', quantity),
        ),
      ),
  }));
}

function movers(
  known: ReadonlyMap<string, string>,
  courseOf: ReadonlyMap<string, readonly PricePoint[]>,
): ExchangeDashboard['market_movers'] {
  const moved = ASSETS.flatMap(({ id, name, symbol }) => {
    const [price, before] = [known.get(id), courseOf.get(id)?.[0]?.price];
    if (price === undefined || before === undefined || !isPositive(before)) return [];
    return [{ id, name, symbol, current_price: price, change_pct: percent(minus(price, before), before) }];
  });
  const size = (percentText: string) => percentText.replace('-', '');
  return moved.toSorted((a, b) => compareDecimals(size(b.change_pct), size(a.change_pct))).slice(0, MOVERS);
}
