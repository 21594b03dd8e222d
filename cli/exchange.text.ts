/** What the currency desk says in a terminal. */
import type { PhoneCommand } from '#main/domains/exchange/exchange.port.ts';
import { dollars } from '#shared/exchange/decimal.rules.ts';
import type {
  CommandEffect,
  ExchangeDashboard,
  ExchangeTransaction,
  HandledCommand,
  SellOverview,
  SellPreview,
  Sold,
} from '#shared/rpc/exchange.contract.ts';
import { table } from './terminal.ts';

const signed = (minor: number): string => `${minor > 0 ? '+' : ''}${dollars(minor)}`;
const time = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** Of an answer that is not of now. */
export const ageText = ({ asOf, isFresh }: { readonly asOf: number; readonly isFresh: boolean }): string =>
  isFresh ? '' : `\nThe server does not answer: as of ${time(asOf)} UTC.`;

export const dashboardText = (dashboard: ExchangeDashboard, { holdings }: SellOverview): string => {
  const count = `${holdings.length} ${holdings.length === 1 ? 'holding' : 'holdings'}`;
  return [
    `Balance     ${dollars(dashboard.balanceMinor)} USD (${dashboard.changePct} % over a day)`,
    `Cash        ${dollars(dashboard.cashMinor)} USD`,
    `Portfolio   ${dollars(dashboard.holdingsMinor)} USD in ${count}`,
    `PnL         ${signed(dashboard.pnlMinor)} USD (${dashboard.pnlPct} %)`,
    '',
    holdings.length === 0 ? 'There is nothing to sell.' : holdingsTable(holdings),
  ].join('\n');
};

export const overviewText = ({ holdings, cashMinor, totalMinor }: SellOverview): string =>
  [
    holdings.length === 0 ? 'There is nothing to sell.' : holdingsTable(holdings),
    '',
    `Everything together would bring ${dollars(totalMinor)} USD; cash is ${dollars(cashMinor)} USD.`,
  ].join('\n');

const holdingsTable = (holdings: SellOverview['holdings']): string =>
  table(
    ['asset', 'symbol', 'price, USD', 'max quantity', 'worth, USD', 'PnL, USD', 'PnL, %'],
    holdings.map((one) => [
      one.assetId,
      one.symbol,
      one.currentPrice,
      one.maxQuantity,
      dollars(one.valueMinor),
      signed(one.pnlMinor),
      one.pnlPct,
    ]),
  );

/** @param leftMs how long the price is kept. */
export const previewText = (preview: SellPreview, leftMs: number): string =>
  [
    `Sell ${preview.quantity} ${preview.symbol} (${preview.name})${preview.isFullPosition ? ', all there is' : ''}`,
    `at   ${preview.unitPrice} USD (${preview.source}), kept for ${Math.max(0, Math.round(leftMs / 1000))} s`,
    `for  ${dollars(preview.proceedsMinor)} USD; there are ${preview.availableQuantity} ${preview.symbol}`,
  ].join('\n');

export const soldText = (sold: Sold): string =>
  [
    `Sold ${sold.quantity} ${sold.symbol} at ${sold.unitPrice} USD.`,
    `Received ${dollars(sold.receivedMinor)} USD, PnL ${signed(sold.pnlMinor)} USD.`,
    `Cash is ${dollars(sold.cashMinor)} USD; ${sold.remainingQuantity} ${sold.symbol} are left.`,
  ].join('\n');

export const transactionsText = (transactions: readonly ExchangeTransaction[]): string =>
  transactions.length === 0
    ? 'There are no operations yet.'
    : table(
        ['time (UTC)', 'kind', 'asset', 'quantity', 'price, USD', 'total, USD', 'PnL, USD'],
        transactions.map((one) => [
          time(one.at),
          one.kind,
          one.symbol ?? '',
          one.quantity ?? '',
          one.unitPrice ?? '',
          dollars(one.totalMinor),
          one.pnlMinor === undefined ? '' : signed(one.pnlMinor),
        ]),
      );

export const effectText = (effect: CommandEffect, leftMs: number): string => {
  switch (effect.kind) {
    case 'sell':
      return `${previewText(effect.preview, leftMs)}${effect.isAboveLimit ? '\nThat is more than is sold without a question.' : ''}`;
    case 'form':
      return `The phone asks for a sale${effect.assetId === undefined ? '' : ` of ${effect.assetId}`}${effect.quantity === undefined ? '' : `, suggests ${effect.quantity}`}${effect.amountMinor === undefined ? '' : `, suggests ${dollars(effect.amountMinor)} USD`}.`;
    case 'switch_user':
      return `Somebody signs in by a phone, and ${effect.from} is signed out.`;
  }
};

/** What a phone wrote is shown, and moves no cursor. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, '?');

/** What has come, before it is looked at. A ticket opens a session and is nobody's to read. */
export const commandText = ({ id, action, payload }: PhoneCommand): string => {
  const said = Object.entries(payload).filter(([name]) => !/ticket|token/i.test(name));
  return plain([action, id, ...(said.length === 0 ? [] : [JSON.stringify(Object.fromEntries(said))])].join(' '));
};

export const handledText = ({ id, action, outcome, reason, sold }: HandledCommand): string =>
  [
    plain(`${action} ${id}: ${outcome}${reason === undefined ? '' : ` ${reason}`}`),
    ...(sold === undefined ? [] : [soldText(sold)]),
  ].join('\n');
