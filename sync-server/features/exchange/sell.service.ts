/**
 * Selling: a preview that binds a price for a moment, and the sale, which happens once for its key. Everything of a sale is in one
 * transaction under the wallet's lock; the price is asked before it, so that no lock waits for somebody else's server.
 */
import type { z } from 'zod';
import { isOver } from '#shared/exchange/commands.rules.ts';
import {
  compareDecimals,
  dollars,
  isFurtherApart,
  isPositive,
  parseDecimal,
  proceedsMinor,
} from '#shared/exchange/decimal.rules.ts';
import type { SellPreview, SellPreviewRequest, SellReply, SellRequest } from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { sha256 } from '../../auth/secrets.ts';
import type { Db, Tx } from '../../db/db.ts';
import { changeCommand, findCommand, lockCommand } from './exchange-commands.repo.ts';
import { DEFAULT_SOURCE, orderText, quantityOf, tooMuch } from './order.rules.ts';
import type { Prices } from './price-source.port.ts';
import { sellFrom } from './wallet.rules.ts';
import {
  addCash,
  findByKey,
  findHolding,
  findPreview,
  type HoldingRow,
  insertPreview,
  insertTransaction,
  listHoldings,
  lockWallet,
  markPreviewUsed,
  type Owner,
  type PreviewRow,
  putHolding,
  type TransactionRow,
} from './wallets.repo.ts';

/** The key of a command's sale; the rest of it is the command's id. */
const COMMAND_KEY = /^cmd:(.+)$/;

export type SellService = ReturnType<typeof createSellService>;

