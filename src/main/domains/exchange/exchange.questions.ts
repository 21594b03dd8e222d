/** The dialog on the screen: one question at a time, answered by a call or by its time. */
import { AppError } from '#shared/kernel/errors.ts';
import type { IncomingCommand, SaleWish, Sold } from '#shared/rpc/exchange.contract.ts';
import type { Answer, Confirm } from './exchange.port.ts';

export interface Questions extends Confirm {
  current(): IncomingCommand | undefined;
  /** Throws `exchange.command_over` when this command asks nothing (any more), `exchange.preview_expired` when it shows another price. */
  accept(id: string, previewId: string | undefined): void;
  reject(id: string): void;
  /** Resolves with what came of the sale; throws as a sale does. */
  order(id: string, wish: SaleWish, previewId: string): Promise<Sold>;
  /** Takes the question away without an answer: it is asked again when the desk listens again. */
  withdraw(): void;
  /** Nobody is there to answer any more. */
  close(): void;
}

interface Open {
  readonly question: IncomingCommand;
  readonly answer: (answer: Answer) => void;
}

export function createQuestions(deps: {
  readonly now: () => number;
  /** Calls after so many ms; returns how to call it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly onChange: () => void;
}): Questions {
  let open: Open | undefined;
  let isClosed = false;

  const require = (id: string): Open => {
    if (open?.question.id === id) return open;
    throw new AppError('exchange.command_over', 'this command does not wait for an answer');
  };

  return {
    current: () => open?.question,
    ask: (question, until) =>
      new Promise((resolve) => {
        if (isClosed) return resolve({ kind: 'closed' });
        const callOff = deps.after(Math.max(0, until - deps.now()), () => own.answer({ kind: 'stale' }));
        const own: Open = {
          question,
          answer: (answer) => {
            if (open !== own) return;
            callOff();
            open = undefined;
            resolve(answer);
            deps.onChange();
          },
        };
        open = own;
        deps.onChange();
      }),
    accept: (id, previewId) => {
      const { question, answer } = require(id);
      const { effect } = question;
      if (effect.kind === 'form') throw new AppError('app.bad_input', 'a form is answered by a sale');
      if (effect.kind === 'sell' && effect.preview.previewId !== previewId) {
        throw new AppError('exchange.preview_expired', 'another price is shown by now');
      }
      answer({ kind: 'accept' });
    },
    reject: (id) => require(id).answer({ kind: 'reject' }),
    order: (id, wish, previewId) => {
      const { question, answer } = require(id);
      if (question.effect.kind !== 'form') throw new AppError('exchange.command_over', 'this command asks for no form');
      return new Promise((sold, failed) => answer({ kind: 'order', wish, previewId, settled: { sold, failed } }));
    },
    withdraw: () => open?.answer({ kind: 'closed' }),
    close: () => {
      isClosed = true;
      open?.answer({ kind: 'closed' });
    },
  };
}
