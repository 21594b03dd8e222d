/** The shift: what the register says of it, and the three things a cashier does with it. */
import { Button, Modal } from '@mantine/core';
import { IconCheck, IconDoorEnter, IconDoorExit, IconFileText } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './shift-dialog.module.css';
import { ShiftTag } from './shift-tag.tsx';

export function ShiftDialog({ register, onClose }: { readonly register: RegisterView; readonly onClose: () => void }) {
  const t = useText();
  const [closing, setClosing] = useState(false);
  const [closedBy, setClosedBy] = useState<string>();
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
      title={closing && closedBy === undefined ? t('cashier:shift.close.title') : t('cashier:shift.title')}
    >
      <div className={classes.body}>
        {closing ? (
          <CloseShift
            register={register}
            taskId={closedBy}
            onTask={setClosedBy}
            onBack={() => setClosing(false)}
            onDone={onClose}
          />
        ) : (
          <>
            <Facts register={register} />
            <Actions register={register} onClosing={() => setClosing(true)} />
          </>
        )}
      </div>
    </Modal>
  );
}

function Facts({ register }: { readonly register: RegisterView }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t('cashier:shift.state_label')}</dt>
        <dd>
          <ShiftTag shift={register.shift} />
        </dd>
      </div>
      <div>
        <dt>{t('cashier:shift.cash')}</dt>
        <dd>{format.money(register.cashMinor)}</dd>
      </div>
      <div>
        <dt>{t('cashier:shift.unsent')}</dt>
        <dd>{format.number(register.unsentDocuments)}</dd>
      </div>
      {register.model === undefined ? null : (
        <div>
          <dt>{t('cashier:shift.register')}</dt>
          <dd>
            <bdi>
              {register.model}
              {register.kktSerial === undefined ? null : ` № ${register.kktSerial}`}
            </bdi>
          </dd>
        </div>
      )}
      {register.fnNumber === undefined ? null : (
        <div>
          <dt>{t('cashier:shift.fn')}</dt>
          <dd>
            <bdi>{register.fnNumber}</bdi>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Actions({ register, onClosing }: { readonly register: RegisterView; readonly onClosing: () => void }) {
  const t = useText();
  const api = useApi();
  const open = useMutation(api.fiscal.openShift.mutationOptions());
  const report = useMutation(api.fiscal.xReport.mutationOptions());
  const error = open.error ?? report.error;
  const isClosed = register.shift.state === 'closed';
  return (
    <>
      {open.data ? <Outcome taskId={open.data.id} /> : null}
      {report.isSuccess ? (
        <Notice tone="good" icon={IconCheck}>
          {t('cashier:shift.x_done')}
        </Notice>
      ) : null}
      {error ? <ErrorLine error={error} /> : null}
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="md"
          leftSection={<IconFileText size={20} aria-hidden />}
          loading={report.isPending}
          onClick={() => report.mutate({})}
        >
          {t('cashier:shift.x')}
        </Button>
        {isClosed ? (
          <Button
            leftSection={<IconDoorEnter size={20} aria-hidden />}
            loading={open.isPending}
            onClick={() => open.mutate({})}
            data-autofocus
          >
            {t('cashier:shift.open')}
          </Button>
        ) : (
          <Button leftSection={<IconDoorExit size={20} aria-hidden />} onClick={onClosing} data-autofocus>
            {t('cashier:shift.close.action')}
          </Button>
        )}
      </div>
      {isClosed ? <p className={classes.hint}>{t('cashier:shift.opens_itself')}</p> : null}
    </>
  );
}

/** A Z report ends the shift's counters for good, so it is asked once. */
function CloseShift({
  register,
  taskId,
  onTask,
  onBack,
  onDone,
}: {
  readonly register: RegisterView;
  /** The shift's closing document, once it is asked for. */
  readonly taskId: string | undefined;
  readonly onTask: (id: string) => void;
  readonly onBack: () => void;
  readonly onDone: () => void;
}) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const queryClient = useQueryClient();
  const close = useMutation({
    ...api.fiscal.closeShift.mutationOptions(),
    onSuccess: (task) => {
      queryClient.setQueryData(api.fiscal.task.queryKey({ input: { id: task.id } }), task);
      onTask(task.id);
    },
  });
  if (taskId !== undefined) {
    return (
      <>
        <Outcome taskId={taskId} />
        <div className={classes.buttons}>
          <Button onClick={onDone} data-autofocus>
            {t('cashier:shift.done')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p className={classes.text}>{t('cashier:shift.close.text', { number: register.shift.number })}</p>
      <p className={classes.cash}>
        {t('cashier:shift.cash')}
        <strong>{format.money(register.cashMinor)}</strong>
      </p>
      {register.queued > 0 ? (
        <Notice tone="warn" icon={IconFileText}>
          {t('cashier:shift.close.queued', { count: register.queued })}
        </Notice>
      ) : null}
      {close.isError ? <ErrorLine error={close.error} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onBack} data-autofocus>
          {t('cashier:shift.close.back')}
        </Button>
        <Button loading={close.isPending} onClick={() => close.mutate({})}>
          {t('cashier:shift.close.confirm')}
        </Button>
      </div>
    </>
  );
}

/** How the shift's own document ended. */
function Outcome({ taskId }: { readonly taskId: string }) {
  const t = useText();
  const api = useApi();
  const task = useQuery(api.fiscal.task.queryOptions({ input: { id: taskId } }));
  const words = task.data && wordsOf(task.data);
  if (!task.data || !words) return null;
  const what = task.data.type === 'close_shift' ? 'close' : 'open';
  return (
    <Notice tone={words.tone} icon={IconFileText}>
      {t(`cashier:shift.outcome.${what}.${words.key}`, {
        number: task.data.document?.fiscalDocumentNumber,
        text: task.data.error?.text,
      })}
    </Notice>
  );
}

function wordsOf(task: FiscalTaskView): { tone: 'good' | 'info' | 'bad'; key: 'done' | 'going' | 'failed' } {
  const { state } = task;
  if (state === 'printed' || state === 'reported') return { tone: 'good', key: 'done' };
  if (state === 'failed' || state === 'unknown') return { tone: 'bad', key: 'failed' };
  return { tone: 'info', key: 'going' };
}
