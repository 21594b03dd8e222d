/**
 * The register went silent after it was told to close a receipt. Two facts side by side, and two answers that only a person
 * with the paper in hand can give. The machine never guesses here.
 */
import { Button, Modal, TextInput } from '@mantine/core';
import { IconHelpHexagon, IconInfoCircle, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useApprovalDesk, useApproved } from '../../app/approval.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Money } from '../../ui/money.tsx';
import { lastDocuments } from './unknown.rules.ts';
import classes from './unknown-dialog.module.css';

export function UnknownDialog({
  register,
  taskId,
  onClose,
}: {
  readonly register: RegisterView;
  readonly taskId: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const { isAsking } = useApprovalDesk();
  const task = useQuery(api.fiscal.task.queryOptions({ input: { id: taskId } }));
  return (
    <Modal
      opened
      onClose={onClose}
      // Escape is the supervisor's dialog's while it stands above.
      closeOnEscape={!isAsking}
      size={820}
      padding={36}
      closeButtonProps={{ 'aria-label': t('cashier:unknown.later') }}
      title={
        <div className={classes.head}>
          <span className={classes.icon}>
            <IconHelpHexagon size={32} stroke={1.75} aria-hidden />
          </span>
          <div>
            <h1 className={classes.title}>{t('cashier:unknown.title')}</h1>
            <p className={classes.lead}>{t('cashier:unknown.lead')}</p>
          </div>
        </div>
      }
    >
      {task.isPending ? (
        <LoadingState />
      ) : task.isError ? (
        <ErrorState error={task.error} onRetry={() => void task.refetch()} />
      ) : (
        <Body task={task.data} register={register} />
      )}
    </Modal>
  );
}

type Verdict =
  | { readonly verdict: 'printed'; readonly fiscalDocumentNumber: number | undefined }
  | { readonly verdict: 'not_printed' };

function Body({ task, register }: { readonly task: FiscalTaskView; readonly register: RegisterView }) {
  const t = useText();
  const kind = task.type === 'cash_in' || task.type === 'cash_out' ? 'cash' : 'receipt';
  const [doubting, setDoubting] = useState(false);
  const client = useDeviceClient();
  const approved = useApproved();
  // Either answer is a supervisor's: it decides whether a buyer gets a second receipt.
  const settle = useMutation({
    mutationFn: (verdict: Verdict) =>
      approved((approvalId) => client.fiscal.settle({ id: task.id, ...verdict, approvalId })),
  });
  const isPrinting = settle.isPending && settle.variables.verdict === 'printed';
  if (doubting) {
    return (
      <NotPrinted
        task={task}
        isPending={settle.isPending}
        error={settle.error}
        onConfirm={() => settle.mutate({ verdict: 'not_printed' }, { onSuccess: () => setDoubting(false) })}
        onBack={() => {
          settle.reset();
          setDoubting(false);
        }}
      />
    );
  }
  return (
    <div className={classes.body}>
      <div className={classes.facts}>
        <Sold task={task} />
        <Known task={task} register={register} />
      </div>
      <div className={classes.answers}>
        <PrintedForm
          kind={kind}
          isPending={isPrinting}
          onSubmit={(fiscalDocumentNumber) => settle.mutate({ verdict: 'printed', fiscalDocumentNumber })}
        />
        <section className={classes.answer}>
          <h2>{t(`cashier:unknown.absent.title.${kind}`)}</h2>
          <p>
            {task.notPrintedSaidBy === undefined
              ? t('cashier:unknown.absent.text')
              : t('cashier:unknown.absent.said', { name: task.notPrintedSaidBy })}
          </p>
          <Button
            variant="default"
            color="red"
            className={classes.absent ?? ''}
            disabled={task.notPrintedSaidBy !== undefined}
            onClick={() => setDoubting(true)}
          >
            {t(`cashier:unknown.absent.action.${kind}`)}
          </Button>
        </section>
      </div>
      {settle.isError ? <ErrorLine error={settle.error} /> : null}
      <p className={classes.note}>
        <IconInfoCircle size={18} aria-hidden />
        {t('cashier:unknown.note')}
      </p>
    </div>
  );
}

function Sold({ task }: { readonly task: FiscalTaskView }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <section className={classes.fact}>
      <h2 className={classes.what}>{t(`cashier:unknown.sold.${task.type}`)}</h2>
      <Money minor={task.totalMinor} className={classes.sum ?? ''} />
      <p>
        {format.timeWithSeconds(task.createdAt)} • {t('cashier:unknown.operator', { name: task.operatorName })}
      </p>
    </section>
  );
}

