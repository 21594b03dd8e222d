/** A client's file over the list: what people disagree on first, then its fields. */
import { Button, Modal } from '@mantine/core';
import { IconTrash, IconUserHeart, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { ClientConflict } from '#shared/rpc/clients.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './client-dialog.module.css';
import { ClientForm } from './client-form.tsx';
import { draftOf, EMPTY_DRAFT } from './clients.rules.ts';
import { Conflicts } from './conflicts.tsx';

export function ClientDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useText();
  const api = useApi();
  const file = useQuery(api.clients.get.queryOptions({ input: { id } }));
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={<bdi>{file.data?.client.name ?? t('manager:file.title')}</bdi>}
      closeButtonProps={{ 'aria-label': t('manager:file.close') }}
    >
      {file.isPending ? (
        <LoadingState />
      ) : file.isError ? (
        <ErrorState error={file.error} onRetry={() => void file.refetch()} />
      ) : file.data === null ? (
        <EmptyState icon={IconUserOff} title={t('manager:file.gone')} text={t('manager:file.gone_text')} />
      ) : (
        <File client={file.data.client} conflicts={file.data.conflicts} onClose={onClose} />
      )}
    </Modal>
  );
}

function File({
  client,
  conflicts,
  onClose,
}: {
  readonly client: Client;
  readonly conflicts: readonly ClientConflict[];
  readonly onClose: () => void;
}) {
  const api = useApi();
  const t = useText();
  const session = useQuery(api.staff.current.queryOptions());
  const patch = useMutation(api.clients.patch.mutationOptions());
  const me = session.data?.member?.id;
  return (
    <div className={classes.file}>
      <Conflicts id={client.id} conflicts={conflicts} />
      <ClientForm
        now={draftOf(client)}
        isPending={patch.isPending}
        error={patch.error}
        onSave={({ set, addTags, removeTags }) =>
          patch.mutate(
            { id: client.id, set, add: { tags: [...addTags] }, remove: { tags: [...removeTags] } },
            { onSuccess: onClose },
          )
        }
        beside={
          <>
            <Remove id={client.id} onRemoved={onClose} />
            {me === undefined || client.assignedTo === me ? null : (
              <Button
                variant="default"
                leftSection={<IconUserHeart size={18} aria-hidden />}
                onClick={() => patch.mutate({ id: client.id, set: { assignedTo: me } })}
              >
                {t('manager:file.take')}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}

/** Asked twice: nobody brings a deleted file back. */
function Remove({ id, onRemoved }: { readonly id: string; readonly onRemoved: () => void }) {
  const t = useText();
  const api = useApi();
  const [isSure, setSure] = useState(false);
  const remove = useMutation(api.clients.remove.mutationOptions());
  if (!isSure) {
    return (
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={18} aria-hidden />}
        onClick={() => setSure(true)}
      >
        {t('manager:file.remove')}
      </Button>
    );
  }
  return (
    <>
      <Button color="red" loading={remove.isPending} onClick={() => remove.mutate({ id }, { onSuccess: onRemoved })}>
        {t('manager:file.remove_sure')}
      </Button>
      <Button variant="default" onClick={() => setSure(false)}>
        {t('manager:file.remove_back')}
      </Button>
      {remove.isError ? <ErrorLine error={remove.error} /> : null}
    </>
  );
}

export function NewClientDialog({
  onCreated,
  onClose,
}: {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const create = useMutation(api.clients.create.mutationOptions());
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t('manager:file.new')}
      closeButtonProps={{ 'aria-label': t('manager:file.close') }}
    >
      <ClientForm
        now={EMPTY_DRAFT}
        isPending={create.isPending}
        error={create.error}
        onSave={({ set: { name = '', ...set }, addTags }) =>
          create.mutate({ name, set, tags: [...addTags] }, { onSuccess: onCreated })
        }
      />
    </Modal>
  );
}
