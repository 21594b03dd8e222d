/**
 * Carries out what a phone asks: each command is kept before it is looked at, what will be sold is on the disk before it is
 * asked for, and what came of it is there before the phone hears of it. A command that comes again is answered, never done again.
 */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { type FailReason, LoginPayload } from '#shared/exchange/commands.schema.ts';
import { saleKeyOf } from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { CommandEffect, SaleWish, Sold } from '#shared/rpc/exchange.contract.ts';
import type { Answer, Confirm, DeskSession, ExchangeServer, PhoneCommand, Settled, Via } from './exchange.port.ts';
import {
  type ExecutionRow,
  findExecution,
  insertExecution,
  listUnfinished,
  listUntold,
  setExecution,
} from './exchange.repo.ts';
import { type AutoConfirm, formOf, isWithinLimit, saleFaultOf, wishOf } from './exchange.rules.ts';

export interface DispatcherDeps {
  readonly server: ExchangeServer;
  readonly confirm: Confirm;
  readonly user: () => { readonly id: string; readonly email: string } | undefined;
  /** A token of the person is at hand. */
  readonly isSignedIn: () => boolean;
  readonly isListening: () => boolean;
  readonly autoConfirm: () => AutoConfirm;
  /** Unix ms, as the server counts; undefined until it has said so in this run. */
  readonly serverNow: () => number | undefined;
  readonly beginSession: (session: DeskSession) => Promise<void>;
  /** Brings what the dashboard shows, and shows it. */
  readonly openDashboard: (commandId: string) => Promise<void>;
  readonly onChange: () => void;
}

export interface Dispatcher {
  /** Keeps what is new. How many commands there are to work on by it. */
  receive(commands: readonly PhoneCommand[], via: Via): number;
  /** Does what can be done. Throws the first fault that only stands in the way for now. */
  work(): Promise<void>;
}

/** Local words beside those of the wire: the server itself says of a late one that it is over. */
type Reason = FailReason | 'EXPIRED';

/** A price that will not stay is given up for this time, not for good. */
const MAX_PRICES = 5;
/** One that a person could look at for a while is not counted. */
const LOOKED_AT_MS = 1000;

