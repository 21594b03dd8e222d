import { Button } from '@mantine/core';
import { IconClockX, IconCreditCardOff, IconX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toFault } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { type AtHand, MeansList } from '../../features/kiosk-payment/means-list.tsx';
import { PayPanel } from '../../features/kiosk-payment/pay-panel.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { AskDialog } from '../ask-dialog.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';
import { useComingMoney } from '../use-coming-money.ts';

/**
 * By the bank's code.
 *
 * @param onBusy tells whether money is being waited for: then nobody may be sent away.
 * @param others what else can be paid by; the code is given up before another is chosen.
 */
export function PayBank({
  guest,
  others,
  onBusy,
  onOther,
}: {
  readonly guest: Guest;
  readonly others: readonly AtHand[];
  readonly onBusy: (busy: boolean) => void;
  readonly onOther: (means: AtHand) => void;
}) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const move = useKiosk((state) => state.move);
  const [asking, setAsking] = useState(false);
  const [wanted, setWanted] = useState<AtHand>();
  const info = useQuery(api.device.info.queryOptions());
  const { intent, state, isBeginning, error, again, refetch } = useComingMoney(
    guest.visitId,
    (visit) => client.payments.createIntent(visit),
    onBusy,
  );
  const cancel = useMutation({
    ...api.payments.cancelIntent.mutationOptions(),
    onSuccess: () => (wanted === undefined ? move({ kind: 'payment_left' }) : onOther(wanted)),
    // The money was faster than the finger: the intent says so as soon as it is read again.
    onError: (fault) => {
      setAsking(false);
      setWanted(undefined);
      if (toFault(fault).code === 'payments.already_confirmed') refetch();
    },
  });

  const leave = () => move({ kind: 'payment_left' });
  const choose = (means: AtHand) => {
    if (state?.kind !== 'waiting' || intent === undefined) return onOther(means);
    setWanted(means);
    cancel.mutate({ id: intent.id });
  };
  const otherMeans = (look: 'cards' | 'line') => (
    <MeansList means={others} look={look} busy={cancel.isPending} onChoose={choose} />
  );
  if (state?.kind === 'over') {
    const expired = state.why === 'expired';
    return (
      <Frame
        step="pay"
        title={t(`kiosk:pay.over.${state.why}.title`)}
        lead={t(`kiosk:pay.over.${state.why}.text`)}
        actions={
          <>
            <Button variant="default" onClick={leave}>
              {t('common:action.back')}
            </Button>
            <Button loading={isBeginning} onClick={again}>
              {t('kiosk:pay.again')}
            </Button>
          </>
        }
      >
        {otherMeans('line')}
        <Scene>
          <StatePanel
            icon={expired ? IconClockX : IconCreditCardOff}
            tone="warn"
            title={t(`kiosk:pay.over.${state.why}.state`)}
          />
        </Scene>
      </Frame>
    );
  }
  if (error) {
    return (
      <Frame
        step="pay"
        onBack={leave}
        title={t('kiosk:pay.no_code')}
        actions={<Button onClick={again}>{t('common:action.retry')}</Button>}
      >
        <GuestFault error={error} />
        {otherMeans('cards')}
      </Frame>
    );
  }
  return (
    <Frame
      step="pay"
      title={t('kiosk:pay.title')}
      actions={
        <Button
          variant="default"
          c="red"
          leftSection={<IconX aria-hidden stroke={1.75} />}
          onClick={() => setAsking(true)}
        >
          {t('kiosk:pay.cancel')}
        </Button>
      }
    >
      {cancel.isError && toFault(cancel.error).code !== 'payments.already_confirmed' ? (
        <GuestFault error={cancel.error} />
      ) : null}
      {intent?.qrData !== undefined && state?.kind === 'waiting' ? (
        <PayPanel
          intent={intent}
          leftMs={state.leftMs}
          name={t(`kiosk:kind.${guest.kind}.name`)}
          isTest={info.data?.environment === 'DEV'}
        >
          {otherMeans('line')}
        </PayPanel>
      ) : (
        <LoadingState label={t('kiosk:pay.preparing')} />
      )}
      <AskDialog
        opened={asking}
        title={t('kiosk:pay.ask.title')}
        text={t('kiosk:pay.ask.text')}
        keep={t('kiosk:pay.ask.keep')}
        onKeep={() => setAsking(false)}
        drop={t('kiosk:pay.ask.drop')}
        dropping={cancel.isPending}
        onDrop={() => intent && cancel.mutate({ id: intent.id })}
      />
    </Frame>
  );
}
