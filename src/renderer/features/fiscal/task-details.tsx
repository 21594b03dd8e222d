/** One task in full: what it says of itself, what may be done, and every step of its journal in plain words. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FiscalTaskView, JournalStep } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FactList, type Facts } from '../../ui/facts.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import type { Progress } from './fiscal.steps.ts';
import { factOf, nameOf } from './journal.rules.ts';
import { TaskActions } from './task-actions.tsx';
import classes from './task-details.module.css';
import { PROGRESS_LOOKS } from './task-outcome.tsx';

export function TaskDetails({
  task,
  number,
  progress,
  registerName,
  onUnknown,
}: {
  readonly task: FiscalTaskView;
  readonly number: string | undefined;
  readonly progress: Progress;
  /** When there are several. */
  readonly registerName: string | undefined;
  readonly onUnknown: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const [tone, icon] = PROGRESS_LOOKS[progress];
  const facts: Facts = [
    [t('desk:task.total'), task.totalMinor > 0 ? format.money(task.totalMinor) : undefined],
    [t('desk:task.who'), task.operatorName],
    [t('desk:task.why'), task.reason],
    [t('desk:task.register'), registerName],
    [t('desk:task.origin'), task.origin === 'server' ? t('desk:task.from_server') : undefined],
    [t('receipt:fd'), task.document ? String(task.document.fiscalDocumentNumber) : undefined],
    [t('receipt:fp'), task.document?.fiscalSign],
  ];
  return (
    <section className={classes.details} aria-label={t('desk:task.details')}>
      <div className={classes.head}>
        <h2>
          {t(`desk:task.type.${task.type}`)} {number === undefined ? null : <bdi>{number}</bdi>}
        </h2>
        <StatusTag tone={tone} icon={icon}>
          {t(`desk:task.state.${progress}`)}
        </StatusTag>
      </div>
      <FactList facts={facts} />
      {task.error ? (
        <p className={classes.error}>
          {t('desk:outcome.said', { text: task.error.text, code: task.error.driverCode })}
        </p>
      ) : null}
      {progress === 'unknown' ? (
        <Button onClick={onUnknown}>{t('desk:task.settle')}</Button>
      ) : (
        <TaskActions task={task} progress={progress} />
      )}
      <Journal task={task} />
    </section>
  );
}

function Journal({ task }: { readonly task: FiscalTaskView }) {
  const t = useText();
  const api = useApi();
  const steps = useQuery(api.fiscal.journal.queryOptions({ input: { taskId: task.id } }));
  if (steps.isError) return <ErrorState error={steps.error} onRetry={() => void steps.refetch()} />;
  return (
    <section aria-labelledby="journal-title">
      <h3 id="journal-title" className={classes.journalTitle}>
        {t('desk:journal.title')}
      </h3>
      <ol className={classes.journal}>
        {(steps.data ?? []).map((step, index) => (
          // A journal only grows: the place is the identity.
          <Step key={index} step={step} type={task.type} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, type }: { readonly step: JournalStep; readonly type: FiscalTaskView['type'] }) {
  const t = useText();
  const format = useShopFormat();
  const fact = factOf(step);
  const name = nameOf(step, type);
  return (
    <li>
      <time>{format.timeWithSeconds(step.at)}</time>
      <span>
        {name === undefined ? <code>{step.step}</code> : t(`desk:journal.step.${name}`)}
        {fact ? (
          <small className={classes.fact}>
            <bdi>{t(`desk:journal.fact.${fact.is}`, fact.params)}</bdi>
          </small>
        ) : null}
      </span>
    </li>
  );
}
