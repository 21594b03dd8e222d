/**
 * Changes that reached the server after the contract was signed by somebody else (AM-27). None of them was made; they are
 * shown beside the file as it is now, until a person makes them anew or lets them go.
 */
import type { Core } from '#main/core.ts';
import type { Refusal, SyncPort } from '#main/sync/sync.port.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { FileRow, LateEdit } from '#shared/clients/file.view.ts';
import { PassportField } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import type { FileChange } from './file.change.ts';

export interface LateEditPorts {
  readonly sync: SyncPort;
  readonly change: FileChange;
  /** A sealed value as it may be shown. */
  readonly mask: (clientId: string, field: PassportField, sealed: string) => string;
}

interface EditArgs {
  readonly id?: string;
  readonly clientId?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly appliance?: Readonly<Record<string, unknown>> & { readonly id: string; readonly clientId: string };
}

/** What of a new appliance a person wrote. */
const WRITTEN = ['kind', 'title', 'description', 'specs', 'extraFeeMinor'];

export function createLateEdits(core: Pick<Core, 'now' | 'changes'>, { sync, change, mask }: LateEditPorts) {
  const argsOf = ({ args }: Refusal) => JSON.parse(args) as EditArgs;
  const clientOf = (refusal: Refusal): string | undefined => {
    const { id, clientId, appliance } = argsOf(refusal);
    return appliance?.clientId ?? clientId ?? id;
  };
  const of = (clientId: string): Refusal[] =>
    sync.refusals.list('clients.moved_on').filter((refusal) => clientOf(refusal) === clientId);

  const textOf = (clientId: string, row: FileRow, field: string, value: unknown): { value?: string } => {
    if (value === null || value === undefined) return {};
    if (typeof value !== 'string') return { value: JSON.stringify(value) };
    const sealed = row === 'passport' ? PassportField.safeParse(field).data : undefined;
    return { value: sealed === undefined ? value : mask(clientId, sealed, value) };
  };

  const settle = (clientId: string, isRetried: boolean) => {
    const by = change.member()?.name ?? '';
    for (const { key } of of(clientId)) sync.refusals.settle(key, { at: core.now(), name: by, isRetried });
  };

  return {
    /** Oldest first. */
    list: (clientId: string): LateEdit[] =>
      of(clientId).map((refusal) => {
        const [row, verb] = refusal.name.split('.') as [FileRow, string];
        const { id = '', appliance, set = {} } = argsOf(refusal);
        const written =
          appliance === undefined ? set : Object.fromEntries(WRITTEN.map((field) => [field, appliance[field]]));
        return {
          ...refusal.key,
          row,
          at: refusal.madeAt,
          act: verb === 'create' || verb === 'delete' ? verb : 'patch',
          id: appliance?.id ?? id,
          fields: Object.entries(written)
            .filter(([, value]) => value !== undefined)
            .map(([field, value]) => ({ field, ...textOf(clientId, row, field, value) })),
        };
      }),

    redo: (client: Client): void => {
      change.makeAll(client.id, (tx) => {
        for (const { name, args } of of(client.id)) {
          const again = { ...(JSON.parse(args) as object), seenStatus: client.status };
          try {
            // `mutate` looks the name up itself and checks the arguments.
            tx.transaction((own) =>
              sync.mutate(own, name as MutatorName, again as unknown as MutatorArgs<MutatorName>),
            );
          } catch (error) {
            // What it was about is not there any more: an appliance that somebody took out.
            if (!(error instanceof AppError)) throw error;
          }
        }
        settle(client.id, true);
      });
      core.changes.emit({ collection: 'sync', ids: [] });
    },

    dismiss: (clientId: string): void => {
      settle(clientId, false);
      core.changes.emit({ collection: 'clients', ids: [clientId] });
      core.changes.emit({ collection: 'sync', ids: [] });
    },
  };
}
