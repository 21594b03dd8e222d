/** What a device reads of a pull, for tests that ask the server without a wire between them. */
import { type Pull, wireText } from '#server/sync/pull.service.ts';
import { PullReply, type PullRequest } from '#shared/sync/protocol.ts';

export type ParsedPull = (actor: Parameters<Pull>[0], request: PullRequest) => Promise<PullReply>;

export const parsed =
  (pull: Pull): ParsedPull =>
  async (actor, request) =>
    PullReply.parse(JSON.parse(wireText(await pull(actor, request))));