export function createSellService(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly prices: Prices;
  readonly previewLifeMs: number;
  /** Percent that the market may move away from a preview's price, as decimal text. */
  readonly tolerancePercent: string;
}) {
  const { db, now, newId, prices, previewLifeMs, tolerancePercent } = ports;

  /** @throws AppError `exchange.price_unavailable` also for a price of nothing: nobody sells at that */
  const priceOf = async (source: PreviewRow['source'], holdings: readonly string[], assetId: string) => {
    const known = await prices.now(source, holdings);
    const price = known.get(assetId);
    if (price === undefined || !isPositive(price)) {
      throw new AppError('exchange.price_unavailable', `there is no price of ${assetId} at ${source}`);
    }
    return { price, known };
  };

  /** @throws AppError `exchange.asset_not_owned`, `exchange.quantity_exceeds_available`, `exchange.price_unavailable`, `app.bad_input` */
  async function preview(owner: Owner, order: z.output<typeof SellPreviewRequest>): Promise<SellPreview> {
    const holding = owned(await findHolding(db, owner, order.asset_id));
    const source = order.source ?? DEFAULT_SOURCE;
    const { price: unitPrice } = await priceOf(source, [order.asset_id], order.asset_id);
    const available = canonical(holding.quantity);
    const quantity = quantityOf(order, unitPrice, available);
    const proceeds = assertWorth(proceedsMinor(unitPrice, quantity));
    const at = now();
    const id = newId();
    const expiresAt = at + previewLifeMs;
    const { organizationId, userId } = owner;
    const { assetId, symbol, name } = holding;
    const orderHash = sha256(orderText(order));
    const bound = { assetId, quantity, unitPrice, source, orderHash };
    await insertPreview(db, { id, organizationId, userId, ...bound, createdAt: at, expiresAt });
    return {
      preview_id: id,
      asset_id: assetId,
      symbol,
      name,
      price_source: source,
      unit_price: unitPrice,
      quantity,
      proceeds: dollars(proceeds),
      available_quantity: available,
      is_full_position: compareDecimals(quantity, available) === 0,
      expires_at: iso(expiresAt),
      server_time: iso(at),
    };
  }

  /**
   * @throws AppError as `preview`, and `exchange.preview_expired`, `exchange.price_changed` with `old` and `new`,
   * `exchange.idempotency_conflict`, `exchange.command_not_found`, `exchange.command_over`
   */
  async function sell(owner: Owner, key: string, request: z.output<typeof SellRequest>): Promise<SellReply> {
    const orderHash = sha256(orderText(request));
    const earlier = await findByKey(db, owner, key);
    if (earlier !== undefined) return answerAgain(earlier, orderHash);
    const commandId = COMMAND_KEY.exec(key)?.[1];
    if (commandId !== undefined) assertOpen(await findCommand(db, owner, commandId), now());
    const seen = request.preview_id === undefined ? undefined : await findPreview(db, owner, request.preview_id);
    if (request.preview_id !== undefined) assertBinds(seen, request, orderHash, now());
    // Asked of nothing that is not there, a source has no price to give: what is not owned is said first.
    sellable(await findHolding(db, owner, request.asset_id));
    const held = (await listHoldings(db, owner)).map(({ assetId }) => assetId);
    const source = seen?.source ?? request.source ?? DEFAULT_SOURCE;
    const { price: current, known } = await priceOf(source, held, request.asset_id);
    return db.transaction(async (tx) => {
      const wallet = await lockWallet(tx, owner);
      // Whoever sent the same key at the same moment has waited at the lock.
      const twin = await findByKey(tx, owner, key);
      if (twin !== undefined) return answerAgain(twin, orderHash);
      const at = now();
      const command = commandId === undefined ? undefined : await lockCommand(tx, owner, commandId);
      if (commandId !== undefined) assertOpen(command, at);
      const bound = seen === undefined ? undefined : await findPreview(tx, owner, seen.id);
      if (seen !== undefined) assertBinds(bound, request, orderHash, at);
      const unitPrice = bound === undefined ? current : holdTo(canonical(bound.unitPrice), current);
      const holding = sellable(await findHolding(tx, owner, request.asset_id));
      if (wallet === undefined) throw new Error('a holding without a wallet');
      const available = canonical(holding.quantity);
      const quantity =
        bound === undefined
          ? quantityOf(request, unitPrice, available)
          : quantityOf({ asset_id: request.asset_id, quantity: canonical(bound.quantity) }, unitPrice, available);
      const sold = sellFrom(
        { ...holding, quantity: available, avgBuyPrice: canonical(holding.avgBuyPrice) },
        quantity,
        unitPrice,
      );
      assertWorth(sold.receivedMinor);
      const { receivedMinor, realizedPnlMinor, ...left } = sold;
      await putHolding(tx, { ...holding, ...left });
      await addCash(tx, owner, receivedMinor);
      if (bound !== undefined) await markPreviewUsed(tx, owner, bound.id, at);
      const id = newId();
      const cashMinor = wallet.cashMinor + receivedMinor;
      const { assetId, symbol, name } = holding;
      const reply: SellReply = {
        transaction_id: id,
        asset_id: assetId,
        symbol,
        name,
        quantity,
        price: unitPrice,
        received: dollars(receivedMinor),
        cash_balance: dollars(cashMinor),
        total_balance: dollars(cashMinor + (await worth(tx, owner, new Map(known).set(assetId, unitPrice)))),
        remaining_quantity: left.quantity,
        executed_at: iso(at),
        price_source: source,
        realized_pnl: dollars(realizedPnlMinor),
      };
      const { organizationId, userId } = owner;
      await insertTransaction(tx, {
        id,
        organizationId,
        userId,
        txType: 'SELL',
        assetId,
        assetSymbol: symbol,
        assetName: name,
        quantity,
        unitPrice,
        totalMinor: receivedMinor,
        realizedPnlMinor,
        idempotencyKey: key,
        orderHash,
        reply,
        previewId: bound?.id ?? null,
        commandId: command?.id ?? null,
        at,
      });
      if (command !== undefined) await changeCommand(tx, owner, command.id, { transactionId: id });
      await appendAudit(tx, owner, {
        at,
        event: 'SELL_EXECUTED',
        actor: { kind: 'user', id: userId },
        entity: { type: 'exchange_transaction', id },
        details: {
          assetId,
          quantity,
          unitPrice,
          receivedMinor,
          ...(command === undefined ? {} : { commandId: command.id }),
        },
      });
      return reply;
    });
  }

  /** The price that somebody saw, while the market is near it. */
  function holdTo(previewed: string, current: string): string {
    if (isFurtherApart(previewed, current, tolerancePercent)) {
      throw new AppError('exchange.price_changed', 'the price has moved; look at a new preview', {
        details: { old: previewed, new: current },
      });
    }
    return previewed;
  }

  return { preview, sell };
}

