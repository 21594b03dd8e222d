/** `prilavok poll`: carries out what a phone asks, and says what goes on meanwhile. */
import { once } from 'node:events';
import type { TerminalDesk } from './exchange.desk.ts';
import { Refused } from './faults.ts';
import type { Terminal } from './terminal.ts';

/**
 * Until it is interrupted, or once. Throws `Refused` when the server ends the session: nobody can sign in while this command holds
 * the folder, and a sale that was begun is looked into by the next one.
 *
 * @param stopAsking ends the question that is open
 */
export async function pollForPhone(
  terminal: Terminal,
  { exchange, changes }: TerminalDesk,
  options: { readonly once: boolean; readonly intervalSeconds: number; readonly stopAsking: AbortController },
): Promise<void> {
  exchange.listen(true);
  if (options.once) {
    await exchange.loops.poll.tick();
    await exchange.loops.work.tick();
    return;
  }
  terminal.complain(`Waiting for commands of a phone, every ${options.intervalSeconds} s. Ctrl+C ends it.`);
  const over = new AbortController();
  let isAnswering = true;
  const unsubscribe = changes.subscribe(() => {
    const { link, isSessionOver } = exchange.state();
    if (isSessionOver) over.abort();
    if (isAnswering === (link === 'ok')) return;
    isAnswering = !isAnswering;
    terminal.complain(
      isAnswering
        ? 'The server answers again.'
        : 'The server does not answer. It is asked again; nothing is sold meanwhile.',
    );
  });
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(over.signal, 'abort')]);
  for (const loop of Object.values(exchange.loops)) loop.start();
  await ended;
  unsubscribe();
  options.stopAsking.abort();
  exchange.close();
  await Promise.all(Object.values(exchange.loops).map((loop) => loop.stop()));
  if (over.signal.aborted) throw new Refused('the server ended the session: prilavok login, then poll again');
}
