import { IconAlertTriangle, IconClockPause, IconCloudOff } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNow } from '../../app/clock.tsx';
import { toFault } from '../../app/error-text.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { DigitPad } from '../../features/kiosk-payment/digit-pad.tsx';
import { readRefusal } from '../../features/kiosk-payment/refusal.rules.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';

const CODE_LENGTH = 4;

/** By four digits that an attendant gave out. */
export function PayCode({
  guest,
  onBusy,
  onBack,
}: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  const api = useApi();
  const now = useNow(500);
  const move = useKiosk((state) => state.move);
  const pay = useMutation({
    ...api.payments.payByCode.mutationOptions(),
    onSuccess: ({ orderId }) => {
      if (orderId !== undefined) move({ kind: 'paid', orderId });
    },
  });
  useEffect(() => {
    onBusy(pay.isPending);
    return () => onBusy(false);
  }, [pay.isPending, onBusy]);

  const refusal = pay.error ? readRefusal(toFault(pay.error)) : undefined;
  const lockedMs = refusal?.kind === 'locked' && refusal.until !== undefined ? refusal.until - now : 0;
  const isLocked = refusal?.kind === 'locked' && (refusal.until === undefined || lockedMs > 0);
  const message = () => {
    if (pay.isPending) return <LoadingState label={t('kiosk:pay.code.checking')} />;
    switch (refusal?.kind) {
      case undefined:
        return null;
      case 'wrong':
        return (
          <Notice tone="bad" icon={IconAlertTriangle} role="alert">
            {refusal.left === undefined || refusal.left === 0
              ? t('kiosk:pay.code.wrong')
              : t('kiosk:pay.code.wrong_left', { count: refusal.left })}
          </Notice>
        );
      case 'used':
        return (
          <Notice tone="bad" icon={IconAlertTriangle} role="alert">
            {t('kiosk:pay.code.used')}
          </Notice>
        );
      case 'needs_connection':
        return (
          <Notice tone="warn" icon={IconCloudOff} role="alert">
            {t('kiosk:pay.code.needs_connection')}
          </Notice>
        );
      case 'locked':
        return isLocked ? (
          <Notice tone="warn" icon={IconClockPause} role="alert">
            {t('kiosk:pay.code.locked', { time: countdown(Math.max(0, lockedMs)) })}
          </Notice>
        ) : null;
      case 'other':
        return <GuestFault error={pay.error} />;
    }
  };
  return (
    <Frame
      step="pay"
      onBack={pay.isPending ? undefined : onBack}
      title={t('kiosk:pay.code.title')}
      lead={t('kiosk:pay.code.lead')}
    >
      <DigitPad
        least={CODE_LENGTH}
        most={CODE_LENGTH}
        disabled={pay.isPending || pay.isSuccess || isLocked}
        wrong={refusal?.kind === 'wrong' || refusal?.kind === 'used'}
        message={message()}
        onType={pay.reset}
        onSubmit={(code) => pay.mutate({ visitId: guest.visitId, code })}
      />
    </Frame>
  );
}
