/** Where a register stands: its address, tried before it is kept. */
import { Button, TextInput } from '@mantine/core';
import { IconLock, IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ConnectionResult } from './connection-result.tsx';
import { fieldText } from './field-text.ts';
import classes from './form.module.css';
import { faultOf, readHost, readPort, valueOf } from './registers.rules.ts';

const USUAL_PORT = '5555';

export function AddressForm({ settings }: { readonly settings: RegisterSettings }) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const approved = useApproved();
  const [ip, setIp] = useState(settings.address?.ip ?? '');
  const [port, setPort] = useState(String(settings.address?.port ?? USUAL_PORT));
  /** Faults are said once a person asked for something, not while they type. */
  const [isJudged, setIsJudged] = useState(false);
  const check = useMutation(api.registers.check.mutationOptions());
  const save = useMutation({
    mutationFn: (next: KktAddress | null) =>
      approved((approvalId) => client.registers.setAddress({ id: settings.id, address: next, approvalId })),
  });
  const [host, portRead] = [readHost(ip), readPort(port)];
  const address = readAddress(valueOf(host), valueOf(portRead));
  const isByPolicy = settings.addressFrom === 'policy';
  const isChanged = ip.trim() !== settings.address?.ip || Number(port) !== settings.address.port;

  const tryIt = (event: FormEvent) => {
    event.preventDefault();
    setIsJudged(true);
    save.reset();
    if (address) check.mutate(address);
  };
  const keep = () => {
    setIsJudged(true);
    if (address) save.mutate(address);
  };
  const type = (set: (value: string) => void) => (event: { readonly currentTarget: { readonly value: string } }) => {
    set(event.currentTarget.value);
    setIsJudged(false);
    check.reset();
    save.reset();
  };
  return (
    <form className={classes.form} onSubmit={tryIt} noValidate>
      <h2 className={classes.title}>{t('desk:register.connection')}</h2>
      {isByPolicy ? (
        <Notice tone="plain" icon={IconLock}>
          {t('desk:register.by_policy')}
        </Notice>
      ) : settings.addressFrom === 'server' ? (
        <p className={classes.text}>{t('desk:register.by_server')}</p>
      ) : null}
      <div className={classes.fields}>
        <TextInput
          label={t('desk:field.ip.label')}
          value={ip}
          readOnly={isByPolicy}
          autoComplete="off"
          spellCheck={false}
          error={isJudged ? fieldText(t, faultOf(host), ip) : undefined}
          onChange={type(setIp)}
        />
        <TextInput
          label={t('desk:field.port.label')}
          value={port}
          readOnly={isByPolicy}
          inputMode="numeric"
          autoComplete="off"
          error={isJudged ? fieldText(t, faultOf(portRead), port) : undefined}
          onChange={type(setPort)}
        />
      </div>
      {check.variables ? (
        <ConnectionResult
          address={check.variables}
          isPending={check.isPending}
          error={check.error}
          found={check.data}
        />
      ) : null}
      {save.isError ? <ErrorLine error={save.error} /> : null}
      <div className={classes.buttons}>
        <Button
          type="submit"
          variant={isChanged && check.isSuccess ? 'default' : 'filled'}
          leftSection={<IconPlugConnected size={20} aria-hidden />}
          disabled={check.isPending}
        >
          {t('desk:check.action')}
        </Button>
        {isByPolicy ? null : (
          <Button
            variant={isChanged && check.isSuccess ? 'filled' : 'default'}
            disabled={!isChanged}
            loading={save.isPending}
            onClick={keep}
          >
            {t('desk:register.save')}
          </Button>
        )}
        {settings.addressFrom === 'device' ? (
          <Button variant="subtle" color="gray" disabled={save.isPending} onClick={() => save.mutate(null)}>
            {t('desk:register.leave_to_server')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

const readAddress = (ip: string | undefined, port: number | undefined) =>
  ip === undefined || port === undefined ? undefined : { ip, port };
