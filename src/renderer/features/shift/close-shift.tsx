/**
 * Closing a shift: count the drawer blind, let a supervisor recount what does not agree, then the Z report. A person may
 * leave the drawer uncounted, and the report says so.
 */
import { Button } from '@mantine/core';
import { IconCash, IconFileText, IconUserShield } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { CashCount, DenominationCount } from '#shared/fiscal/shift.schema.ts';
import { useApproved } from '../../app/approval.ts';
import { focusOnMount } from '../../app/focus.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import classes from './close-shift.module.css';
import { ClosingReport } from './closing-report.tsx';
import { CountDrawer } from './count-drawer.tsx';
import { CountResult } from './count-result.tsx';
import { refOf } from './shift.rules.ts';
import type { ShiftPageProps } from './shift-page.tsx';

interface Counting {
  readonly id: string;
  readonly recountOf?: string;
  readonly denominations: DenominationCount[];
}

type Step =
  | { readonly is: 'ask' | 'skip' }
  /** The id of a count is made once: pressing again after a dropped line is the same count. */
  | { readonly is: 'count'; readonly id: string; readonly recountOf?: string }
  | { readonly is: 'recount'; readonly id: string }
  | { readonly is: 'counted'; readonly count: CashCount }
  | { readonly is: 'closing'; readonly taskId: string };

export function CloseShift({
  register,
  newId,
  renderTask,
  onCounting,
  onBack,
}: ShiftPageProps & { readonly onBack: () => void }) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const approved = useApproved();
  const [step, setStep] = useState<Step>({ is: 'ask' });
  const count = useMutation({
    mutationFn: (counting: Counting) =>
      approved((approvalId) => client.shift.countCash({ ...refOf(register), ...counting, approvalId })),
    onSuccess: (reply) =>
      setStep(
        reply.result === 'recount_needed' ? { is: 'recount', id: reply.id } : { is: 'counted', count: reply.count },
      ),
  });
  const close = useMutation({
    ...api.shift.close.mutationOptions(),
    onSuccess: (task) => setStep({ is: 'closing', taskId: task.id }),
  });
  const isBlind = step.is === 'count' || step.is === 'recount';
  useEffect(() => {
    onCounting(isBlind);
    return () => onCounting(false);
  }, [isBlind, onCounting]);
  const back = () => {
    count.reset();
    close.reset();
    if (step.is === 'ask' || step.is === 'closing') onBack();
    else setStep({ is: 'ask' });
  };
  const listen = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    back();
  };

  const submit = (denominations: DenominationCount[]) => {
    if (step.is !== 'count') return;
    const { is: _step, ...named } = step;
    count.mutate({ ...named, denominations });
  };
  // The supervisor counts first and signs with the PIN after: a consent lives shorter than a careful count.
  const recount = (first: string) => {
    count.reset();
    setStep({ is: 'count', id: newId(), recountOf: first });
  };
  const print = (countId?: string) =>
    close.mutate({ ...refOf(register), ...(countId === undefined ? {} : { countId }) });
  const printButton = (countId?: string) => (
    <Button
      size="lg"
      loading={close.isPending}
      leftSection={<IconFileText size={20} aria-hidden />}
      onClick={() => print(countId)}
      ref={focusOnMount}
    >
      {t('desk:close.print')}
    </Button>
  );

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Esc for whatever inside has the focus
    <div className={classes.page} onKeyDown={listen}>
      <PageHeader title={t('desk:close.title', { number: register.shift.number })} onBack={back} />
      {step.is === 'ask' ? (
        <section className={classes.card}>
          <p className={classes.text}>{t('desk:close.text', { number: register.shift.number })}</p>
          {register.queued > 0 ? (
            <Notice tone="warn" icon={IconFileText}>
              {t('desk:close.queued', { count: register.queued })}
            </Notice>
          ) : null}
          <div className={classes.buttons}>
            <Button
              size="lg"
              leftSection={<IconCash size={22} aria-hidden />}
              onClick={() => setStep({ is: 'count', id: newId() })}
              ref={focusOnMount}
            >
              {t('desk:close.count')}
            </Button>
            <Button size="lg" variant="default" onClick={() => setStep({ is: 'skip' })}>
              {t('desk:close.skip')}
            </Button>
          </div>
        </section>
      ) : step.is === 'skip' ? (
        <section className={classes.card}>
          <h2 className={classes.title}>{t('desk:close.sure')}</h2>
          <p className={classes.text}>{t('desk:close.sure_text')}</p>
          {close.isError ? <ErrorLine error={close.error} /> : null}
          <div className={classes.buttons}>
            <Button size="lg" variant="default" onClick={back} ref={focusOnMount}>
              {t('desk:close.back')}
            </Button>
            <Button size="lg" color="red" loading={close.isPending} onClick={() => print()}>
              {t('desk:close.print_uncounted')}
            </Button>
          </div>
        </section>
      ) : step.is === 'count' ? (
        <CountDrawer
          key={step.id}
          title={step.recountOf === undefined ? t('desk:count.title') : t('desk:count.recount.title')}
          text={step.recountOf === undefined ? t('desk:count.text') : t('desk:count.recount.text')}
          isPending={count.isPending}
          error={count.error}
          onDone={submit}
          onBack={back}
        />
      ) : step.is === 'recount' ? (
        <section className={classes.card}>
          <Notice tone="warn" icon={IconUserShield} role="alert">
            <strong className={classes.lead}>{t('desk:count.recount.needed')}</strong>
            <span className={classes.lead}>{t('desk:count.recount.why')}</span>
          </Notice>
          <div className={classes.buttons}>
            <Button
              size="lg"
              leftSection={<IconUserShield size={22} aria-hidden />}
              onClick={() => recount(step.id)}
              ref={focusOnMount}
            >
              {t('desk:count.recount.call')}
            </Button>
          </div>
        </section>
      ) : step.is === 'counted' ? (
        <section className={classes.card}>
          <CountResult count={step.count} />
          {close.isError ? <ErrorLine error={close.error} /> : null}
          <div className={classes.buttons}>{printButton(step.count.id)}</div>
        </section>
      ) : step.is === 'closing' ? (
        <ClosingReport taskId={step.taskId} renderTask={renderTask} onDone={onBack} />
      ) : null}
    </div>
  );
}