const iso = (at: number): string => new Date(at).toISOString();

/** The database keeps the zeros that a number was written with. */
export const canonical = (decimal: string): string => {
  const parsed = parseDecimal(decimal);
  if (parsed === undefined) throw new Error(`${decimal} is no decimal of ours`);
  return parsed;
};

function owned(holding: HoldingRow | undefined): HoldingRow {
  if (holding !== undefined && isPositive(holding.quantity)) return holding;
  throw new AppError('exchange.asset_not_owned', 'there is nothing of this currency to sell');
}

/** What was had and is all sold, perhaps by the other desktop at this moment, is too little rather than somebody else's. */
function sellable(holding: HoldingRow | undefined): HoldingRow {
  if (holding !== undefined && !isPositive(holding.quantity)) throw tooMuch('0');
  return owned(holding);
}

function assertWorth(minor: number): number {
  if (minor > 0) return minor;
  const message = 'must be worth a cent or more';
  throw new AppError('app.bad_input', `the quantity ${message}`, {
    details: { issues: [{ path: 'quantity', message }] },
  });
}

function answerAgain(sale: TransactionRow, orderHash: string): SellReply {
  if (sale.orderHash === orderHash && sale.reply !== null) return sale.reply;
  throw new AppError('exchange.idempotency_conflict', 'this key has made another sale');
}

function assertOpen(command: Parameters<typeof isOpenAt>[0] | undefined, at: number): void {
  if (command === undefined) throw new AppError('exchange.command_not_found', 'there is no such command');
  if (!isOpenAt(command, at))
    throw new AppError('exchange.command_over', 'this command is over: nothing is sold by it');
}

const isOpenAt = (
  { status, expiresAt }: Pick<NonNullable<Awaited<ReturnType<typeof lockCommand>>>, 'status' | 'expiresAt'>,
  at: number,
): boolean => !isOver(status) && at < expiresAt;

/** That this preview is of this order, is not over and has sold nothing yet. */
function assertBinds(
  preview: PreviewRow | undefined,
  request: z.output<typeof SellRequest>,
  orderHash: string,
  at: number,
): asserts preview is PreviewRow {
  if (preview === undefined || preview.usedAt !== null || at >= preview.expiresAt) {
    throw new AppError('exchange.preview_expired', 'the preview is over; look at a new one');
  }
  const isSame =
    preview.orderHash === orderHash ||
    (request.asset_id === preview.assetId &&
      request.quantity !== undefined &&
      compareDecimals(request.quantity, preview.quantity) === 0 &&
      (request.source === undefined || request.source === preview.source));
  if (!isSame) {
    const message = 'must be of the same currency, quantity and source';
    throw new AppError('app.bad_input', `the preview ${message}`, {
      details: { issues: [{ path: 'preview_id', message }] },
    });
  }
}

/** What is held now, cents: at the price that is known, else at what it was bought for. */
async function worth(tx: Tx, owner: Owner, known: ReadonlyMap<string, string>): Promise<number> {
  let sum = 0;
  for (const { assetId, quantity, totalCostMinor } of await listHoldings(tx, owner)) {
    const price = known.get(assetId);
    sum += price === undefined ? totalCostMinor : proceedsMinor(price, canonical(quantity));
  }
  return sum;
}
