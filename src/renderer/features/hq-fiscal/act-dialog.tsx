import { Button, Group, Modal, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { HqTask } from '#shared/hq/fiscal.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './act-dialog.module.css';
import { useTaskAct } from './tasks.queries.ts';

/** The shortest reason that the server takes. */
export const REASON_MIN = 3;

/** Back in the queue, or out of it: what it means, and why. */
export function ActDialog({
  act,
  task,
  onClose,
}: {
  readonly act: 'requeue' | 'cancel';
  readonly task: HqTask;
  readonly onClose: () => void;
}) {
  const t = useText();
  const run = useTaskAct();
  const [reason, setReason] = useState('');
  const [touched, setTouched] = useState(false);
  const isWrong = reason.trim().length < REASON_MIN;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (isWrong || run.isPending) return;
    run.mutate({ act, id: task.id, body: { reason: reason.trim(), attempts: task.attempts } }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t(`monitor:act.${act}_title`)}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form onSubmit={submit} className={classes.form} noValidate>
        <p className={classes.text}>{t(`monitor:act.${act}_text`)}</p>
        <Textarea
          size="md"
          autosize
          minRows={2}
          maxRows={6}
          label={t('monitor:act.reason')}
          description={t('monitor:act.reason_hint')}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={touched && isWrong ? t('monitor:act.reason_wrong') : undefined}
          data-autofocus
        />
        {run.isError ? <ErrorLine error={run.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('monitor:act.back')}
          </Button>
          <Button type="submit" loading={run.isPending} {...(act === 'cancel' ? { color: 'red' } : {})}>
            {t(`monitor:act.${act}`)}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
