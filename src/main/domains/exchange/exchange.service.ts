/**
 * The currency desk: sells what its owner holds at the server, by hand or by a command of his phone, and never twice.
 * Nothing is sold without the server, and nothing is kept to be sold later.
 *
 * Composition: `createExchange(core, deps)`; `await load()` before the loops; hints reach it by `hear()`; `close()` before
 * the loops are stopped, for a question holds one.
 */
import type { Agent } from 'node:https';
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type {
  DeskState,
  ExchangeDashboard,
  HandledCommand,
  SaleWish,
  SellOverview,
  Sold,
} from '#shared/rpc/exchange.contract.ts';
import { createDispatcher } from './exchange.dispatcher.ts';
import { createExchangeHttp } from './exchange.http.ts';
import { createPairing } from './exchange.pairing.ts';
import { createPoller } from './exchange.poller.ts';
import type { Confirm, DeskSession, DeskUser, PhoneCommand } from './exchange.port.ts';
import { createQuestions } from './exchange.questions.ts';
import { type ExecutionRow, listHandled } from './exchange.repo.ts';
import type { AutoConfirm } from './exchange.rules.ts';
import { type AsOf, createSales, type Sales } from './exchange.sales.ts';
import { createSession } from './exchange.session.ts';
import { createDeskMemory } from './exchange.state.ts';

export interface ExchangeDeps {
  readonly serverUrl: () => string | undefined;
  /** The installation's own, when it is enrolled. */
  readonly deviceToken: () => Promise<string | undefined>;
  /** How a phone calls this installation. */
  readonly target: () => { readonly kind: string; readonly deviceId: string | undefined };
  /** Who stands at this till, where there is one to stand at: what they sell must be their own. */
  readonly operatorId?: () => string | undefined;
  readonly pollMs: number;
  /** Until a person chooses otherwise. */
  readonly autoConfirm: AutoConfirm;
  /** In [0, 1). */
  readonly random: () => number;
  readonly after: (ms: number, work: () => void) => () => void;
  /** Who is asked; by default the dialog on the screen. */
  readonly confirm?: Confirm;
  readonly onCommand?: (command: PhoneCommand) => void;
  /** A phone asked for the dashboard: this is it. */
  readonly onOpened?: (dashboard: AsOf<ExchangeDashboard>, overview: AsOf<SellOverview>) => void;
  readonly onHandled?: (command: HandledCommand) => void;
  readonly httpsAgent?: Agent | undefined;
}

export interface Exchange extends Sales {
  load(): Promise<void>;
  readonly loops: { readonly poll: Loop; readonly work: Loop };
  hear(): void;
  close(): void;
  state(): DeskState;
  user(): DeskUser | undefined;
  /** Throws `auth.bad_credentials`, `device.server_unreachable`. */
  signIn(email: string, password: string): Promise<void>;
  /** Always forgets the session here; false when the server could not be told. */
  signOut(): Promise<boolean>;
  pair(): Promise<{ readonly code: string; readonly expiresAt: number }>;
  listen(isListening: boolean): void;
  autoConfirm(isOn: boolean): void;
  accept(id: string, previewId: string | undefined): void;
  reject(id: string): void;
  /** The form that a phone asked for, filled in. */
  executeForm(id: string, wish: SaleWish, previewId: string): Promise<Sold>;
}

const HANDLED = 10;
const WORK_MS = 5000;

