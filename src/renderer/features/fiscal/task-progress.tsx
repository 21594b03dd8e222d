/** A receipt on its way through the register, and the button that is needed where it stopped. */
import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconClockPause,
  IconPlugConnectedX,
  IconPrinterOff,
  IconRefresh,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type Progress, progressOf, STEPS, stepsDone } from './fiscal.steps.ts';
import classes from './task-progress.module.css';

/** The task and how it stands; follows it by itself. */
export function useTask(id: string): {
  readonly task: FiscalTaskView | undefined;
  readonly progress: Progress | undefined;
  readonly error: unknown;
} {
  const api = useApi();
  const task = useQuery(api.fiscal.task.queryOptions({ input: { id } }));
  const register = useQuery({
    ...api.fiscal.register.queryOptions({ input: { registerId: task.data?.registerId } }),
    enabled: task.data !== undefined,
  });
  return {
    task: task.data,
    progress: task.data && progressOf(task.data, register.data),
    error: task.error,
  };
}

export function TaskProgress({ task, progress }: { readonly task: FiscalTaskView; readonly progress: Progress }) {
  const t = useText();
  const done = stepsDone(task);
  return (
    <div className={classes.progress}>
      <ol className={classes.steps} aria-label={t('cashier:receipt.steps')}>
        {STEPS.map((step, index) => {
          const state = index < done ? 'done' : index === done ? currentOf(progress) : 'ahead';
          return (
            <li
              key={step}
              className={classes.step}
              data-state={state}
              aria-current={index === done ? 'step' : undefined}
            >
              <span className={classes.dot} aria-hidden>
                {state === 'done' ? <IconCheck size={16} stroke={3} /> : index + 1}
              </span>
              {t(`cashier:receipt.step.${step}`)}
              {state === 'done' ? <span className="visually-hidden">{t('cashier:receipt.step_done')}</span> : null}
            </li>
          );
        })}
      </ol>
      <Explanation task={task} progress={progress} />
    </div>
  );
}

const currentOf = (progress: Progress): 'now' | 'stopped' =>
  progress === 'working' || progress === 'done' ? 'now' : 'stopped';

function Explanation({ task, progress }: { readonly task: FiscalTaskView; readonly progress: Progress }) {
  const t = useText();
  switch (progress) {
    case 'working':
    case 'done':
    case 'unknown':
      return null;
    case 'waiting_register':
      return (
        <Notice tone="warn" icon={IconPlugConnectedX}>
          <Words title={t('cashier:receipt.waiting.title')}>{t('cashier:receipt.waiting.text')}</Words>
        </Notice>
      );
    case 'waiting_settlement':
      return (
        <Notice tone="warn" icon={IconClockPause}>
          <Words title={t('cashier:receipt.blocked.title')}>{t('cashier:receipt.blocked.text')}</Words>
        </Notice>
      );
    case 'paper_out':
      return <PaperOut registerId={task.registerId} />;
    case 'failed':
      return <Failed task={task} />;
  }
}

function PaperOut({ registerId }: { readonly registerId: string }) {
  const t = useText();
  const api = useApi();
  const print = useMutation(api.fiscal.continuePrint.mutationOptions());
  return (
    <Notice tone="warn" icon={IconPrinterOff} role="alert">
      <Words title={t('cashier:receipt.paper_out.title')}>
        {print.data?.printed === false ? t('cashier:receipt.paper_out.still') : t('cashier:receipt.paper_out.text')}
      </Words>
      {print.isError ? <ErrorLine error={print.error} /> : null}
      <Button className={classes.act ?? ''} loading={print.isPending} onClick={() => print.mutate({ registerId })}>
        {t('cashier:receipt.paper_out.action')}
      </Button>
    </Notice>
  );
}

function Failed({ task }: { readonly task: FiscalTaskView }) {
  const t = useText();
  const api = useApi();
  const retry = useMutation(api.fiscal.retry.mutationOptions());
  return (
    <Notice tone="bad" icon={IconAlertTriangle} role="alert">
      <Words title={t('cashier:receipt.failed.title')}>
        {task.error === undefined
          ? t('cashier:receipt.failed.text')
          : t('cashier:receipt.failed.said', { text: task.error.text, code: task.error.driverCode })}
      </Words>
      {retry.isError ? <ErrorLine error={retry.error} /> : null}
      <Button
        className={classes.act ?? ''}
        leftSection={<IconRefresh size={18} aria-hidden />}
        loading={retry.isPending}
        onClick={() => retry.mutate({ id: task.id })}
      >
        {t('common:action.retry')}
      </Button>
    </Notice>
  );
}

function Words({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <strong className={classes.title}>{title}</strong>
      <span className={classes.text}>{children}</span>
    </>
  );
}
