/**
 * A device core that lives in memory: it answers the whole contract, so every screen can be opened, driven and
 * photographed with no database, register or server. It is a stage, not a model: rules that matter are tested on the core.
 */
import { EventPublisher, implement, ORPCError } from '@orpc/server';
import { AppError, ERROR_CODES, isErrorCode } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { catalogue, DEVICE_ID, fakeId, shop, staff } from './data.ts';
import { createFakeAttendant } from './fake-attendant.ts';
import { createFakeChecks } from './fake-checks.ts';
import { createFakeClients } from './fake-clients.ts';
import { createFakeContracts } from './fake-contracts.ts';
import { fakeEvents } from './fake-events.ts';
import { createFakeExchange } from './fake-exchange.ts';
import { createFakePhotos } from './fake-photos.ts';
import { createFakeRegister } from './fake-register.ts';
import { createFakeRegisters } from './fake-registers.ts';
import { createFakeReports } from './fake-reports.ts';
import { createFakeSales, POLICY } from './fake-sales.ts';
import { createFakeShift } from './fake-shift.ts';
import { createFakeSync } from './fake-sync.ts';
import type { RequireApproval } from './fake-tasks.ts';
import { type FakeRegisterState, type FakeState, INITIAL } from './state.ts';

export type FakeDevice = ReturnType<typeof createFakeDevice>;

