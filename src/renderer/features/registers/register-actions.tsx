/** What may be done with a register as a whole: sales go to it, or it is driven no longer. */
import { Button } from '@mantine/core';
import { IconStar, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './form.module.css';

export function RegisterActions({ settings }: { readonly settings: RegisterSettings }) {
  const t = useText();
  const client = useDeviceClient();
  const approved = useApproved();
  const [isSure, setIsSure] = useState(false);
  const { id } = settings;
  const main = useMutation({
    mutationFn: () => approved((approvalId) => client.registers.setMain({ id, approvalId })),
  });
  const remove = useMutation({
    mutationFn: () => approved((approvalId) => client.registers.remove({ id, approvalId })),
  });
  const error = main.error ?? remove.error;
  if (settings.isMain && !settings.hasToken) return null;
  return (
    <div className={classes.buttons}>
      {settings.isMain ? null : (
        <Button
          variant="default"
          leftSection={<IconStar size={20} aria-hidden />}
          loading={main.isPending}
          onClick={() => main.mutate()}
        >
          {t('desk:register.make_main')}
        </Button>
      )}
      {settings.hasToken ? (
        <Button
          variant={isSure ? 'filled' : 'default'}
          color="red"
          leftSection={<IconTrash size={20} aria-hidden />}
          loading={remove.isPending}
          onClick={() => (isSure ? remove.mutate() : setIsSure(true))}
        >
          {isSure ? t('desk:register.remove_sure', { name: settings.name }) : t('desk:register.remove')}
        </Button>
      ) : null}
      {error ? <ErrorLine error={error} /> : null}
    </div>
  );
}
