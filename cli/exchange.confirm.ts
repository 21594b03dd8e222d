/** The person at the desk, asked in a terminal. */
import type { Answer, Confirm } from '#main/domains/exchange/exchange.port.ts';
import { isPositive, parseDecimal } from '#shared/exchange/decimal.rules.ts';
import { effectText } from './exchange.text.ts';
import type { Terminal } from './terminal.ts';

/** @param clock the desk's, and how far the server's is ahead of it, ms; `stop` when the command is to end. */
export function createTerminalConfirm(
  terminal: Terminal,
  clock: { readonly now: () => number; readonly offsetMs: () => number; readonly stop: AbortSignal },
): Confirm {
  return {
    ask: async ({ effect }, until): Promise<Answer> => {
      const leftMs = Math.max(0, until - clock.now());
      const time = AbortSignal.timeout(leftMs);
      const signal = AbortSignal.any([time, clock.stop]);
      const gone = (): Answer => ({ kind: clock.stop.aborted ? 'closed' : 'stale' });
      const said = async (question: string): Promise<string | undefined> => {
        const answer = await terminal.ask(question, signal);
        return answer?.trim();
      };
      const expiresAt = effect.kind === 'sell' ? effect.preview.expiresAt - clock.offsetMs() : until;
      terminal.complain(effectText(effect, expiresAt - clock.now()));
      if (effect.kind !== 'form') {
        const answer = await said('Do it? [y/N] ');
        if (signal.aborted) return gone();
        return isYes(answer) ? { kind: 'accept' } : { kind: 'reject' };
      }
      const assetId =
        (await said(`Asset${effect.assetId === undefined ? '' : ` [${effect.assetId}]`}: `)) || effect.assetId;
      const quantity = parseDecimal(
        (await said(
          `Quantity, empty to refuse${effect.quantity === undefined ? '' : ` (suggested ${effect.quantity})`}: `,
        )) ?? '',
      );
      if (signal.aborted) return gone();
      if (assetId === undefined || quantity === undefined || !isPositive(quantity)) return { kind: 'reject' };
      const source = effect.source === undefined ? {} : { source: effect.source };
      return { kind: 'order', wish: { assetId, amount: { by: 'quantity', quantity }, ...source } };
    },
  };
}

export const isYes = (answer: string | undefined): boolean => /^(y|yes|д|да)$/i.test(answer?.trim() ?? '');
