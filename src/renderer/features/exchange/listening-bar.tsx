/** Does the desk wait for a phone? In words, with what it does by itself when one asks. */
import { Button, Switch } from '@mantine/core';
import {
  IconBolt,
  IconDeviceMobile,
  IconDeviceMobileCheck,
  IconDeviceMobileOff,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeskState } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useAmounts } from './amounts.ts';
import { Countdown, useRemaining } from './countdown.tsx';
import classes from './listening-bar.module.css';

export function ListeningBar({ desk }: { readonly desk: DeskState }) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const queryClient = useQueryClient();
  const amounts = useAmounts();
  const format = useShopFormat();
  const heard = (state: DeskState) => queryClient.setQueryData(api.exchange.state.queryKey(), state);
  const listen = useMutation({
    mutationFn: (on: boolean) => (on ? client.exchange.startListening() : client.exchange.stopListening()),
    onSuccess: heard,
  });
  const auto = useMutation({
    mutationFn: (isOn: boolean) => client.exchange.setAutoConfirm({ isOn }),
    onSuccess: heard,
  });
  const pair = useMutation({ mutationFn: () => client.exchange.pair() });
  const { isListening, autoConfirm, lastPolledAt, pairing, pairedWith } = desk;
  const limit = amounts.dollars(autoConfirm.maxMinor);
  const error = listen.error ?? auto.error ?? pair.error;
  const BarIcon = isListening ? IconDeviceMobile : IconDeviceMobileOff;
  return (
    <section className={classes.bar} data-on={isListening || undefined} aria-label={t('exchange:listen.label')}>
      <div className={classes.line}>
        <BarIcon className={classes.icon} size={24} aria-hidden />
        <p className={classes.words}>
          <strong>{t(isListening ? 'exchange:listen.on' : 'exchange:listen.off')}</strong>
          <small>
            {!isListening
              ? t('exchange:listen.off_text')
              : lastPolledAt === undefined
                ? t('exchange:listen.never')
                : t('exchange:listen.polled', { time: format.timeWithSeconds(lastPolledAt) })}
          </small>
          <output className={classes.paired}>
            {pairedWith === undefined ? null : (
              <>
                <IconDeviceMobileCheck size={16} aria-hidden />
                {t('exchange:pair.with', { name: pairedWith.name })}
              </>
            )}
          </output>
        </p>
        <Switch
          size="md"
          checked={autoConfirm.isOn}
          disabled={auto.isPending}
          onChange={(event) => auto.mutate(event.currentTarget.checked)}
          label={
            autoConfirm.isOn ? (
              <StatusTag tone="warn" icon={IconBolt}>
                {t('exchange:auto.label', { limit })}
              </StatusTag>
            ) : (
              t('exchange:auto.label', { limit })
            )
          }
        />
        <Button variant="default" loading={pair.isPending} onClick={() => pair.mutate()}>
          {t('exchange:pair.get')}
        </Button>
        <Button
          className={classes.toggle ?? ''}
          variant={isListening ? 'default' : 'filled'}
          loading={listen.isPending}
          leftSection={
            isListening ? <IconPlayerStop size={20} aria-hidden /> : <IconPlayerPlay size={20} aria-hidden />
          }
          onClick={() => listen.mutate(!isListening)}
        >
          {t(isListening ? 'exchange:listen.stop' : 'exchange:listen.start')}
        </Button>
      </div>
      {error ? <ErrorLine error={error} /> : null}
      {pairing === undefined ? null : <PairingCode pairing={pairing} clockOffsetMs={desk.clockOffsetMs} />}
    </section>
  );
}

function PairingCode({
  pairing: { code, expiresAt },
  clockOffsetMs,
}: {
  readonly pairing: NonNullable<DeskState['pairing']>;
  readonly clockOffsetMs: number;
}) {
  const t = useText();
  const leftMs = useRemaining(expiresAt, clockOffsetMs);
  if (leftMs === 0) return null;
  return (
    <p className={classes.pairing}>
      <span>{t('exchange:pair.words')}</span>
      <strong className={classes.code} data-testid="pairing-code">
        {code}
      </strong>
      <Countdown label={t('exchange:pair.left')} leftMs={leftMs} />
    </p>
  );
}