function Known({ task, register }: { readonly task: FiscalTaskView; readonly register: RegisterView }) {
  const t = useText();
  const now = useNow();
  const isSilent = register.state === 'unavailable' || register.state === 'not_responding';
  const Icon = isSilent ? IconPlugConnectedX : IconPlugConnected;
  const seconds = Math.max(0, Math.round((now - register.since) / 1000));
  return (
    <section className={classes.fact}>
      <h2 className={classes.what}>{t('cashier:unknown.known')}</h2>
      <p className={classes.last}>
        {task.baselineDocumentNumber === undefined
          ? t('cashier:unknown.no_baseline')
          : t('cashier:unknown.baseline', { number: task.baselineDocumentNumber })}
      </p>
      <p className={classes.link} data-silent={isSilent || undefined}>
        <Icon size={18} aria-hidden />
        {!isSilent
          ? t('cashier:unknown.answers')
          : seconds < 60
            ? t('cashier:unknown.silent_seconds', { count: seconds })
            : t('cashier:unknown.silent_minutes', { count: Math.floor(seconds / 60) })}
      </p>
      <LastDocuments task={task} />
    </section>
  );
}

/** What came out of this register before: the paper in hand is compared with it. */
function LastDocuments({ task }: { readonly task: FiscalTaskView }) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const tasks = useQuery(api.fiscal.tasks.queryOptions({ input: { limit: 50, show: 'all' } }));
  const documents = lastDocuments(tasks.data ?? [], task.registerId);
  if (documents.length === 0) return null;
  return (
    <ul className={classes.documents} aria-label={t('cashier:unknown.last_documents')}>
      {documents.map(({ id, type, document }) => (
        <li key={id}>
          <span>{t('cashier:unknown.document', { number: document.fiscalDocumentNumber })}</span>
          <span>{t(`desk:task.type.${type}`)}</span>
          <span>{format.time(document.fiscalAt)}</span>
          <bdi>{document.totalMinor > 0 ? format.sum(document.totalMinor) : ''}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** What came of the task: a receipt with its number, or cash that leaves no document. */
type Kind = 'receipt' | 'cash';

function PrintedForm({
  kind,
  isPending,
  onSubmit,
}: {
  readonly kind: Kind;
  readonly isPending: boolean;
  readonly onSubmit: (fiscalDocumentNumber: number | undefined) => void;
}) {
  const t = useText();
  const [text, setText] = useState('');
  const number = /^\d{1,10}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  const isReady = kind === 'cash' || number !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !isPending) onSubmit(number);
  };
  return (
    <form className={classes.answer} onSubmit={submit}>
      <h2>{t(`cashier:unknown.printed.title.${kind}`)}</h2>
      <p>{t(`cashier:unknown.printed.text.${kind}`)}</p>
      <div className={classes.number}>
        {kind === 'cash' ? null : (
          <TextInput
            aria-label={t('cashier:unknown.printed.number')}
            placeholder={t('cashier:unknown.printed.number')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={10}
            value={text}
            onChange={(event) => setText(event.currentTarget.value.replace(/\D/g, ''))}
            data-autofocus
          />
        )}
        <Button type="submit" loading={isPending} disabled={!isReady}>
          {t(`cashier:unknown.printed.action.${kind}`)}
        </Button>
      </div>
    </form>
  );
}

/** The dangerous answer: a wrong one prints a second receipt. So it is asked once more, with what to look at. */
function NotPrinted({
  task,
  isPending,
  error,
  onConfirm,
  onBack,
}: {
  readonly task: FiscalTaskView;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  return (
    <div className={classes.body}>
      <section className={classes.doubt}>
        <h2>{t('cashier:unknown.sure.title')}</h2>
        <ul>
          <li>{t('cashier:unknown.sure.tape')}</li>
          {task.baselineDocumentNumber === undefined ? null : (
            <li>{t('cashier:unknown.sure.number', { number: task.baselineDocumentNumber })}</li>
          )}
          <li>{t('cashier:unknown.sure.consequence')}</li>
        </ul>
      </section>
      {error ? <ErrorLine error={error} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onBack} data-autofocus>
          {t('cashier:unknown.sure.back')}
        </Button>
        <Button color="red" loading={isPending} onClick={onConfirm}>
          {t('cashier:unknown.sure.action')}
        </Button>
      </div>
    </div>
  );
}
