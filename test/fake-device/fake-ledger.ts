/** What the shifts of the fake registers have done: totals that add up, and a drawer that follows them. */
import type { ShiftTotals } from '#shared/fiscal/shift.schema.ts';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { FakeRegisterState, FakeState } from './state.ts';

export interface Tenders {
  readonly cashMinor: number;
  readonly cardMinor: number;
}

export interface FakeShift {
  shift: RegisterView['shift'];
  totals: ShiftTotals;
  cashMinor: number;
}

const NOTHING: ShiftTotals = {
  sell: { count: 0, totalMinor: 0, cashMinor: 0, cardMinor: 0 },
  sellReturn: { count: 0, totalMinor: 0, cashMinor: 0, cardMinor: 0 },
  cashIn: { count: 0, totalMinor: 0 },
  cashOut: { count: 0, totalMinor: 0 },
};

/** A morning's work that leaves in the drawer what the state says is in it. */
const MORNING: ShiftTotals = {
  sell: { count: 23, totalMinor: 4_186_050, cashMinor: 1_281_000, cardMinor: 2_905_050 },
  sellReturn: { count: 1, totalMinor: 49_000, cashMinor: 49_000, cardMinor: 0 },
  cashIn: { count: 1, totalMinor: 500_000 },
  cashOut: { count: 1, totalMinor: 300_000 },
};

const fresh = (register: FakeRegisterState): FakeShift => ({
  shift: register.shift,
  totals: structuredClone(register.shift.state === 'closed' ? NOTHING : MORNING),
  cashMinor: register.cashMinor,
});

export type FakeLedger = ReturnType<typeof createFakeLedger>;

export function createFakeLedger(state: () => FakeState) {
  const shifts = new Map<string, FakeShift>();
  const registers = (): FakeRegisterState[] => [state().register, ...state().others];
  const stateOf = (id: string): FakeRegisterState => registers().find((one) => one.id === id) ?? state().register;

  function of(id: string): FakeShift {
    const known = shifts.get(id);
    if (known) return known;
    const made = fresh(stateOf(id));
    shifts.set(id, made);
    return made;
  }

  return {
    of,
    stateOf,
    registers,
    clear: () => shifts.clear(),
    /** The state was set anew by hand: what it says of a shift counts again. */
    forget: (id: string) => shifts.delete(id),
    /** What a finished task did to its register. */
    apply({ type, registerId, totalMinor }: FiscalTaskView, { cashMinor, cardMinor }: Tenders): void {
      const desk = of(registerId);
      const { totals } = desk;
      if (type === 'close_shift') {
        desk.shift = { state: 'closed', number: desk.shift.number };
        desk.totals = structuredClone(NOTHING);
        return;
      }
      if (desk.shift.state !== 'open') {
        desk.shift = { state: 'open', number: desk.shift.number + 1, leftMs: 86_400_000 };
        desk.totals = structuredClone(NOTHING);
      }
      if (type === 'cash_in' || type === 'cash_out') {
        const row = type === 'cash_in' ? totals.cashIn : totals.cashOut;
        row.count += 1;
        row.totalMinor += totalMinor;
        desk.cashMinor += type === 'cash_in' ? totalMinor : -totalMinor;
      }
      if (type === 'sale' || type === 'refund') {
        const row = type === 'sale' ? desk.totals.sell : desk.totals.sellReturn;
        row.count += 1;
        row.totalMinor += totalMinor;
        row.cashMinor += cashMinor;
        row.cardMinor += cardMinor;
        desk.cashMinor += type === 'sale' ? cashMinor : -cashMinor;
      }
    },
  };
}
