/** One conversation with an adapter: one command at a time, each within its time. It reads nothing of what is said. */
import type { TextLink } from '../links/text.link.ts';

export class AdapterSilent extends Error {}
export class AdapterLost extends Error {}

export interface ElmSession {
  /**
   * Sends a command and gives everything up to the prompt. Throws `AdapterSilent`, `AdapterLost`, or the signal's reason.
   *
   * @param timeoutMs without a single character from the adapter for this long, it is silent.
   */
  ask(command: string, timeoutMs: number): Promise<string>;
  close(): void;
}

const PROMPT = '>';

export function openSession(link: TextLink, signal: AbortSignal): ElmSession {
  let isLost = false;
  let fail: ((error: Error) => void) | undefined;
  link.onClose(() => {
    isLost = true;
    fail?.(new AdapterLost('the adapter went away'));
  });
  return {
    ask: (command, timeoutMs) =>
      new Promise<string>((resolve, reject) => {
        signal.throwIfAborted();
        if (isLost) throw new AdapterLost('the adapter went away');
        let said = '';
        const end = (settle: () => void) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          fail = undefined;
          link.onText(() => {});
          settle();
        };
        const onSilence = () => end(() => reject(new AdapterSilent(`no prompt after ${command}`)));
        const onAbort = () => end(() => reject(signal.reason as Error));
        let timer = setTimeout(onSilence, timeoutMs);
        signal.addEventListener('abort', onAbort, { once: true });
        fail = (error) => end(() => reject(error));
        link.onText((text) => {
          said += text;
          const at = said.indexOf(PROMPT);
          if (at >= 0) return end(() => resolve(said.slice(0, at)));
          clearTimeout(timer);
          timer = setTimeout(onSilence, timeoutMs);
        });
        link.write(`${command}\r`);
      }),
    close: () => link.close(),
  };
}
