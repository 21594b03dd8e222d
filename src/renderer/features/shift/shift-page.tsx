/** The shift of a register: how long, how much, does it add up; opening, reading and closing it. */
import { Button } from '@mantine/core';
import { IconCheck, IconDoorEnter, IconDoorExit, IconFileText, IconMoon, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { CloseShift } from './close-shift.tsx';
import { Reconciliation } from './reconciliation.tsx';
import { refOf } from './shift.rules.ts';
import { ShiftFacts } from './shift-facts.tsx';
import classes from './shift-page.module.css';
import { StateTag } from './shift-tag.tsx';

export interface ShiftPageProps {
  readonly register: RegisterView;
  readonly newId: () => string;
  /** How a task of the register is going, drawn by the feature that knows. */
  readonly renderTask: (taskId: string) => ReactNode;
  /** While the drawer is counted nothing on the screen may say what it should hold. */
  readonly onCounting: (isCounting: boolean) => void;
  readonly onReport: (id: string) => void;
}

export function ShiftPage(props: ShiftPageProps) {
  const { register } = props;
  const [isClosing, setIsClosing] = useState(false);
  if (isClosing) return <CloseShift {...props} onBack={() => setIsClosing(false)} />;
  return <ShiftNow key={register.id} {...props} onClosing={() => setIsClosing(true)} />;
}

function ShiftNow({ register, renderTask, onReport, onClosing }: ShiftPageProps & { readonly onClosing: () => void }) {
  const t = useText();
  const api = useApi();
  const open = useMutation(api.shift.open.mutationOptions());
  const report = useMutation(api.shift.xReport.mutationOptions());
  const error = open.error ?? report.error;
  const { state, number } = register.shift;
  const isClosed = state === 'closed';
  return (
    <div className={classes.page}>
      <PageHeader
        title={number > 0 ? t('cashier:shift.number', { number }) : t('desk:shift.title')}
        subtitle={<StateTag state={state} />}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconFileText size={20} aria-hidden />}
              loading={report.isPending}
              onClick={() => report.mutate(refOf(register))}
            >
              {t('desk:shift.x')}
            </Button>
            {isClosed ? (
              <Button
                leftSection={<IconDoorEnter size={20} aria-hidden />}
                loading={open.isPending}
                onClick={() => open.mutate(refOf(register))}
              >
                {t('desk:shift.open')}
              </Button>
            ) : (
              <Button leftSection={<IconDoorExit size={20} aria-hidden />} onClick={onClosing}>
                {t('desk:shift.close')}
              </Button>
            )}
          </>
        }
      />
      {error ? <ErrorLine error={error} /> : null}
      {open.data ? renderTask(open.data.id) : null}
      {report.data ? (
        <Notice
          tone="good"
          icon={IconCheck}
          action={
            <Button variant="default" onClick={() => onReport(report.data.id)}>
              {t('desk:report.look')}
            </Button>
          }
        >
          {t('desk:shift.x_done')}
        </Notice>
      ) : null}
      <ShiftFacts register={register} />
      {isClosed ? (
        <EmptyState icon={IconMoon} title={t('desk:shift.closed_title')} text={t('desk:shift.opens_itself')} />
      ) : (
        <Reconcile register={register} />
      )}
    </div>
  );
}

/** Asks the register each time somebody looks, and again when the queue has done something. */
function Reconcile({ register }: { readonly register: RegisterView }) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const answers = register.state === 'ready' || register.state === 'blocked';
  const reading = useQuery({
    ...api.shift.reconcile.queryOptions({ input: refOf(register) }),
    enabled: answers,
    refetchOnMount: 'always',
  });
  const { refetch } = reading;
  const done = `${register.shift.number} ${register.queued} ${register.cashMinor}`;
  useEffect(() => {
    if (answers && done !== '') void refetch({ cancelRefetch: false });
  }, [done, answers, refetch]);
  return (
    <section className={classes.section} aria-labelledby="reconcile-title">
      <div className={classes.sectionHead}>
        <h2 id="reconcile-title">{t('desk:reconcile.title')}</h2>
        {reading.data ? (
          <span className={classes.asOf}>
            {t('desk:reconcile.as_of', { time: format.timeWithSeconds(reading.dataUpdatedAt) })}
          </span>
        ) : null}
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconRefresh size={18} aria-hidden />}
          loading={reading.isFetching}
          disabled={!answers}
          onClick={() => void refetch()}
        >
          {t('desk:reconcile.again')}
        </Button>
      </div>
      {reading.data ? (
        <Reconciliation reading={reading.data} />
      ) : reading.isError ? (
        <ErrorState error={reading.error} onRetry={() => void refetch()} />
      ) : answers ? (
        <LoadingState label={t('desk:reconcile.asking')} />
      ) : (
        <Notice tone="warn" icon={IconRefresh}>
          {t('desk:reconcile.away')}
        </Notice>
      )}
    </section>
  );
}
