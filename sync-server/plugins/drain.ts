/** A quiet end: what is being answered is answered, then every connection is closed. */
import type { ServerResponse } from 'node:http';
import fp from 'fastify-plugin';

/**
 * Node's own way waits for connections, not for answers: a browser opens some in advance, and one that has never
 * carried a request would hold the server for half a minute.
 */
export const drain = fp<{ readonly withinMs: number }>(
  async (app, { withinMs }) => {
    const answering = new Set<ServerResponse>();
    let emptied = (): void => undefined;
    app.server.on('request', (_request, response: ServerResponse) => {
      answering.add(response);
      response.once('close', () => {
        answering.delete(response);
        if (answering.size === 0) emptied();
      });
    });
    app.addHook('preClose', async () => {
      if (answering.size === 0) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, withinMs);
        emptied = () => {
          clearTimeout(late);
          resolve();
        };
      });
    });
  },
  { name: 'drain' },
);
