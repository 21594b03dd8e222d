/** One case: what it is, why it was not taken or what it contradicts, both sides as they were found, and the way to close it. */
import { Button, Textarea } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { HqSyncCase } from '#shared/hq/sync.api.ts';
import { useFormat } from '../../app/format.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { anomalyText } from '../../ui/anomaly-text.ts';
import { sentenceOf } from '../../ui/change-words.tsx';
import { DetailsDrawer, Meaning } from '../../ui/details-drawer.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { FactList, type Facts } from '../../ui/facts.tsx';
import classes from './case-drawer.module.css';
import { useSettle } from './sync.queries.ts';

/** The shortest note that the server takes. */
const NOTE_MIN = 3;

export const reasonOf = (t: Text, { kind, code, anomaly }: HqSyncCase): string => {
  if (anomaly !== undefined) return anomalyText(t, anomaly);
  if (kind === 'parked') return t('sync:letters.parked_text');
  return code === undefined ? t('sync:letters.refused_text') : t(`errors:${code}`);
};

export function CaseDrawer({
  found,
  timeZone,
  onClose,
}: {
  readonly found: HqSyncCase;
  readonly timeZone: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { change, details, settled, read } = found;
  const what = change ? sentenceOf(t, change) : t(`sync:hq.kind.${found.kind}`);
  const facts: Facts = [
    [t('sync:hq.details.device'), found.deviceName],
    [t('sync:hq.details.number'), format.number(found.mid)],
    [t('sync:hq.details.at'), format.dateTime(found.at)],
    [t('sync:hq.details.order'), change?.subject],
    [t('sync:hq.details.sum'), change?.amountMinor === undefined ? undefined : format.money(change.amountMinor)],
    [t('sync:hq.details.by'), change?.by],
    [
      t(read?.isRetried === true ? 'sync:hq.details.retried' : 'sync:hq.details.read'),
      read && `${read.by}, ${format.dateTime(read.at)}`,
    ],
  ];
  return (
    <DetailsDrawer title={t('sync:hq.details.title', { what, device: found.deviceName })} onClose={onClose}>
      <Meaning tone="warn">{reasonOf(t, found)}</Meaning>
      {settled ? (
        <div className={classes.settled}>
          <strong>{t('sync:hq.settle.done', { name: settled.by, time: format.dateTime(settled.at) })}</strong>
          <p>{settled.note}</p>
        </div>
      ) : (
        <Settle id={found.id} onClose={onClose} />
      )}
      <section>
        <h3>{t('sync:hq.details.facts')}</h3>
        <FactList facts={facts} />
      </section>
      {found.message === undefined ? null : (
        <section>
          <h3>{t('sync:hq.details.server_words')}</h3>
          <p lang="en">
            <bdi>{found.message}</bdi>
          </p>
        </section>
      )}
      {details ? <Code title={t('sync:hq.details.sides')} value={details} /> : null}
      {found.body === undefined ? null : (
        <Code title={t('sync:hq.details.body')} value={JSON.parse(found.body) as unknown} />
      )}
    </DetailsDrawer>
  );
}

function Code({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {/* A long text scrolls, and a keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.code} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}

function Settle({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useText();
  const settle = useSettle();
  const [note, setNote] = useState('');
  const [touched, setTouched] = useState(false);
  const isWrong = note.trim().length < NOTE_MIN;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (isWrong || settle.isPending) return;
    settle.mutate({ id, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      <Textarea
        size="md"
        autosize
        minRows={2}
        maxRows={6}
        label={t('sync:hq.settle.note')}
        description={t('sync:hq.settle.hint')}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        error={touched && isWrong ? t('sync:hq.settle.wrong') : undefined}
        data-autofocus
      />
      {settle.isError ? <ErrorLine error={settle.error} /> : null}
      <Button type="submit" leftSection={<IconCheck size={20} aria-hidden />} loading={settle.isPending}>
        {t('sync:hq.settle.act')}
      </Button>
    </form>
  );
}