export function createFakeDevice({ mode, now }: { readonly mode: Mode; readonly now: () => number }) {
  let state: FakeState = INITIAL;
  let visit: Visit | null = null;
  let session: StaffSession = {};
  let ids = 1000;
  const newId = () => fakeId((ids += 1));
  const orders = new Map<string, OrderDetails>();
  const intents = new Map<string, PaymentIntent>();
  const publisher = new EventPublisher<{ change: Change }>({ maxBufferedEvents: 100 });
  const changed = (collection: Change['collection'], ...changedIds: string[]) =>
    publisher.publish('change', { collection, ids: changedIds });
  const ports = { now, newId, state: () => state, orders, changed };
  const register = createFakeRegister(ports);
  const files = createFakeClients({
    ...ports,
    signedIn: () => session.member && { ...session.member, pinVerifier: '', active: true },
  });
  const contracts = createFakeContracts(ports, files);
  const checks = createFakeChecks(ports);
  const reports = createFakeReports(ports);
  const photos = createFakePhotos({
    ...ports,
    orderOf: (visitId) =>
      [...orders.values()].find(({ order }) => order.visitId === visitId && order.paidAt !== undefined)?.order,
  });
  const shift = createFakeShift(ports, register);
  const exchange = createFakeExchange(ports);
  const sales = createFakeSales(ports, register);
  const setRegisters = (all: readonly FakeRegisterState[]) => {
    const main = all.find((one) => one.isMain) ?? all[0];
    if (main) state = { ...state, register: main, others: all.filter((one) => one !== main) };
    changed('fiscal');
  };
  const registers = createFakeRegisters(ports, register, {
    set: (id, patch) =>
      setRegisters(register.ledger.registers().map((one) => (one.id === id ? { ...one, ...patch } : one))),
    add: (one) => setRegisters([...register.ledger.registers().filter(({ id }) => id !== one.id), one]),
    remove: (id) => setRegisters(register.ledger.registers().filter((one) => one.id !== id)),
    setMain: (id) => setRegisters(register.ledger.registers().map((one) => ({ ...one, isMain: one.id === id }))),
  });

  const os = implement(contract);
  /** The one door: delays, faults on request, registered codes as defined errors. */
  const door = os.use(async ({ next, path }) => {
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    try {
      const planned = state.faults[path.join('.')];
      if (planned) {
        const details = planned === 'staff.locked' ? { retryAt: now() + 252_000 } : {};
        throw new AppError(planned, 'planned', { details });
      }
      return await next();
    } catch (error) {
      if (!(error instanceof AppError) || !isErrorCode(error.code)) throw error;
      throw new ORPCError(error.code, {
        status: ERROR_CODES[error.code].http,
        message: error.code,
        data: { ref: 'fake-0001', params: error.details },
      });
    }
  });

  const info = () => ({
    mode,
    version: '0.1.0',
    environment: state.environment,
    ...(state.enrolled
      ? {
          device: { id: DEVICE_ID, name: mode === 'kiosk' ? 'Киоск 1' : 'Касса 2', fiscalDeviceId: 'kkt-1' },
          shop,
          serverUrl: 'https://hq.example.ru',
          supportContact: '8 800 555-35-35',
        }
      : {}),
    sync: {
      ...sync.status(),
      ...(state.enrolled ? { lastPullAt: now() - state.sync.sinceAgoMs } : {}),
    },
    now: now(),
  });

  const current = (id: string): Visit => {
    if (visit?.id !== id) throw new AppError('visits.not_found', id);
    return visit;
  };
  const finish = (id: string, status: 'completed' | 'expired' | 'failed'): Visit => {
    const ended: Visit = { ...current(id), status, finishedAt: now() };
    visit = null;
    changed('visits', id);
    return ended;
  };
  const known = (id: string): PaymentIntent => {
    const intent = intents.get(id);
    if (!intent) throw new AppError('payments.not_found', id);
    return intent;
  };
  /** The open intent of a visit, or a new one. */
  const begin = (visitId: string, provider: PaymentIntent['provider']): PaymentIntent => {
    const { kind, id } = current(visitId);
    const open = [...intents.values()].find(
      (one) => one.visitId === id && one.status === 'pending' && one.provider === provider,
    );
    if (open) return open;
    const service = catalogue.find((one) => one.kioskService === kind);
    if (!service) throw new AppError('catalogue.item_not_found', kind);
    const lines = sales.linesOf([{ itemId: service.id, quantityMilli: 1000 }]);
    const order = sales.addOrder(lines, { origin: 'kiosk', status: 'awaiting_payment', visitId: id });
    const intent: PaymentIntent = {
      id: newId(),
      orderId: order.id,
      visitId: id,
      status: 'pending',
      provider,
      amountMinor: order.totalMinor,
      currency: 'RUB',
      ...(provider === 'dev'
        ? { qrData: `https://pay.example.ru/q/${order.number}?sum=${order.totalMinor}&id=01930000` }
        : {}),
      createdAt: now(),
      expiresAt: now() + state.payment.ttlMs,
    };
    intents.set(intent.id, intent);
    return intent;
  };
  /** Ends a waiting intent as the provider would; a confirmed one makes its order paid and its receipt begin. */
  function endIntent(id: string, status: 'confirmed' | 'failed' | 'expired' | 'cancelled'): void {
    const intent = intents.get(id);
    if (intent?.status !== 'pending') return;
    intents.set(id, { ...intent, status, ...(status === 'confirmed' ? { confirmedAt: now() } : {}) });
    const details = intent.orderId === undefined ? undefined : orders.get(intent.orderId);
    if (status === 'confirmed' && details) {
      details.order = { ...details.order, status: 'paid', paidAt: now() };
      sales.addPayment(details.order, { method: 'psp', amountMinor: intent.amountMinor });
      register.begin('sale', details.order, 'Киоск');
      changed('orders', details.order.id);
    }
    changed('payments', id);
  }

  const operator = () => {
    if (!session.member) throw new AppError('staff.not_signed_in', 'nobody');
    return session.member.name;
  };
  /** Whoever may consent to others needs nobody; a cashier brings what `staff.approve` gave. */
  const requireApproval: RequireApproval = ({ action, subject, approvalId, facts = {} }) => {
    operator();
    if (session.member?.role === 'cashier' && approvalId === undefined) {
      throw new AppError('staff.approval_required', 'nobody consented', { details: { action, subject, ...facts } });
    }
  };

  const sync = createFakeSync({
    now,
    state: () => state,
    set: (patch) => {
      state = { ...state, sync: { ...state.sync, ...patch } };
      changed('sync');
    },
    operator,
  });

  const router = os.router({
    exchange: exchange(door.exchange),
    device: {
      info: door.device.info.handler(info),
      enrol: door.device.enrol.handler(({ input }) => {
        if (input.code !== 'ABCDEFGH') throw new AppError('device.enrolment_code_invalid', 'no such code');
        state = { ...state, enrolled: true, sync: { ...state.sync, state: 'online' } };
        changed('device');
        return info();
      }),
      changes: door.device.changes.handler(async function* ({ signal }) {
        yield* publisher.subscribe('change', signal ? { signal } : {});
      }),
      events: door.device.events.handler(({ input }) => fakeEvents(now(), input.limit, input.level)),
      reportFault: door.device.reportFault.handler(({ input }) => {
        process.stderr.write(`screen fault in ${input.where}: ${input.message}\n`);
      }),
    },
    staff: {
      policy: door.staff.policy.handler(() => POLICY),
      list: door.staff.list.handler(() => staff.map(({ id, name, role }) => ({ id, name, role }))),
      current: door.staff.current.handler(() => session),
      signIn: door.staff.signIn.handler(({ input }) => {
        const member = staff.find((one) => one.id === input.memberId);
        if (member?.pin !== input.pin) throw new AppError('staff.pin_wrong', 'wrong');
        session = { member: { id: member.id, name: member.name, role: member.role } };
        changed('staff', member.id);
        return session;
      }),
      approve: door.staff.approve.handler(({ input }) => {
        const approver = staff.find((one) => one.id === input.memberId);
        if (approver?.pin !== input.pin) throw new AppError('staff.pin_wrong', 'wrong');
        if (approver.role === 'cashier') throw new AppError('staff.not_supervisor', approver.role);
        const { id, name, role } = approver;
        return { approvalId: newId(), approver: { id, name, role }, expiresAt: now() + 300_000 };
      }),
      signOut: door.staff.signOut.handler(() => {
        session = {};
        changed('staff');
        return session;
      }),
    },
    catalogue: {
      search: door.catalogue.search.handler(({ input }) => {
        const words = input.text.toLocaleLowerCase('ru');
        return catalogue
          .filter((one) => `${one.name} ${one.sku} ${one.barcode}`.toLocaleLowerCase('ru').includes(words))
          .filter((one) => input.category === undefined || one.category === input.category)
          .filter((one) => input.favourite === undefined || one.favourite === input.favourite)
          .toSorted((a, b) => Number(b.favourite) - Number(a.favourite) || a.name.localeCompare(b.name, 'ru'))
          .slice(0, input.limit);
      }),
      byBarcode: door.catalogue.byBarcode.handler(
        ({ input }) => catalogue.find((one) => one.barcode === input.barcode) ?? null,
      ),
      categories: door.catalogue.categories.handler(() => [...new Set(catalogue.map((one) => one.category))]),
      services: door.catalogue.services.handler(() =>
        state.services.length === 0
          ? []
          : catalogue
              .filter((one) => one.kioskService)
              .map((one) => ({
                ...one,
                active: one.kioskService !== undefined && state.services.includes(one.kioskService),
              })),
      ),
    },
    visits: {
      current: door.visits.current.handler(() => visit),
      resume: door.visits.resume.handler(() => {
        if (visit) finish(visit.id, 'expired');
        return null;
      }),
      start: door.visits.start.handler(({ input }) => {
        if (visit) throw new AppError('visits.already_active', visit.id);
        visit = {
          id: `${{ diagnostics: 'OBD', thickness: 'THK', photo: 'PHT' }[input.kind]}-FAKE-${String((ids += 1)).padStart(6, '0')}`,
          deviceId: DEVICE_ID,
          kind: input.kind,
          status: 'active',
          language: input.language,
          contact: {},
          metadata: {},
          createdAt: now(),
          expiresAt: now() + 3_600_000,
        };
        changed('visits', visit.id);
        return visit;
      }),
      setContact: door.visits.setContact.handler(({ input }) => {
        visit = { ...current(input.id), contact: input.contact };
        changed('visits', input.id);
        return visit;
      }),
      complete: door.visits.complete.handler(({ input }) => finish(input.id, 'completed')),
      expire: door.visits.expire.handler(({ input }) => finish(input.id, 'expired')),
    },
    orders: sales.orders(door.orders, requireApproval),
    payments: {
      createIntent: door.payments.createIntent.handler(({ input }) => {
        const intent = begin(input.visitId, 'dev');
        const { endsAfterMs, ends } = state.payment;
        if (endsAfterMs !== null) setTimeout(() => endIntent(intent.id, ends), endsAfterMs);
        return intent;
      }),
      means: door.payments.means.handler(() => ({
        bank: state.sync.state === 'online',
        desk: staff.map(({ id, name }) => ({ id, name })),
        code: true,
      })),
      payByCode: door.payments.payByCode.handler(({ input }) => {
        if (input.code !== '0042') throw new AppError('codes.invalid', input.code, { details: { attemptsLeft: 3 } });
        const { id } = begin(input.visitId, 'code');
        endIntent(id, 'confirmed');
        return known(id);
      }),
      payAtDesk: door.payments.payAtDesk.handler(({ input }) => begin(input.visitId, 'cashdesk')),
      confirmAtDesk: door.payments.confirmAtDesk.handler(({ input }) => {
        if (input.pin !== '1234') throw new AppError('staff.pin_wrong', 'wrong');
        endIntent(input.id, 'confirmed');
        return known(input.id);
      }),
      intent: door.payments.intent.handler(({ input }) => {
        const intent = intents.get(input.id);
        if (!intent) throw new AppError('payments.not_found', input.id);
        return intent;
      }),
      giveBack: door.payments.giveBack.handler(({ input }) => {
        const paid = [...intents.values()].find(
          ({ visitId, status }) => visitId === input.visitId && status === 'confirmed',
        );
        if (!paid) throw new AppError('payments.illegal_transition', input.visitId);
        const back: PaymentIntent = { ...paid, status: 'refunded', outcome: 'refund' };
        intents.set(paid.id, back);
        finish(input.visitId, 'failed');
        return back;
      }),
      cancelIntent: door.payments.cancelIntent.handler(({ input }) => {
        const intent = intents.get(input.id);
        if (!intent) throw new AppError('payments.not_found', input.id);
        if (intent.status === 'confirmed') throw new AppError('payments.already_confirmed', input.id);
        endIntent(input.id, 'cancelled');
        return intents.get(input.id) ?? intent;
      }),
      ...sales.payments(door.payments, operator, requireApproval),
    },
    kiosk: { standing: door.kiosk.standing.handler(() => ({})) },
    fiscal: register.procedures(door.fiscal, operator, requireApproval),
    shift: shift.procedures(door.shift, operator, requireApproval),
    registers: registers.procedures(door.registers, requireApproval),
    sync: sync.procedures(door.sync),
    // No files here: a screen shows what it shows while they have not come.
    blobs: {
      describe: door.blobs.describe.handler(({ input }) =>
        input.ids.map((id) => ({ id, state: 'missing' as const, url: `/blobs/${id}` })),
      ),
      waiting: door.blobs.waiting.handler(() => ({ count: 0, bytes: 0, sentBytes: 0 })),
      fetch: door.blobs.fetch.handler(({ input }) => ({
        id: input.id,
        state: 'missing' as const,
        url: `/blobs/${input.id}`,
      })),
    },
    clients: files.procedures(door.clients),
    contracts: contracts.procedures(door.contracts),
    diagnostics: checks.diagnostics(door.diagnostics),
    thickness: checks.thickness(door.thickness),
    reports: reports(door.reports),
    photos: photos(door.photos),
    // A desk that has heard of no photo orders and no kiosks yet.
    partner: {
      newOrders: door.partner.newOrders.handler(() => []),
      orders: door.partner.orders.handler(() => ({ orders: [] })),
      order: door.partner.order.handler(({ errors }) => {
        throw errors['orders.not_found']({ data: {} });
      }),
      counters: door.partner.counters.handler(() => ({ all: 0, printed: 0 })),
      days: door.partner.days.handler(() => {
        const days = Array.from({ length: 14 }, (_, index) => new Date(now() - (13 - index) * 86_400_000));
        return { days: days.map((day) => ({ day: day.toISOString().slice(0, 10), all: 0, printed: 0 })) };
      }),
      kiosks: door.partner.kiosks.handler(() => ({ kiosks: [] })),
      asOf: door.partner.asOf.handler(() => ({})),
    },
    attendant: createFakeAttendant({ now, changed, visit: () => visit, endVisit: (id) => finish(id, 'failed') })(
      door.attendant,
    ),
    upkeep: {
      retention: door.upkeep.retention.handler(() => {
        const none = { due: 0, held: 0 };
        return { guests: none, letters: none, payments: none, audit: none, reports: none };
      }),
    },
  });

  return {
    router,
    state: () => state,
    /** Puts the device into a state; what is on the screen re-reads itself. */
    set(next: FakeState) {
      register.follow(state, next);
      state = next;
      for (const collection of ['device', 'catalogue', 'fiscal', 'sync'] as const) changed(collection);
    },
    /** A fresh device in a state: no visit, no orders, nobody signed in. */
    reset(next: FakeState) {
      visit = null;
      session = {};
      orders.clear();
      intents.clear();
      sales.clear();
      register.clear();
      shift.clear();
      files.clear();
      contracts.clear();
      checks.clear();
      sync.clear();
      this.set(next);
    },
    /** Ends whichever intent is waiting. */
    endPayment(status: 'confirmed' | 'failed' | 'expired') {
      for (const intent of intents.values()) endIntent(intent.id, status);
    },
  };
}
