/** Where a register's tasks come from: a server and the agent token of that register. The token tells whose it is first. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconCircleCheckFilled, IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { toFault } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { fieldText } from './field-text.ts';
import classes from './form.module.css';
import { faultOf, readServerUrl, readToken, valueOf } from './registers.rules.ts';

export function AgentForm({
  settings,
  serverUrl,
  onSaved,
  onCancel,
}: {
  /** Absent when a register is added. */
  readonly settings?: RegisterSettings;
  readonly serverUrl: string | undefined;
  readonly onSaved?: (settings: RegisterSettings) => void;
  readonly onCancel?: () => void;
}) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const approved = useApproved();
  const [url, setUrl] = useState(serverUrl ?? '');
  const [token, setToken] = useState('');
  const [isJudged, setIsJudged] = useState(false);
  const check = useMutation(api.registers.checkAgent.mutationOptions());
  const save = useMutation({
    mutationFn: (agent: { readonly serverUrl: string; readonly token: string; readonly name: string }) =>
      approved((approvalId) => client.registers.setAgent({ ...agent, approvalId })),
    onSuccess: (saved) => {
      setToken('');
      check.reset();
      onSaved?.(saved);
    },
  });
  const [server, secret] = [readServerUrl(url), readToken(token)];
  const isAdding = settings === undefined;
  const input = inputOf(valueOf(server), valueOf(secret));

  const tryIt = (event: FormEvent) => {
    event.preventDefault();
    setIsJudged(true);
    save.reset();
    if (input) check.mutate(input);
  };
  const keep = () => {
    if (input && check.data) save.mutate({ ...input, name: check.data.name });
  };
  const type = (set: (value: string) => void) => (event: { readonly currentTarget: { readonly value: string } }) => {
    set(event.currentTarget.value);
    setIsJudged(false);
    check.reset();
    save.reset();
  };
  const isRefused = check.error !== null && toFault(check.error).code === 'auth.unauthorized';
  return (
    <form className={classes.form} onSubmit={tryIt} noValidate>
      <h2 className={classes.title}>{isAdding ? t('desk:register.add_title') : t('desk:register.agent')}</h2>
      <p className={classes.text}>
        {isAdding
          ? t('desk:register.add_text')
          : settings.hasToken
            ? t('desk:register.agent_own')
            : t('desk:register.agent_device')}
      </p>
      <div className={classes.halves}>
        <TextInput
          label={t('desk:field.url.label')}
          value={url}
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          error={isJudged ? fieldText(t, faultOf(server), url) : undefined}
          onChange={type(setUrl)}
          data-autofocus={isAdding || undefined}
        />
        <PasswordInput
          label={t('desk:field.token.label')}
          placeholder={settings?.hasToken ? t('desk:field.token.kept') : undefined}
          value={token}
          autoComplete="off"
          error={
            isJudged
              ? (fieldText(t, faultOf(secret), token) ?? (isRefused ? t('desk:field.token.unknown') : undefined))
              : undefined
          }
          visibilityToggleButtonProps={{ 'aria-label': t('desk:field.token.show') }}
          onChange={type(setToken)}
        />
      </div>
      {check.data ? (
        <Notice tone="good" icon={IconCircleCheckFilled}>
          {t('desk:register.whose', { name: check.data.name, id: check.data.fiscalDeviceId })}
          {check.data.kkt
            ? ` • ${t('desk:register.whose_at', { at: `${check.data.kkt.ip}:${check.data.kkt.port}` })}`
            : null}
        </Notice>
      ) : null}
      {check.isError && !isRefused ? <ErrorLine error={check.error} /> : null}
      {save.isError ? <ErrorLine error={save.error} /> : null}
      <div className={classes.buttons}>
        <Button
          type="submit"
          variant="default"
          loading={check.isPending}
          leftSection={<IconKey size={20} aria-hidden />}
        >
          {t('desk:register.check_token')}
        </Button>
        {check.data ? (
          <Button loading={save.isPending} onClick={keep}>
            {isAdding ? t('desk:register.add_confirm') : t('desk:register.save')}
          </Button>
        ) : null}
        {onCancel ? (
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('desk:register.cancel')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

const inputOf = (serverUrl: string | undefined, token: string | undefined) =>
  serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
