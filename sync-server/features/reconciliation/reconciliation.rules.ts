/**
 * A day of one shop: money as devices told it, against fiscal documents, against the payment provider. Pure. Every order is
 * looked at over all its days, so that what the day lacks is told from what another day has; the causes of an order add up
 * to its difference, so nothing is left unexplained.
 */
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { HqDifference, ReconciliationCause } from '#shared/hq/reconciliation.api.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { PspStatus } from '#shared/payments/psp.schema.ts';

export type Direction = HqDifference['direction'];

export type Receipt = Pick<FiscalRecord, 'id' | 'orderId' | 'status' | 'totalMinor' | 'createdAt'> & {
  readonly type: Direction;
  /** When the document was made; absent while there is none. */
  readonly fiscalAt?: number | undefined;
};

export interface ProviderPayment {
  readonly id: string;
  readonly orderId: string;
  readonly status: PspStatus;
  readonly amountMinor: number;
  readonly succeededAt: number | null;
  readonly claimedAt: number | null;
  readonly refundedAt: number | null;
}

/** All there is of the orders that the day touches, whatever their days. */
export interface DayFacts {
  readonly from: number;
  readonly to: number;
  readonly payments: readonly Pick<
    Payment,
    'id' | 'orderId' | 'kind' | 'method' | 'provider' | 'amountMinor' | 'confirmedAt'
  >[];
  readonly receipts: readonly Receipt[];
  readonly provider: readonly ProviderPayment[];
}

/** Something that moved a sum at a moment. */
interface Move {
  readonly id: string;
  readonly amountMinor: number;
  readonly at: number;
}

interface Flow {
  readonly inMinor: number;
  readonly outMinor: number;
}

export interface DayResult {
  readonly cash: Flow;
  readonly card: Flow;
  readonly psp: Flow;
  readonly receipts: Flow;
  readonly provider: Flow;
  readonly receiptDifferenceMinor: number;
  readonly providerDifferenceMinor: number;
  readonly differences: readonly HqDifference[];
}

const DIRECTIONS = ['sale', 'refund'] as const;
const SIGN = { sale: 1, refund: -1 } as const;
const total = (moves: readonly { readonly amountMinor: number }[]): number =>
  moves.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

export function reconcileDay(facts: DayFacts): DayResult {
  const { from, to } = facts;
  const within = (moves: readonly Move[]) => moves.filter(({ at }) => at >= from && at < to);
  // A round given as amends moved no money, and no receipt is due.
  const money = facts.payments.filter(({ method }) => method !== 'free_code');
  const moneyOf = Map.groupBy(money, ({ orderId }) => orderId);
  const moved = (direction: Direction, orderId?: string) =>
    (orderId === undefined ? money : (moneyOf.get(orderId) ?? [])).filter((one) => directionOf(one) === direction);

  const differences: HqDifference[] = [];
  const orderIds = new Set([
    ...money.map(({ orderId }) => orderId),
    ...facts.receipts.flatMap(({ orderId }) => orderId ?? []),
    ...facts.provider.map(({ orderId }) => orderId),
  ]);
  const add = (side: Side, orderId: string | undefined, direction: Direction): void => {
    const found = explain(within(side.told), within(side.other), side).filter(({ amountMinor }) => amountMinor !== 0);
    for (const { amountMinor, ...rest } of found) {
      const more = orderId === undefined ? {} : { orderId };
      differences.push({ ...rest, ...more, direction, amountMinor: amountMinor * SIGN[direction] });
    }
  };
  const byOrder = Map.groupBy(facts.receipts, ({ orderId }) => orderId);
  const paidOf = Map.groupBy(facts.provider, ({ orderId }) => orderId);
  for (const orderId of orderIds) {
    for (const direction of DIRECTIONS) {
      const told = moved(direction, orderId).map(toMove);
      const own = (byOrder.get(orderId) ?? []).filter(({ type }) => type === direction);
      add(receiptSide(told, own), orderId, direction);
      const atProvider = moved(direction, orderId).filter(({ provider }) => provider === 'yookassa');
      add(providerSide(atProvider.map(toMove), paidOf.get(orderId) ?? [], direction), orderId, direction);
    }
  }
  for (const receipt of byOrder.get(undefined) ?? []) {
    const other = documents([receipt]);
    add({ told: [], other, because: () => ({ cause: 'no_order' }), otherDay: 'no_order' }, undefined, receipt.type);
  }

  const flow = (of: (direction: Direction) => readonly Move[]): Flow => ({
    inMinor: total(within(of('sale'))),
    outMinor: total(within(of('refund'))),
  });
  const by = (method: 'cash' | 'card' | 'psp') =>
    flow((direction) =>
      moved(direction)
        .filter((one) => one.method === method)
        .map(toMove),
    );
  const receipts = flow((direction) => documents(facts.receipts.filter(({ type }) => type === direction)));
  const provider = flow((direction) => facts.provider.flatMap((one) => providerMoves(one, direction)));
  const told = flow((direction) => moved(direction).map(toMove));
  const toldAtProvider = flow((direction) =>
    moved(direction)
      .filter((one) => one.provider === 'yookassa')
      .map(toMove),
  );
  return {
    cash: by('cash'),
    card: by('card'),
    psp: by('psp'),
    receipts,
    provider,
    receiptDifferenceMinor: net(receipts) - net(told),
    providerDifferenceMinor: net(provider) - net(toldAtProvider),
    differences: differences.toSorted((a, b) => a.at - b.at),
  };
}