export function createDispatcher(core: Pick<Core, 'db' | 'now' | 'log'>, deps: DispatcherDeps): Dispatcher {
  const { db, now } = core;
  const log = core.log.child({ domain: 'exchange' });

  const write = (work: (tx: WriteTx) => void) => db.transaction(work, { behavior: 'immediate' });
  const step = (tx: WriteTx, { id, action }: Pick<ExecutionRow, 'id' | 'action'>, name: string, details: object = {}) =>
    recordStep(tx, { kind: 'exchange', subject: id, step: name, details: { action, ...details }, at: now() });

  const finish = (row: ExecutionRow, result: { readonly reason?: string; readonly sold?: Sold }): void => {
    const outcome = result.reason === undefined ? 'ACKNOWLEDGED' : 'FAILED';
    write((tx) => {
      setExecution(tx, row.id, { ...result, state: 'finished', outcome, finishedAt: now() });
      step(tx, row, 'finished', { outcome, ...(result.reason === undefined ? {} : { reason: result.reason }) });
    });
    log.info('a command from a phone has ended', { commandId: row.id, action: row.action, outcome, ...result });
    deps.onChange();
  };
  const fail = (row: ExecutionRow, reason: Reason): void => finish(row, { reason });
  const begin = (row: ExecutionRow, order?: ExecutionRow['order']): void =>
    write((tx) => {
      setExecution(tx, row.id, { state: 'started', ...(order === undefined ? {} : { order }) });
      step(tx, row, 'started', order ?? {});
    });

  const isOver = ({ expiresAt }: ExecutionRow): boolean => (deps.serverNow() ?? 0) >= expiresAt;
  /** A moment of the server's clock by this device's. */
  const here = (at: number): number => at - (deps.serverNow() ?? now()) + now();
  const ask = (row: ExecutionRow, effect: CommandEffect, until = row.expiresAt): Promise<Answer> =>
    deps.confirm.ask(
      { id: row.id, action: row.action, effect, receivedAt: row.receivedAt, expiresAt: row.expiresAt },
      here(Math.min(until, row.expiresAt)),
    );

  /** What `started` left open is always settled: it may have been sold. The rest waits for whom it is meant. */
  const canWork = (row: ExecutionRow): boolean => {
    if (row.state === 'started' && row.order === null) return true;
    if (row.state === 'started') return deps.isSignedIn() && deps.user()?.id === row.userId;
    // Whether it is too late, only the server's clock can tell.
    return deps.serverNow() !== undefined && (deps.isListening() || isOver(row));
  };

  async function handle(row: ExecutionRow): Promise<void> {
    if (row.state === 'started') return row.order === null ? fail(row, 'TICKET_INVALID') : settle(row, row.order);
    if (isOver(row)) return fail(row, 'EXPIRED');
    if (row.action === 'LOGIN_ON_DESKTOP') return login(row);
    switch (row.action) {
      case 'OPEN_DESKTOP_DASHBOARD':
      case 'EXECUTE_DESKTOP_SELL':
      case 'REQUEST_DESKTOP_SELL':
        // Whoever signed in meanwhile did not send it.
        if (deps.user() === undefined || deps.user()?.id !== row.userId) return fail(row, 'NOT_AUTHENTICATED');
        return actAs(row, row.action);
      default:
        return fail(row, 'UNSUPPORTED_ACTION');
    }
  }

  async function actAs(
    row: ExecutionRow,
    action: 'OPEN_DESKTOP_DASHBOARD' | 'EXECUTE_DESKTOP_SELL' | 'REQUEST_DESKTOP_SELL',
  ) {
    if (action === 'OPEN_DESKTOP_DASHBOARD') {
      await deps.openDashboard(row.id);
      return finish(row, {});
    }
    if (action === 'REQUEST_DESKTOP_SELL') return fillIn(row);
    const wish = wishOf(row.payload);
    return wish === undefined ? fail(row, 'INVALID_PAYLOAD') : sell(row, wish);
  }

  async function login(row: ExecutionRow): Promise<void> {
    const ticket = LoginPayload.safeParse(row.payload).data?.login_ticket;
    if (ticket === undefined) return fail(row, 'INVALID_PAYLOAD');
    const user = deps.isSignedIn() ? deps.user() : undefined;
    if (user !== undefined) {
      const answer = await ask(row, { kind: 'switch_user', from: user.email });
      if (answer.kind === 'closed') return;
      if (answer.kind !== 'accept') return fail(row, answer.kind === 'stale' ? 'EXPIRED' : 'USER_REJECTED');
    }
    // A ticket opens one session: after a power cut here nobody has it, and the phone sends another.
    begin(row);
    try {
      await deps.beginSession(await deps.server.redeem(ticket));
    } catch (error) {
      log.warn('a ticket opened no session', { commandId: row.id, error });
      return fail(row, 'TICKET_INVALID');
    }
    finish(row, {});
  }

  async function fillIn(row: ExecutionRow): Promise<void> {
    const form = formOf(row.payload);
    if (form === undefined) return fail(row, 'INVALID_PAYLOAD');
    const answer = await ask(row, form);
    switch (answer.kind) {
      case 'order':
        // Who filled it in on a screen has seen its price; in a terminal it is shown next.
        return answer.previewId === undefined
          ? sell(row, answer.wish)
          : send(row, { wish: answer.wish, previewId: answer.previewId }, answer.settled).then(() => undefined);
      case 'closed':
        return undefined;
      case 'stale':
        return fail(row, 'EXPIRED');
      // A form is not accepted as it is.
      case 'accept':
      case 'reject':
        return fail(row, 'USER_REJECTED');
    }
  }

  async function sell(row: ExecutionRow, wish: SaleWish): Promise<void> {
    for (let prices = 0; prices < MAX_PRICES; prices += 1) {
      if (isOver(row)) return fail(row, 'EXPIRED');
      const preview = await deps.server.preview(wish).catch((error: unknown) => refused(row, error));
      if (preview === undefined) return;
      const auto = deps.autoConfirm();
      if (!isWithinLimit(auto, preview)) {
        const askedAt = now();
        const answer = await ask(row, { kind: 'sell', preview, isAboveLimit: auto.isOn }, preview.expiresAt);
        if (answer.kind === 'closed') return;
        if (answer.kind === 'reject') return fail(row, 'USER_REJECTED');
        // Its price ran out, or its time.
        if (answer.kind !== 'accept') {
          if (now() - askedAt >= LOOKED_AT_MS) prices -= 1;
          continue;
        }
      }
      if (await send(row, { wish, previewId: preview.previewId })) return;
    }
    log.warn('no price stayed long enough to be sold at', { commandId: row.id });
  }

  /** Asks for the sale. False when only its price stands against it: nothing was sold, and it may be asked for at another. */
  async function send(
    row: ExecutionRow,
    order: NonNullable<ExecutionRow['order']>,
    settled?: Settled,
  ): Promise<boolean> {
    begin(row, order);
    try {
      const sold = await deps.server.sell(saleKeyOf(row.id), order.wish, order.previewId);
      finish(row, { sold });
      settled?.sold(sold);
      return true;
    } catch (error) {
      settled?.failed(error);
      if (saleFaultOf(error) !== 'price') {
        refused(row, error);
        return true;
      }
      write((tx) => {
        setExecution(tx, row.id, { state: 'received', order: null });
        step(tx, row, 'price_gone');
      });
      return false;
    }
  }

  /** After a lost answer, or a start: the same order under the same key tells what became of it. */
  async function settle(row: ExecutionRow, order: NonNullable<ExecutionRow['order']>): Promise<void> {
    if (!(await send(row, order)) && isOver(row)) fail(row, 'EXPIRED');
  }

  /** The end of a command that the server refuses; what is not clear is thrown, and tried again. */
  function refused(row: ExecutionRow, error: unknown): undefined {
    if (saleFaultOf(error) === 'unclear' || !(error instanceof AppError)) throw error;
    finish(row, { reason: error.code === 'exchange.command_over' ? 'EXPIRED' : error.code });
    return undefined;
  }

  async function tell(): Promise<void> {
    for (const { id, via, userId, outcome, reason } of listUntold(db)) {
      // Only who was asked may answer.
      if (outcome === null || (via === 'user' && (!deps.isSignedIn() || deps.user()?.id !== userId))) continue;
      try {
        await deps.server.ack(via, id, { status: outcome, ...(reason === null ? {} : { reason }) });
      } catch (error) {
        if (!isNobodyWaiting(error)) throw error;
      }
      write((tx) => setExecution(tx, id, { toldAt: now() }));
      deps.onChange();
    }
  }

  return {
    receive: (commands, via) => {
      let count = 0;
      for (const command of commands) {
        const known = findExecution(db, command.id);
        if (known !== undefined && known.state !== 'finished') continue;
        count += 1;
        // The answer was lost on its way: the phone still waits for it.
        if (known !== undefined) write((tx) => setExecution(tx, command.id, { toldAt: null }));
        else {
          const userId = via === 'user' ? (deps.user()?.id ?? null) : null;
          write((tx) => {
            insertExecution(tx, { ...command, via, userId, receivedAt: now() });
            step(tx, command, 'received');
          });
        }
      }
      return count;
    },
    work: async () => {
      const obstacles: unknown[] = [];
      for (const { id } of listUnfinished(db)) {
        // What stood here when the list was read may be another by now.
        const row = findExecution(db, id);
        if (row === undefined || !canWork(row)) continue;
        try {
          await handle(row);
        } catch (error) {
          log.warn('a command from a phone has to wait', { commandId: id, action: row.action, error });
          obstacles.push(error);
        }
        await tell().catch((error: unknown) => obstacles.push(error));
      }
      await tell();
      if (obstacles.length > 0) throw obstacles[0] instanceof Error ? obstacles[0] : new Error(String(obstacles[0]));
    },
  };
}

/** A server that was put back, or another one; or the command is lent to nobody now: when it comes again it is answered again. */
const isNobodyWaiting = (error: unknown): boolean =>
  error instanceof AppError && ['exchange.command_not_found', 'exchange.not_leased'].includes(error.code);
