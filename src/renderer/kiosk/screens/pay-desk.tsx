import { Button, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCash, IconClockPause, IconClockX, IconCreditCard } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Means } from '#shared/rpc/payments.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { toFault } from '../../app/error-text.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { DeskTicket } from '../../features/kiosk-payment/desk-ticket.tsx';
import { DigitPad } from '../../features/kiosk-payment/digit-pad.tsx';
import { readRefusal } from '../../features/kiosk-payment/refusal.rules.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';
import { useComingMoney } from '../use-coming-money.ts';
import own from './pay-desk.module.css';

type Attendant = Means['desk'][number];
type Tender = 'cash' | 'card';

/** To the attendant: a number to name, and the attendant's own word that the money is there. */
export function PayDesk({
  guest,
  attendants,
  onBusy,
  onBack,
}: {
  readonly guest: Guest;
  readonly attendants: readonly Attendant[];
  readonly onBusy: (busy: boolean) => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const [confirming, setConfirming] = useState(false);
  const { intent, state, isBeginning, error, again } = useComingMoney(
    guest.visitId,
    (visit) => client.payments.payAtDesk(visit),
    onBusy,
  );
  const order = useQuery({
    ...api.orders.get.queryOptions({ input: { id: intent?.orderId ?? '' } }),
    enabled: intent?.orderId !== undefined,
  });

  const leave = () => {
    // Money that was faster shows itself on the next screen, which begins with what the visit has.
    if (intent)
      client.payments
        .cancelIntent({ id: intent.id })
        .catch(() => undefined)
        .finally(onBack);
    else onBack();
  };
  const name = t(`kiosk:kind.${guest.kind}.name`);
  if (error) {
    return (
      <Frame
        step="pay"
        onBack={leave}
        title={t('kiosk:pay.desk.title')}
        actions={<Button onClick={again}>{t('common:action.retry')}</Button>}
      >
        <GuestFault error={error} />
      </Frame>
    );
  }
  if (state?.kind === 'over') {
    return (
      <Frame
        step="pay"
        title={t('kiosk:pay.desk.over')}
        actions={
          <>
            <Button variant="default" onClick={onBack}>
              {t('common:action.back')}
            </Button>
            <Button loading={isBeginning} onClick={again}>
              {t('kiosk:pay.desk.again')}
            </Button>
          </>
        }
      >
        <Scene>
          <StatePanel icon={IconClockX} tone="warn" title={t('kiosk:pay.over.expired.state')} />
        </Scene>
      </Frame>
    );
  }
  if (confirming && intent) {
    return <Confirm intentId={intent.id} attendants={attendants} onBack={() => setConfirming(false)} />;
  }
  return (
    <Frame
      step="pay"
      onBack={leave}
      title={t('kiosk:pay.desk.title')}
      lead={t('kiosk:pay.desk.lead')}
      actions={
        <Button variant="default" disabled={state?.kind !== 'waiting'} onClick={() => setConfirming(true)}>
          {t('kiosk:pay.desk.taken')}
        </Button>
      }
    >
      {order.data && intent ? (
        <DeskTicket number={order.data.order.number} name={name} amountMinor={intent.amountMinor} />
      ) : (
        <LoadingState />
      )}
    </Frame>
  );
}

/** The attendant's part: who, what was taken, and the PIN. */
function Confirm({
  intentId,
  attendants,
  onBack,
}: {
  readonly intentId: string;
  readonly attendants: readonly Attendant[];
  readonly onBack: () => void;
}) {
  const t = useText();
  const api = useApi();
  const now = useNow(500);
  const move = useKiosk((state) => state.move);
  const [who, setWho] = useState(attendants.length === 1 ? attendants[0] : undefined);
  const [tender, setTender] = useState<Tender>('cash');
  const confirm = useMutation({
    ...api.payments.confirmAtDesk.mutationOptions(),
    onSuccess: ({ orderId }) => {
      if (orderId !== undefined) move({ kind: 'paid', orderId });
    },
  });
  if (who === undefined) {
    return (
      <Frame step="pay" onBack={onBack} title={t('kiosk:pay.desk.who')}>
        <div className={own.people}>
          {attendants.map((one) => (
            <UnstyledButton key={one.id} className={own.person} onClick={() => setWho(one)}>
              <bdi>{one.name}</bdi>
            </UnstyledButton>
          ))}
        </div>
      </Frame>
    );
  }
  const refusal = confirm.error ? readRefusal(toFault(confirm.error)) : undefined;
  const lockedMs = refusal?.kind === 'locked' ? (refusal.until ?? Number.POSITIVE_INFINITY) - now : 0;
  return (
    <Frame
      step="pay"
      onBack={attendants.length === 1 ? onBack : () => setWho(undefined)}
      title={<bdi>{who.name}</bdi>}
      lead={t('kiosk:pay.desk.pin')}
    >
      <fieldset className={own.tenders} aria-label={t('kiosk:pay.desk.tender')}>
        {(['cash', 'card'] as const).map((one) => (
          <UnstyledButton
            key={one}
            className={own.tender}
            aria-pressed={tender === one}
            disabled={confirm.isPending}
            onClick={() => setTender(one)}
          >
            {one === 'cash' ? <IconCash aria-hidden stroke={1.75} /> : <IconCreditCard aria-hidden stroke={1.75} />}
            {t(`kiosk:pay.desk.${one}`)}
          </UnstyledButton>
        ))}
      </fieldset>
      <DigitPad
        least={4}
        most={8}
        masked
        disabled={confirm.isPending || confirm.isSuccess || lockedMs > 0}
        wrong={refusal?.kind === 'wrong'}
        action={t('kiosk:pay.desk.confirm')}
        message={
          lockedMs > 0 && Number.isFinite(lockedMs) ? (
            <Notice tone="warn" icon={IconClockPause} role="alert">
              {t('kiosk:pay.code.locked', { time: countdown(lockedMs) })}
            </Notice>
          ) : refusal?.kind === 'wrong' ? (
            <Notice tone="bad" icon={IconAlertTriangle} role="alert">
              {t('kiosk:pay.desk.wrong_pin')}
            </Notice>
          ) : refusal?.kind === 'other' ? (
            <GuestFault error={confirm.error} />
          ) : null
        }
        onType={confirm.reset}
        onSubmit={(pin) => confirm.mutate({ id: intentId, memberId: who.id, pin, tender })}
      />
    </Frame>
  );
}
