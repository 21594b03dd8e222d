/** What one turn of the simulation does, and what happens to it: a pure function of the seed and the turn's number. */
import type { Fault } from '#emulators/kkt/faults.ts';
import type { TenderType } from '#shared/fiscal/fiscal.schema.ts';
import type { WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { type Seeded, seeded } from './seeded.ts';

/** A moment of a device's life: a call to the driver on its way, or a transaction of its database. */
export type Moment =
  | {
      readonly kind: 'call';
      /** Before the register hears of it, while it obeys, or after it has answered and nobody has heard. */
      readonly at: 'request' | 'sent' | 'answer';
      /** Counts the calls of this method alone. */
      readonly method?: string;
      readonly nth: number;
    }
  | { readonly kind: 'commit'; readonly at: 'before' | 'inside' | 'after'; readonly nth: number };

/** A fault for the register's own `POST /faults`. */
export type Armed = Partial<Fault> & Pick<Fault, 'point'>;

export interface Trouble {
  /** The row of the table that it counts in. */
  readonly name: TroubleName;
  readonly armed?: readonly Armed[];
  /** The link breaks at this moment. */
  readonly cut?: Extract<Moment, { kind: 'call' }>;
  /** The device dies at these moments, one a life. */
  readonly crashes?: readonly Moment[];
  /** There is no paper from the beginning. */
  readonly noPaper?: true;
  /** The register is another one when the device comes back: for good, or until it has been said that nobody knows. */
  readonly swapped?: 'for_good' | 'for_a_while';
}

const BEFORE_CLOSING = ['registration', 'util_form_tlv', 'fn_write_attributes', 'payment'] as const;
const METHODS = ['open_receipt', ...BEFORE_CLOSING, 'close_receipt'] as const;
const CALLS_OF_A_RECEIPT = 34;
const COMMITS_OF_A_RECEIPT = 9;

const anyCall = (chance: Seeded): Extract<Moment, { kind: 'call' }> => ({
  kind: 'call',
  at: chance.pick(['request', 'sent', 'answer']),
  nth: chance.int(1, CALLS_OF_A_RECEIPT),
});
/** The calls around which everything is decided. */
const decidingCall = (chance: Seeded, { writes }: Way): Extract<Moment, { kind: 'call' }> => ({
  kind: 'call',
  at: chance.pick(['request', 'sent', 'answer']),
  method: chance.pick([writes, writes, writes, 'check_document_closed', 'continue_print']),
  nth: 1,
});
const anyCommit = (chance: Seeded): Moment => ({
  kind: 'commit',
  at: chance.pick(['before', 'inside', 'after']),
  nth: chance.int(1, COMMITS_OF_A_RECEIPT),
});
const anyMoment = (chance: Seeded, way: Way): Moment => chance.pick([anyCall, decidingCall, anyCommit])(chance, way);

/** By which of the driver's methods an act is written, and which opens a shift for it. */
interface Way {
  readonly writes: string;
  readonly opens: string;
}
const close = ({ writes }: Way, point: Armed['point'], more: Partial<Armed> = {}): Armed => ({
  point,
  method: writes,
  ...more,
});

const TROUBLES = {
  none: () => ({}),
  before_fn_write: (_, way) => ({ armed: [close(way, 'before_fn_write')] }),
  after_fn_write_before_answer: (_, way) => ({ armed: [close(way, 'after_fn_write_before_answer')] }),
  paper_out_after_write: (_, way) => ({ armed: [close(way, 'paper_out_after_write')] }),
  no_paper_before: () => ({ noPaper: true }),
  hang: (chance, way) => ({
    armed: [close(way, 'hang', { seconds: chance.int(2, 20) / 100, when: chance.pick(['before', 'after']) })],
  }),
  port_busy: (chance) => ({ armed: [{ point: 'port_busy', times: chance.int(1, 3) }], cut: anyCall(chance) }),
  shift_expired: () => ({ armed: [{ point: 'shift_expired' }] }),
  shift_expired_and_lost: (chance) => ({
    armed: [
      { point: 'shift_expired' },
      {
        point: chance.pick(['before_fn_write', 'after_fn_write_before_answer', 'paper_out_after_write']),
        method: 'report',
      },
    ],
  }),
  shift_opening_lost: (chance, { opens }) => ({
    armed: [
      { point: 'shift_expired' },
      { point: chance.pick(['before_fn_write', 'after_fn_write_before_answer']), method: opens },
    ],
  }),
  fn_blocked: (chance, way) => ({ armed: [chance.pick([{ point: 'fn_blocked' }, close(way, 'fn_blocked')])] }),
  link_error_on_check: (chance) => ({ armed: [{ point: 'link_error_on_check', times: chance.int(1, 7) }] }),
  register_killed: (chance, way) => ({
    armed: [
      chance.pick<Armed>([
        close(way, 'kill', { when: 'before' }),
        close(way, 'kill', { when: 'after' }),
        { point: 'kill', method: chance.pick(METHODS) },
        { point: 'kill', method: 'check_document_closed' },
      ]),
    ],
  }),
  link_cut: (chance, way) => ({ cut: chance.pick([anyCall, decidingCall])(chance, way) }),
  device_killed_at_call: (chance, way) => ({ crashes: [chance.pick([anyCall, decidingCall])(chance, way)] }),
  device_killed_at_commit: (chance) => ({ crashes: [anyCommit(chance)] }),
  device_killed_again_and_again: (chance, way) => ({ crashes: [1, 2, 3].map(() => anyMoment(chance, way)) }),
  // The fiscal memory has grown by the shift alone: a document more proves nothing.
  device_killed_after_opening: (chance) => ({
    armed: [{ point: 'shift_expired' }],
    crashes: [{ kind: 'call', at: chance.pick(['request', 'sent']), method: chance.pick(BEFORE_CLOSING), nth: 1 }],
  }),
  device_killed_in_hang: (chance, way) => ({
    armed: [close(way, 'hang', { seconds: chance.int(5, 30) / 100, when: chance.pick(['before', 'after']) })],
    crashes: [{ kind: 'call', at: 'sent', method: way.writes, nth: 1 }],
  }),
  device_killed_without_paper: (chance, way) => ({
    armed: [close(way, 'paper_out_after_write')],
    crashes: [
      anyMoment(chance, way),
      { kind: 'call', at: chance.pick(['sent', 'answer']), method: 'continue_print', nth: 1 },
    ],
  }),
  both_killed: (chance, way) => ({
    armed: [close(way, 'kill', { when: chance.pick(['before', 'after']) })],
    crashes: [decidingCall(chance, way)],
  }),
  register_swapped_for_a_while: (_, way) => ({ crashes: [written(way)], swapped: 'for_a_while' }),
  register_swapped_for_good: (_, way) => ({ crashes: [written(way)], swapped: 'for_good' }),
} satisfies Readonly<Record<string, (chance: Seeded, way: Way) => Omit<Trouble, 'name'>>>;
export type TroubleName = keyof typeof TROUBLES;

/** The register has written it, the device has not heard. */
const written = ({ writes }: Way): Moment => ({ kind: 'call', at: 'answer', method: writes, nth: 1 });

const WEIGHTS: Readonly<Record<TroubleName, number>> = {
  none: 4,
  before_fn_write: 5,
  after_fn_write_before_answer: 6,
  paper_out_after_write: 5,
  no_paper_before: 2,
  hang: 4,
  port_busy: 3,
  shift_expired: 3,
  shift_expired_and_lost: 4,
  shift_opening_lost: 4,
  fn_blocked: 3,
  link_error_on_check: 3,
  register_killed: 4,
  link_cut: 10,
  device_killed_at_call: 14,
  device_killed_at_commit: 10,
  device_killed_again_and_again: 8,
  device_killed_after_opening: 5,
  device_killed_in_hang: 4,
  device_killed_without_paper: 5,
  both_killed: 2,
  register_swapped_for_a_while: 2,
  register_swapped_for_good: 0,
};

/** How a task may end. The evidence is destroyed only where another register took the place of the one that has it. */
export const mayEndUnknown = (name: TroubleName): boolean => name === 'register_swapped_for_good';

interface Line {
  /** Which of the catalogue's items. */
  readonly item: number;
  readonly quantityMilli: number;
}

type Pay = 'cash' | 'card' | 'mixed';

export type Act =
  /** At the cash desk; a refund gives back the whole of a sale of its own. */
  | { readonly kind: 'sale' | 'refund'; readonly id: string; readonly lines: readonly Line[]; readonly pay: Pay }
  | { readonly kind: 'cash_in' | 'cash_out'; readonly id: string; readonly amountMinor: number }
  | { readonly kind: 'close_shift' }
  /** From the queue of headquarters. */
  | { readonly kind: 'server_task'; readonly task: WireFiscalTask };

export interface Plan {
  readonly index: number;
  readonly act: Act;
  readonly trouble: Trouble;
}

const ACTS = {
  sale: 50,
  refund: 8,
  cash_in: 4,
  cash_out: 4,
  close_shift: 2,
  server_sale: 27,
  server_refund: 5,
} as const;

function actOf(chance: Seeded): Act {
  const kind = chance.weighted(ACTS);
  const id = chance.uuid();
  switch (kind) {
    case 'sale':
    case 'refund': {
      const lines = Array.from({ length: chance.int(1, 3) }, () => ({
        item: chance.int(0, 2),
        quantityMilli: chance.pick([1000, 2000, 333, 1500]),
      }));
      return { kind, id, lines, pay: chance.pick(['cash', 'card', 'mixed']) };
    }
    case 'cash_in':
    case 'cash_out':
      return { kind, id, amountMinor: chance.int(1, 500_000) };
    case 'close_shift':
      return { kind };
    case 'server_sale':
    case 'server_refund':
      return { kind: 'server_task', task: serverTask(chance, id, kind === 'server_refund') };
  }
}

function serverTask(chance: Seeded, taskId: string, isRefund: boolean): WireFiscalTask {
  const price = chance.int(100, 500_000) / 100;
  const type: TenderType = chance.pick(['cash', 'card']);
  return {
    taskId,
    type: isRefund ? 'refund' : 'sale',
    fiscalDeviceId: FISCAL_DEVICE_ID,
    operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
    receipt: {
      items: [{ name: 'Товар', price, quantity: 1, vat: { type: 'none' } }],
      payments: [{ type, sum: price }],
      total: price,
      taxationSystem: 'osn',
      receiptType: isRefund ? 'sell_return' : 'sell',
    },
  };
}

function wayOf({ kind }: Act): Way {
  switch (kind) {
    case 'cash_in':
      return { writes: 'cash_income', opens: 'cash_income' };
    case 'cash_out':
      return { writes: 'cash_outcome', opens: 'cash_outcome' };
    case 'close_shift':
      return { writes: 'report', opens: 'open_shift' };
    case 'sale':
    case 'refund':
    case 'server_task':
      return { writes: 'close_receipt', opens: 'open_receipt' };
  }
}

export const FISCAL_DEVICE_ID = 'fd-sim';

/** @param isLast the last turn of a register's life: after it nobody needs the register any more. */
export function planOf(seed: number, index: number, isLast: boolean): Plan {
  const chance = seeded(seed, index);
  const act = actOf(chance);
  const wanted = chance.weighted(WEIGHTS);
  const name = isLast && chance.next() < 0.5 ? 'register_swapped_for_good' : wanted;
  return { index, act, trouble: { name, ...TROUBLES[name](chance, wayOf(act)) } };
}
