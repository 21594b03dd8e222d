import { Button } from '@mantine/core';
import { IconHelpCircle, IconShieldCheck } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { ServiceCard } from '../../features/visits/service-card.tsx';
import { useServices } from '../../features/visits/use-services.ts';
import { useStartVisit } from '../../features/visits/visits.queries.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import { useKiosk } from '../kiosk.store.ts';
import classes from './service-screen.module.css';

export function ServiceScreen({ onHelp }: { readonly onHelp: () => void }) {
  const t = useText();
  const move = useKiosk((state) => state.move);
  const { services, isPending, error } = useServices();
  const start = useStartVisit();
  return (
    <Frame
      step="service"
      onBack={() => move({ kind: 'back' })}
      title={t('kiosk:service.title')}
      lead={t('kiosk:service.lead')}
      actions={
        <Button variant="default" leftSection={<IconHelpCircle aria-hidden stroke={1.75} />} onClick={onHelp}>
          {t('kiosk:help.open')}
        </Button>
      }
      footnote={
        <>
          <IconShieldCheck aria-hidden stroke={1.75} />
          {t('kiosk:service.privacy')}
        </>
      }
    >
      {start.isError ? <GuestFault error={start.error} /> : null}
      {error ? <GuestFault error={error} /> : null}
      {isPending ? <LoadingState /> : null}
      <div className={classes.services}>
        {services.map((service) => (
          <ServiceCard
            key={service.kind}
            service={service}
            busy={start.isPending}
            onChoose={() =>
              start.mutate(service.kind, {
                onSuccess: ({ id, kind }) => move({ kind: 'started', visitId: id, service: kind }),
              })
            }
          />
        ))}
      </div>
    </Frame>
  );
}
