import { Button } from '@mantine/core';
import { IconCashBanknoteMoveBack, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { useClock, useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { Money } from '../../ui/money.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { Scene } from '../scene.tsx';

/** Long enough to read where the money goes, short enough not to keep the next guest. */
const SHOWN_MS = 30_000;

/** The service could not be given: its money goes back, whether the guest waits for the end of that or not. */
export function ReturnedScreen({ intentId, onDone }: { readonly intentId: string; readonly onDone: () => void }) {
  const t = useText();
  const api = useApi();
  const clock = useClock();
  const [since] = useState(clock);
  const left = SHOWN_MS - (useNow(250) - since);
  const over = left <= 0;
  useEffect(() => {
    if (over) onDone();
  }, [over, onDone]);
  const { data: intent } = useQuery({
    ...api.payments.intent.queryOptions({ input: { id: intentId } }),
    refetchInterval: 2000,
  });
  const isBack = intent?.status === 'refunded';
  const by = returnedBy(intent?.provider);
  return (
    <Frame
      title={t(by === 'bank' && !isBack ? 'kiosk:returned.going' : `kiosk:returned.${by}.title`)}
      lead={t(`kiosk:returned.${by}.text`)}
      actions={<Button onClick={onDone}>{t('kiosk:thanks.done')}</Button>}
      footnote={t('kiosk:thanks.clears', { count: Math.max(0, Math.ceil(left / 1000)) })}
    >
      <Scene>
        {by === 'code' ? (
          <StatePanel icon={IconCircleCheck} tone="good" title={t('kiosk:returned.code.sent')} />
        ) : (
          <StatePanel
            icon={isBack ? IconCircleCheck : IconCashBanknoteMoveBack}
            tone="good"
            title={intent ? <Money minor={intent.amountMinor} currency={intent.currency} /> : null}
            text={t(by === 'bank' && !isBack ? 'kiosk:returned.sending' : `kiosk:returned.${by}.sent`)}
          />
        )}
      </Scene>
    </Frame>
  );
}

/** Whoever took the money gives it back; a code opens another round. */
const returnedBy = (provider: PaymentIntent['provider'] | undefined): 'bank' | 'desk' | 'code' =>
  provider === 'code' ? 'code' : provider === 'cashdesk' ? 'desk' : 'bank';
