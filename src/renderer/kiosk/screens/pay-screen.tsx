import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { type AtHand, MeansList } from '../../features/kiosk-payment/means-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from '../frame.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { PayBank } from './pay-bank.tsx';
import { PayCode } from './pay-code.tsx';
import { PayDesk } from './pay-desk.tsx';

/**
 * Paying: by the bank's code at once where the bank can be reached, else by what works without it. Only what works is
 * offered.
 *
 * @param onBusy tells whether money is being waited for: then nobody may be sent away.
 */
export function PayScreen({ guest, onBusy }: { readonly guest: Guest; readonly onBusy: (busy: boolean) => void }) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const means = useQuery({ ...api.payments.means.queryOptions(), staleTime: 0 });
  const [chosen, setChosen] = useState<'bank' | AtHand>();

  if (means.isPending) {
    return (
      <Frame step="pay" title={t('kiosk:pay.choice.title')}>
        <LoadingState />
      </Frame>
    );
  }
  const { bank = true, desk = [], code = false } = means.data ?? {};
  const others: AtHand[] = [...(desk.length > 0 ? ['desk' as const] : []), ...(code ? ['code' as const] : [])];
  const back = () => {
    setChosen(undefined);
    void means.refetch();
  };
  // With nothing else at hand the bank is tried: its own screen says what is wrong, and tries again.
  switch (chosen ?? (bank || others.length === 0 ? 'bank' : 'choice')) {
    case 'bank':
      return <PayBank guest={guest} others={others} onBusy={onBusy} onOther={setChosen} />;
    case 'code':
      return <PayCode guest={guest} onBusy={onBusy} onBack={back} />;
    case 'desk':
      return <PayDesk guest={guest} attendants={desk} onBusy={onBusy} onBack={back} />;
    case 'choice':
      return (
        <Frame
          step="pay"
          onBack={() => move({ kind: 'payment_left' })}
          title={t('kiosk:pay.choice.title')}
          actions={
            <Button variant="default" loading={means.isFetching} onClick={() => void means.refetch()}>
              {t('common:action.retry')}
            </Button>
          }
        >
          <Notice tone="warn" icon={IconCloudOff}>
            {t('kiosk:pay.choice.bank_off')}
          </Notice>
          <MeansList means={others} look="cards" onChoose={setChosen} />
        </Frame>
      );
  }
}
