/** What a person may do with a task where it stands: again, the rest of the paper, a copy. */
import { Button } from '@mantine/core';
import { IconCheck, IconCopy, IconPrinter, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import type { Progress } from './fiscal.steps.ts';
import classes from './task-actions.module.css';

export function TaskActions({ task, progress }: { readonly task: FiscalTaskView; readonly progress: Progress }) {
  const t = useText();
  const api = useApi();
  const retry = useMutation(api.fiscal.retry.mutationOptions());
  const print = useMutation(api.fiscal.continuePrint.mutationOptions());
  const copy = useMutation(api.fiscal.printCopy.mutationOptions());
  const error = retry.error ?? print.error ?? copy.error;
  const isReceipt = task.type === 'sale' || task.type === 'refund';
  return (
    <div className={classes.actions}>
      {progress === 'failed' ? (
        <Button
          leftSection={<IconRefresh size={20} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ id: task.id })}
        >
          {t('common:action.retry')}
        </Button>
      ) : null}
      {progress === 'paper_out' ? (
        <Button
          leftSection={<IconPrinter size={20} aria-hidden />}
          loading={print.isPending}
          onClick={() => print.mutate({ registerId: task.registerId })}
        >
          {t('cashier:receipt.paper_out.action')}
        </Button>
      ) : null}
      {progress === 'done' && isReceipt && task.document ? (
        <Button
          variant="default"
          leftSection={copy.isSuccess ? <IconCheck size={20} aria-hidden /> : <IconCopy size={20} aria-hidden />}
          loading={copy.isPending}
          onClick={() => copy.mutate({ taskId: task.id })}
        >
          {copy.isSuccess ? t('desk:task.copied') : t('desk:task.copy')}
        </Button>
      ) : null}
      {print.data?.printed === false ? <p className={classes.note}>{t('cashier:receipt.paper_out.still')}</p> : null}
      {error ? <ErrorLine error={error} /> : null}
    </div>
  );
}