export function createExchange(
  core: Pick<Core, 'db' | 'now' | 'log' | 'changes' | 'secrets'>,
  deps: ExchangeDeps,
): Exchange {
  const { db, now } = core;
  const log = core.log.child({ domain: 'exchange' });
  const memory = createDeskMemory(core);
  const changed = () => core.changes.emit({ collection: 'exchange', ids: [] });
  const session = createSession(core.secrets, changed);
  const questions = createQuestions({ now, after: deps.after, onChange: changed });
  /** The server's clock minus this one, since it was heard in this run. */
  let clockOffsetMs: number | undefined;
  let fault: AppError['code'] | undefined;

  const server = createExchangeHttp({
    ...deps,
    userToken: () => session.token(),
    onServerTime: (at) => {
      clockOffsetMs = at - now();
    },
    onHeard: (error) => {
      const isGone = error?.code === 'device.server_unreachable';
      const next = isGone ? error.code : undefined;
      if (next === fault) return;
      fault = next;
      log.info('the currency server', { isReachable: !isGone });
      changed();
    },
    onSessionOver: async (token) => {
      log.warn('the session at the currency server is over: somebody has to sign in again');
      await session.lose(token);
    },
  });
  const serverNow = () => (clockOffsetMs === undefined ? undefined : now() + clockOffsetMs);
  const pairing = createPairing({ server, serverNow: () => serverNow() ?? now(), onChange: changed });
  const isSignedIn = () => session.token() !== undefined;
  const auto = (): AutoConfirm => ({
    ...deps.autoConfirm,
    isOn: memory.get().isAutoConfirmed ?? deps.autoConfirm.isOn,
  });
  const sales = createSales(core, { server, memory, user: () => session.user(), onSold: changed });

  const begin = async (next: DeskSession): Promise<void> => {
    const former = session.token();
    if (session.user()?.id !== next.user.id) memory.forgetAnswers();
    await session.begin(next, deps.operatorId?.());
    log.info('signed in at the currency server', { userId: next.user.id });
    // Nobody uses it from here any more; when the server cannot be told, its time ends it.
    if (former !== undefined && former !== next.token) await server.logout(former).catch(() => undefined);
    poller.hear();
    work.wake();
  };

  const told = new Set<string>();
  const onChange = () => {
    changed();
    if (deps.onHandled === undefined) return;
    for (const row of listHandled(db, HANDLED)) {
      if (told.has(row.id) || row.finishedAt === null || row.finishedAt < startedAt) continue;
      told.add(row.id);
      deps.onHandled(handledOf(row));
    }
  };
  const startedAt = now();

  const dispatcher = createDispatcher(core, {
    server,
    confirm: deps.confirm ?? questions,
    user: () => session.user(),
    isSignedIn,
    isListening: () => memory.get().isListening,
    autoConfirm: auto,
    serverNow,
    beginSession: begin,
    openDashboard: async (commandId) => {
      const [dashboard, overview] = await Promise.all([sales.dashboard(), sales.overview()]);
      const stale = [dashboard, overview].find(({ isFresh }) => !isFresh);
      if (stale !== undefined) throw new AppError(stale.fault ?? 'device.server_unreachable', 'no dashboard to open');
      memory.set({ opened: { commandId, at: now() } });
      deps.onOpened?.(dashboard, overview);
    },
    onChange,
  });
  const signOut = async (): Promise<boolean> => {
    const token = session.token();
    questions.withdraw();
    await session.end();
    memory.forgetAnswers();
    if (token === undefined) return true;
    return server.logout(token).then(
      () => true,
      (error: unknown) => error instanceof AppError && error.code !== 'device.server_unreachable',
    );
  };
  /** A till that is only locked keeps its owner, and goes on doing what their phone says. */
  const meetOperator = async (): Promise<void> => {
    const operatorId = deps.operatorId?.();
    if (operatorId === undefined || session.user() === undefined || operatorId === session.operatorId()) return;
    if (session.operatorId() === undefined) return session.claim(operatorId);
    log.info('another person came to the till: the session at the currency server is ended', { operatorId });
    await signOut();
  };
  core.changes.subscribe(({ collection }) => {
    if (collection === 'staff') void meetOperator().catch((error: unknown) => log.error('ending it failed', { error }));
  });
  const work = createLoop({
    name: 'exchange-commands',
    intervalMs: WORK_MS,
    maxBackoffMs: 60_000,
    random: deps.random,
    log,
    run: () => dispatcher.work(),
  });
  const poller = createPoller(core, {
    server,
    memory,
    pollMs: deps.pollMs,
    random: deps.random,
    isSignedIn,
    userId: () => session.user()?.id,
    hasDeviceToken: async () => (await deps.deviceToken()) !== undefined,
    pairing,
    onCommands: (commands, via) => {
      for (const command of commands) deps.onCommand?.(command);
      if (dispatcher.receive(commands, via) > 0) work.wake();
    },
    onPolled: changed,
  });

  return {
    ...sales,
    load: () => session.load(),
    loops: { poll: poller.loop, work },
    hear: () => poller.hear(),
    close: () => questions.close(),
    user: () => session.user(),
    state: () => {
      const { isListening, lastPolledAt, opened } = memory.get();
      const user = session.isOver() ? undefined : session.user();
      const incoming = questions.current();
      const code = pairing.code();
      const paired = pairing.user();
      return {
        ...(user === undefined ? {} : { user: { email: user.email, name: user.name } }),
        isSessionOver: session.isOver(),
        link: deps.serverUrl() === undefined ? 'no_server' : fault === undefined ? 'ok' : 'unreachable',
        ...(fault === undefined ? {} : { fault }),
        isListening,
        ...(lastPolledAt === undefined ? {} : { lastPolledAt }),
        autoConfirm: auto(),
        clockOffsetMs: clockOffsetMs ?? 0,
        ...(code === undefined ? {} : { pairing: code }),
        ...(paired === undefined ? {} : { pairedWith: { name: paired.name } }),
        ...(incoming === undefined ? {} : { incoming }),
        ...(opened === undefined ? {} : { opened }),
        handled: listHandled(db, HANDLED).map(handledOf),
      };
    },
    signIn: async (email, password) => begin(await server.login(email, password)),
    signOut,
    pair: async () => {
      const code = await pairing.show();
      // The phone signs this desk in next.
      if (!memory.get().isListening) memory.set({ isListening: true });
      poller.hear();
      return code;
    },
    listen: (isListening) => {
      memory.set({ isListening });
      if (isListening) poller.hear();
      else {
        questions.withdraw();
        // Nobody would hear that it was typed.
        pairing.hide();
      }
      changed();
    },
    autoConfirm: (isOn) => {
      memory.set({ isAutoConfirmed: isOn });
      log.info('whether sales by command are confirmed by themselves', { isOn });
      changed();
    },
    accept: (id, previewId) => questions.accept(id, previewId),
    reject: (id) => questions.reject(id),
    executeForm: (id, wish, previewId) => questions.order(id, wish, previewId),
  };
}

const handledOf = (row: ExecutionRow): HandledCommand => ({
  id: row.id,
  action: row.action,
  outcome: row.outcome ?? 'FAILED',
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.sold === null ? {} : { sold: row.sold }),
  at: row.finishedAt ?? row.receivedAt,
  isTold: row.toldAt !== null,
});
