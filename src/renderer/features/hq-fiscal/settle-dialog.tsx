import { Button, Group, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type HqTask, SettleTaskRequest } from '#shared/hq/fiscal.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './act-dialog.module.css';
import { useTaskAct } from './tasks.queries.ts';

type Field = 'fiscalDocumentNumber' | 'fiscalSign' | 'reason';
type Verdict = SettleTaskRequest['verdict'];

/** A person with the paper tape in hand says what the register could not. */
export function SettleDialog({ task, onClose }: { readonly task: HqTask; readonly onClose: () => void }) {
  const t = useText();
  const run = useTaskAct();
  const [verdict, setVerdict] = useState<Verdict | ''>('');
  const [typed, setTyped] = useState<Readonly<Record<Field, string>>>({
    fiscalDocumentNumber: '',
    fiscalSign: '',
    reason: '',
  });
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (run.isPending) return;
    const number = typed.fiscalDocumentNumber.trim();
    const request = SettleTaskRequest.safeParse({
      verdict,
      reason: typed.reason,
      attempts: task.attempts,
      ...(verdict === 'printed'
        ? {
            fiscalDocumentNumber: /^\d{1,10}$/.test(number) ? Number(number) : undefined,
            fiscalSign: typed.fiscalSign.trim(),
          }
        : {}),
    });
    setWrong(new Set(request.error?.issues.map((issue) => issue.path.join('.'))));
    if (request.success) run.mutate({ act: 'settle', id: task.id, body: request.data }, { onSuccess: onClose });
  };
  const field = (name: Field, words: string) => ({
    value: typed[name],
    error: wrong.has(name) ? words : undefined,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
      setWrong(new Set([...wrong].filter((one) => one !== name)));
    },
  });
  const digits = { inputMode: 'numeric', autoComplete: 'off', dir: 'ltr', maxLength: 10 } as const;
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('monitor:act.settle_title')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form onSubmit={submit} className={classes.form} noValidate>
        <p className={classes.text}>{t('monitor:act.settle_text')}</p>
        <SegmentedControl
          fullWidth
          size="md"
          aria-label={t('monitor:act.settle_title')}
          value={verdict}
          onChange={(value) => setVerdict(value === 'printed' ? 'printed' : 'not_printed')}
          data={[
            { value: 'printed', label: t('monitor:act.printed') },
            { value: 'not_printed', label: t('monitor:act.not_printed') },
          ]}
        />
        {verdict === 'printed' ? (
          <div className={classes.pair}>
            <TextInput
              {...digits}
              {...field('fiscalDocumentNumber', t('monitor:act.fd_wrong'))}
              label={t('monitor:act.fd')}
            />
            <TextInput {...digits} {...field('fiscalSign', t('monitor:act.fp_wrong'))} label={t('monitor:act.fp')} />
          </div>
        ) : null}
        {verdict === '' ? null : (
          <Textarea
            size="md"
            autosize
            minRows={2}
            maxRows={6}
            maxLength={500}
            label={t('monitor:act.reason')}
            description={t('monitor:act.reason_hint')}
            {...field('reason', t('monitor:act.reason_wrong'))}
          />
        )}
        {run.isError ? <ErrorLine error={run.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('monitor:act.back')}
          </Button>
          <Button type="submit" loading={run.isPending} disabled={verdict === ''}>
            {t('monitor:act.settle')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
