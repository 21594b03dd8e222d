/** A currency desk on the stage: any password signs in, prices stand still, and a phone sends a command soon after the desk listens. */
import { implement } from '@orpc/server';
import { costMinor, minus, proceedsMinor, quantityFor } from '#shared/exchange/decimal.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import type {
  DeskState,
  ExchangeDashboard,
  ExchangeTransaction,
  Holding,
  SaleWish,
  SellPreview,
  Sold,
} from '#shared/rpc/exchange.contract.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Door = ReturnType<typeof withNothing>['exchange'];

interface Ports {
  readonly now: () => number;
  readonly newId: () => string;
  readonly changed: (collection: Change['collection'], ...ids: string[]) => void;
}

const HOUR = 3_600_000;
const PREVIEW_MS = 30_000;
const COMMAND_MS = 60_000;
const PAIRING_MS = 300_000;
/** When the phone sends its command. */
const SOON_MS = 2000;
const MARKET = [
  { assetId: 'bitcoin', name: 'Bitcoin', symbol: 'BTC', price: '60000', avg: '40000' },
  { assetId: 'ethereum', name: 'Ethereum', symbol: 'ETH', price: '3120.55', avg: '3400' },
] as const;

export function createFakeExchange({ now, newId, changed }: Ports) {
  const held = new Map<string, string>([
    ['bitcoin', '0.5'],
    ['ethereum', '2.00012'],
  ]);
  let cashMinor = 100_000;
  let state: DeskState = {
    isSessionOver: false,
    link: 'ok',
    isListening: false,
    autoConfirm: { isOn: false, maxMinor: 50_000 },
    clockOffsetMs: 0,
    handled: [],
  };
  const previews = new Map<string, SellPreview>();
  const transactions: ExchangeTransaction[] = [];

  const set = (patch: Partial<DeskState>): DeskState => {
    state = { ...state, ...patch };
    changed('exchange');
    return state;
  };
  const holdings = (): Holding[] =>
    MARKET.flatMap(({ assetId, name, symbol, price, avg }) => {
      const quantity = held.get(assetId) ?? '0';
      if (quantity === '0') return [];
      const valueMinor = proceedsMinor(price, quantity);
      const cost = costMinor(avg, quantity);
      const pnlMinor = valueMinor - cost;
      const pnlPct = ((pnlMinor * 100) / cost).toFixed(2);
      return [{ assetId, name, symbol, quantity, avgBuyPrice: avg, currentPrice: price, valueMinor, pnlMinor, pnlPct }];
    });
  const sum = (pick: (holding: Holding) => number) => holdings().reduce((total, one) => total + pick(one), 0);

  const dashboard = (): ExchangeDashboard => {
    const holdingsMinor = sum(({ valueMinor }) => valueMinor);
    const pnlMinor = sum((one) => one.pnlMinor);
    return {
      balanceMinor: holdingsMinor + cashMinor,
      holdingsMinor,
      cashMinor,
      pnlMinor,
      pnlPct: holdingsMinor === pnlMinor ? '0.00' : ((pnlMinor * 100) / (holdingsMinor - pnlMinor)).toFixed(2),
      changePct: '1.84',
      chart: Array.from({ length: 25 }, (_, hour) => ({
        at: now() - (24 - hour) * HOUR,
        valueMinor: Math.round(holdingsMinor * (0.98 + hour / 1250 + Math.sin(hour / 3) / 120)),
      })),
      movers: MARKET.map(({ assetId, name, symbol, price }) => ({ assetId, name, symbol, price, changePct: '-1.20' })),
      portfolio: holdings().map((one) => ({
        ...one,
        sharePct: ((one.valueMinor * 100) / holdingsMinor).toFixed(2),
      })),
    };
  };

  const preview = ({ assetId, amount, source = 'coincap' }: SaleWish): SellPreview => {
    const asset = MARKET.find((one) => one.assetId === assetId);
    const availableQuantity = held.get(assetId) ?? '0';
    if (asset === undefined || availableQuantity === '0') throw new AppError('exchange.asset_not_owned', assetId);
    const quantity =
      amount.by === 'all'
        ? availableQuantity
        : amount.by === 'usd'
          ? quantityFor(amount.amountMinor, asset.price)
          : amount.quantity;
    if (minus(availableQuantity, quantity).startsWith('-')) {
      throw new AppError('exchange.quantity_exceeds_available', quantity);
    }
    const made: SellPreview = {
      previewId: newId(),
      assetId,
      symbol: asset.symbol,
      name: asset.name,
      source,
      unitPrice: asset.price,
      quantity,
      proceedsMinor: proceedsMinor(asset.price, quantity),
      availableQuantity,
      isFullPosition: quantity === availableQuantity,
      expiresAt: now() + PREVIEW_MS,
    };
    previews.set(made.previewId, made);
    return made;
  };

  const sell = (previewId: string): Sold => {
    const seen = previews.get(previewId);
    if (seen === undefined || seen.expiresAt <= now()) throw new AppError('exchange.preview_expired', previewId);
    previews.delete(previewId);
    const { assetId, symbol, name, source, unitPrice, quantity, proceedsMinor: receivedMinor } = seen;
    const pnlMinor = receivedMinor - costMinor(MARKET.find((one) => one.assetId === assetId)?.avg ?? '0', quantity);
    const remainingQuantity = minus(held.get(assetId) ?? '0', quantity);
    held.set(assetId, remainingQuantity);
    cashMinor += receivedMinor;
    const at = now();
    const sale = { symbol, name, unitPrice, quantity, pnlMinor, at };
    transactions.unshift({ id: newId(), kind: 'SELL', totalMinor: receivedMinor, ...sale });
    changed('exchange');
    return {
      ...sale,
      assetId,
      source,
      receivedMinor,
      cashMinor,
      totalMinor: dashboard().balanceMinor,
      remainingQuantity,
    };
  };

  const phoneSends = (): void => {
    if (!state.isListening || state.user === undefined || state.incoming !== undefined) return;
    const wish: SaleWish = { assetId: 'bitcoin', amount: { by: 'quantity', quantity: '0.1' } };
    set({
      incoming: {
        id: newId(),
        action: 'EXECUTE_DESKTOP_SELL',
        effect: { kind: 'sell', preview: preview(wish), isAboveLimit: state.autoConfirm.isOn },
        receivedAt: now(),
        expiresAt: now() + COMMAND_MS,
      },
    });
  };
  const end = (id: string, result: { readonly sold?: Sold; readonly reason?: string }): DeskState => {
    const { incoming, ...rest } = state;
    if (incoming?.id !== id) throw new AppError('exchange.command_over', id);
    const outcome = result.reason === undefined ? 'ACKNOWLEDGED' : 'FAILED';
    state = rest;
    return set({
      handled: [{ id, action: incoming.action, outcome, ...result, at: now(), isTold: true }, ...rest.handled],
    });
  };
  const fresh = <T>(value: T) => {
    if (state.user === undefined) throw new AppError('exchange.sign_in_needed', 'nobody');
    return { asOf: now(), isFresh: true, value };
  };

  return (door: Door) => ({
    state: door.state.handler(() => state),
    signIn: door.signIn.handler(({ input }) =>
      set({ user: { email: input.email, name: 'Анна Смирнова' }, isSessionOver: false }),
    ),
    signOut: door.signOut.handler(() => {
      const { user: _user, incoming: _incoming, ...rest } = state;
      state = rest;
      changed('exchange');
      return { isServerTold: true };
    }),
    pair: door.pair.handler(() => {
      const pairing = { code: '482913', expiresAt: now() + PAIRING_MS };
      set({ pairing, isListening: true });
      setTimeout(() => {
        const { pairing: _typed, ...rest } = state;
        state = rest;
        set({ pairedWith: { name: 'Анна Смирнова' } });
      }, 2 * SOON_MS).unref();
      return pairing;
    }),
    dashboard: door.dashboard.handler(() => fresh(dashboard())),
    overview: door.overview.handler(() =>
      fresh({
        cashMinor,
        holdings: holdings().map((one) => ({ ...one, maxQuantity: one.quantity })),
        totalMinor: sum(({ valueMinor }) => valueMinor),
      }),
    ),
    transactions: door.transactions.handler(() => fresh(transactions)),
    preview: door.preview.handler(({ input }) => preview(input)),
    execute: door.execute.handler(({ input }) => sell(input.previewId)),
    startListening: door.startListening.handler(() => {
      setTimeout(phoneSends, SOON_MS).unref();
      return set({ isListening: true });
    }),
    stopListening: door.stopListening.handler(() => set({ isListening: false })),
    setAutoConfirm: door.setAutoConfirm.handler(({ input }) =>
      set({ autoConfirm: { ...state.autoConfirm, isOn: input.isOn } }),
    ),
    accept: door.accept.handler(({ input }) => end(input.id, { sold: sell(input.previewId ?? '') })),
    reject: door.reject.handler(({ input }) => end(input.id, { reason: 'USER_REJECTED' })),
  });
}
