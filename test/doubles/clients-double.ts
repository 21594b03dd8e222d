/** Clients of a device without the rest of it: files in memory, and a key of its organisation that is there at once. */
import { createHash } from 'node:crypto';
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { Core } from '#main/core.ts';
import { type ClientDeps, type ClientService, createClients } from '#main/domains/clients/clients.service.ts';
import { createSealing, organizationKey, type Sealing } from '#node/sealing.ts';
import type { DeviceBlobState, MediaType } from '#shared/blobs/blobs.schema.ts';
import { sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { TEST_WRITER } from './local-sync.ts';

export const TEST_KEY = organizationKey('a secret of tests', TEST_WRITER.organizationId);
export const TEST_SEALING = createSealing(TEST_KEY);

export interface MemoryBlobs extends Pick<Blobs, 'put' | 'open' | 'describe'> {
  readonly files: ReadonlyMap<string, Buffer>;
  /** The server has it now. */
  send(id: string): void;
}

export function createMemoryBlobs(): MemoryBlobs {
  const files = new Map<string, Buffer>();
  const sent = new Set<string>();
  const viewOf = (id: string) => {
    const state: DeviceBlobState = sent.has(id) ? 'durable' : files.has(id) ? 'local' : 'remote';
    return { id, state, url: `/blobs/${id}` };
  };
  return {
    files,
    send: (id) => void sent.add(id),
    describe: (ids) => ids.map(viewOf),
    put: async (_kind, source) => {
      const parts: Uint8Array[] = [];
      for await (const part of source) parts.push(part);
      const bytes = Buffer.concat(parts);
      const id = createHash('sha256').update(bytes).digest('hex');
      files.set(id, bytes);
      return viewOf(id);
    },
    open: (id) => {
      const bytes = files.get(id);
      if (bytes === undefined) return Promise.reject(new AppError('blobs.not_found', id));
      const mediaType: MediaType = sniffMediaType(bytes) ?? 'image/jpeg';
      return Promise.resolve({
        size: bytes.length,
        mediaType,
        async *read() {
          yield await Promise.resolve(bytes);
        },
      });
    },
  };
}

export function createTestClients(
  core: Core,
  deps: Pick<ClientDeps, 'sync' | 'signedIn'> & Partial<ClientDeps> & { readonly sealing?: () => Sealing | undefined },
): ClientService {
  const find = deps.sealing ?? (() => TEST_SEALING);
  return createClients(core, {
    memberName: () => undefined,
    requireRights: () => undefined,
    blobs: createMemoryBlobs(),
    timeZone: () => 'Europe/Moscow',
    keyring: {
      find,
      require: () => {
        const sealing = find();
        if (sealing === undefined) throw new AppError('clients.key_missing', 'no key');
        return sealing;
      },
    },
    ...deps,
  });
}
