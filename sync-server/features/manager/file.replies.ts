/** How `/api/manager` answers with a client's file, and with the file of somebody who was first. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ManagerClient } from '#shared/clients/manager.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import type { ClientFile } from './client-file.ts';
import type { ManagerClients } from './clients.service.ts';

export const ifMatchOf = (request: FastifyRequest): string | undefined => request.headers['if-match'];

export const uploadUrl = ({ token, fileKey }: { readonly token: string; readonly fileKey: string }) => ({
  url: `/api/manager/uploads/${token}`,
  method: 'PUT' as const,
  fields: {},
  file_key: fileKey,
});

export function createFileReplies(clients: Pick<ManagerClients, 'detail' | 'view'>) {
  /** A client's data: no cache on the way keeps them. */
  const whole = (reply: FastifyReply, client: ManagerClient, status = 200): ManagerClient => {
    reply.code(status).header('etag', client.version).header('cache-control', 'no-store');
    return client;
  };
  const wholeFile = async (by: ManagerPrincipal, reply: FastifyReply, file: ClientFile, status = 200) =>
    whole(reply, await clients.view(by, file), status);
  /** Who came too late is shown what he wanted and what there is. */
  const orBoth = async <T>(by: ManagerPrincipal, id: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'clients.changed_meanwhile')) throw error;
      const current = await clients.detail(by, id);
      throw new AppError(error.code, error.message, { details: { yours: error.details['yours'], current } });
    }
  };
  return { whole, wholeFile, orBoth };
}
