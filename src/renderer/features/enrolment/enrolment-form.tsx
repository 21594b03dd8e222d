/** Binds a new device to its server by a one-time code. The same in every mode. */
import { Button, Text, TextInput, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { ProductMark } from '../../ui/product-mark.tsx';
import { ScreenKeyboard } from '../../ui/screen-keyboard.tsx';
import { type EnrolmentDraft, formatCode, readDraft } from './enrolment.rules.ts';
import classes from './enrolment-form.module.css';

export function EnrolmentForm({
  version,
  serverUrl = '',
  onScreenKeys = false,
}: {
  readonly version: string;
  readonly serverUrl?: string;
  /** For panels without a keyboard. */
  readonly onScreenKeys?: boolean;
}) {
  const t = useText();
  const api = useApi();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<EnrolmentDraft>({ serverUrl, code: '' });
  const [field, setField] = useState<keyof EnrolmentDraft>('serverUrl');
  const [touched, setTouched] = useState(false);
  const reading = readDraft(draft);
  const enrol = useMutation({
    ...api.device.enrol.mutationOptions(),
    // Everything the screen knew was about a device without a shop.
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const write = (text: string) => setDraft({ ...draft, [field]: field === 'code' ? formatCode(text) : text });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (reading.ok) enrol.mutate(reading.value);
  };
  const wrong = (field: keyof EnrolmentDraft) => touched && !reading.ok && reading.wrong.includes(field);
  return (
    <main className={classes.page} data-panel={onScreenKeys}>
      <form className={classes.card} onSubmit={submit} noValidate>
        <ProductMark />
        <div>
          <Title order={1}>{t('enrolment:title')}</Title>
          <Text c="dimmed">{t('enrolment:text')}</Text>
        </div>
        <TextInput
          label={t('enrolment:server')}
          description={t('enrolment:server_hint')}
          error={wrong('serverUrl') ? t('enrolment:server_wrong') : undefined}
          value={draft.serverUrl}
          onChange={(event) => setDraft({ ...draft, serverUrl: event.currentTarget.value })}
          onFocus={() => setField('serverUrl')}
          inputMode={onScreenKeys ? 'none' : 'url'}
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          data-autofocus
        />
        <TextInput
          label={t('enrolment:code')}
          description={t('enrolment:code_hint')}
          error={wrong('code') ? t('enrolment:code_wrong') : undefined}
          value={draft.code}
          onChange={(event) => setDraft({ ...draft, code: formatCode(event.currentTarget.value) })}
          classNames={{ input: classes.code ?? '' }}
          autoComplete="off"
          onFocus={() => setField('code')}
          inputMode={onScreenKeys ? 'none' : 'text'}
          autoCapitalize="characters"
          spellCheck={false}
          dir="ltr"
        />
        {enrol.isError ? <ErrorLine error={enrol.error} /> : null}
        <Button
          type="submit"
          size="lg"
          loading={enrol.isPending}
          leftSection={<IconPlugConnected size={20} aria-hidden />}
        >
          {t('enrolment:submit')}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          {t('enrolment:version', { version })}
        </Text>
      </form>
      {onScreenKeys ? (
        <div className={classes.keys}>
          <ScreenKeyboard
            layout="address"
            onType={(text) => write(draft[field] + text)}
            onErase={() => write(draft[field].slice(0, -1))}
          />
        </div>
      ) : null}
    </main>
  );
}