const net = ({ inMinor, outMinor }: Flow): number => inMinor - outMinor;
const directionOf = ({ kind }: Pick<Payment, 'kind'>): Direction => (kind === 'payment' ? 'sale' : 'refund');
const toMove = ({ id, amountMinor, confirmedAt }: DayFacts['payments'][number]): Move => ({
  id,
  amountMinor,
  at: confirmedAt,
});
const documents = (receipts: readonly Receipt[]): Move[] =>
  receipts.flatMap(({ id, status, totalMinor, fiscalAt }) =>
    status === 'done' && fiscalAt !== undefined ? [{ id, amountMinor: totalMinor, at: fiscalAt }] : [],
  );

/** One order, one direction: what devices told of its money on all days, and what the other side has. */
interface Side {
  readonly told: readonly Move[];
  readonly other: readonly Move[];
  /** Why the other side lacks something (`less`), or has more. */
  readonly because: (than: 'less' | 'more') => { readonly cause: ReconciliationCause; readonly subjectId?: string };
  readonly otherDay: ReconciliationCause;
}

type Found = Pick<HqDifference, 'cause' | 'amountMinor' | 'at'> & { readonly subjectId?: string };

/** What of the order's own difference falls on this day; the rest of the day's is on another day. Sums up to the day's. */
function explain(toldToday: readonly Move[], otherToday: readonly Move[], side: Side): Found[] {
  const today = total(otherToday) - total(toldToday);
  const ever = total(side.other) - total(side.told);
  const [first] = [...toldToday, ...otherToday].toSorted((a, b) => a.at - b.at);
  if (first === undefined) return [];
  // What is missing is missed on the day of the money; what is too much, on the day that has it.
  const isHere = ever < 0 ? toldToday.length > 0 : otherToday.length > 0;
  const own = isHere ? ever : 0;
  const found: Found[] = [];
  if (own !== 0) found.push({ ...side.because(own < 0 ? 'less' : 'more'), amountMinor: own, at: first.at });
  if (today !== own) found.push({ cause: side.otherDay, amountMinor: today - own, at: first.at });
  return found;
}

const OPEN = [
  ['unknown', 'receipt_unknown'],
  ['error', 'receipt_failed'],
  ['in_progress', 'receipt_waits'],
  ['queued', 'receipt_waits'],
] as const;

function receiptSide(told: readonly Move[], receipts: readonly Receipt[]): Side {
  const other = documents(receipts);
  return {
    told,
    other,
    otherDay: 'receipt_other_day',
    because: (than) => {
      if (than === 'more') {
        if (told.length === 0) return { cause: 'no_payment', ...subjectOf(other[0]) };
        return { cause: other.length > told.length ? 'receipt_twice' : 'receipt_amount', ...subjectOf(other.at(-1)) };
      }
      for (const [status, cause] of OPEN) {
        const open = receipts.find((receipt) => receipt.status === status);
        if (open) return { cause, subjectId: open.id };
      }
      return other.length === 0 ? { cause: 'no_receipt' } : { cause: 'receipt_amount', ...subjectOf(other[0]) };
    },
  };
}

const subjectOf = (move: Move | undefined) => (move === undefined ? {} : { subjectId: move.id });

function providerMoves({ id, amountMinor, succeededAt, refundedAt }: ProviderPayment, direction: Direction): Move[] {
  const at = direction === 'sale' ? succeededAt : refundedAt;
  return at === null ? [] : [{ id, amountMinor, at }];
}

function providerSide(told: readonly Move[], paid: readonly ProviderPayment[], direction: Direction): Side {
  const other = paid.flatMap((one) => providerMoves(one, direction));
  const cameAndWent = paid.find(({ claimedAt, refundedAt }) => claimedAt === null && refundedAt !== null);
  return {
    told,
    other,
    otherDay: 'provider_other_day',
    because: (than) => {
      if (than === 'less') {
        const onItsWay = paid.find(({ status }) => status === 'refunding');
        if (direction === 'refund' && onItsWay) return { cause: 'refund_waits', subjectId: onItsWay.id };
        return other.length > 0 ? { cause: 'provider_amount', ...subjectOf(other[0]) } : { cause: 'not_at_provider' };
      }
      if (told.length > 0 && other.length === told.length) return { cause: 'provider_amount', ...subjectOf(other[0]) };
      if (cameAndWent) return { cause: 'given_back', subjectId: cameAndWent.id };
      if (direction === 'refund') return { cause: 'refund_untold', ...subjectOf(other[0]) };
      const silent = paid.find(({ claimedAt }) => claimedAt !== null);
      return silent
        ? { cause: 'device_silent', subjectId: silent.id }
        : { cause: 'unclaimed', ...subjectOf(other.at(-1)) };
    },
  };
}
