import { Button } from '@mantine/core';
import { IconBolt, IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Flow } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';

/** The screen went dark under a guest who had paid. Nothing of theirs is shown before a touch says that it is still them. */
export function ResumeScreen({
  flow: { guest, isServed },
  onLeave,
}: {
  readonly flow: Extract<Flow, { step: 'resume' }>;
  readonly onLeave: () => void;
}) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const giveBack = useMutation({
    ...api.payments.giveBack.mutationOptions(),
    onSuccess: ({ id }) => move({ kind: 'gave_back', intentId: id }),
  });
  return (
    <Frame
      title={t('kiosk:resume.title')}
      lead={t(isServed ? 'kiosk:resume.served' : 'kiosk:resume.owed')}
      actions={
        <>
          {isServed ? (
            <Button variant="default" onClick={onLeave}>
              {t('kiosk:idle.leave')}
            </Button>
          ) : (
            <Button
              variant="default"
              loading={giveBack.isPending}
              onClick={() => giveBack.mutate({ visitId: guest.visitId })}
            >
              {t('checks:failed.give_back')}
            </Button>
          )}
          <Button onClick={() => move({ kind: 'continued' })}>{t('kiosk:resume.go_on')}</Button>
        </>
      }
    >
      {giveBack.isError ? <GuestFault error={giveBack.error} /> : null}
      <Scene>
        <StatePanel
          icon={isServed ? IconCircleCheck : IconBolt}
          tone={isServed ? 'good' : 'warn'}
          title={t(`kiosk:kind.${guest.kind}.name`)}
          text={t('kiosk:resume.paid')}
        />
      </Scene>
    </Frame>
  );
}
