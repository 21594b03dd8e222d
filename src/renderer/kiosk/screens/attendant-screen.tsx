/** The service menu: a PIN first, then what works, what can be tried, who is being served, and what the log says. */
import { Button, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import { useChangeLanguage, useText } from '../../app/i18n/i18n.ts';
import { savedLanguage } from '../../app/i18n/staff-language.ts';
import { useApi, useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import classes from '../../features/attendant/attendant.module.css';
import { Capabilities } from '../../features/attendant/capabilities.tsx';
import { Instruments } from '../../features/attendant/instruments.tsx';
import { LastEvents } from '../../features/attendant/last-events.tsx';
import { PinEntry } from '../../features/staff/pin-entry.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FactList } from '../../ui/facts.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Frame } from '../frame.tsx';
import { SyncLine } from '../sync-line.tsx';
import { useIdle } from '../use-idle.ts';
import own from './attendant-screen.module.css';
import { LeaveCard } from './leave-card.tsx';

type Member = NonNullable<StaffSession['member']>;

/** Somebody with a screwdriver looks away for longer than a guest does. */
const LEFT_OPEN_MS = 120_000;

export function AttendantScreen({ info, onClose }: { readonly info: DeviceInfo; readonly onClose: () => void }) {
  const client = useDeviceClient();
  const change = useChangeLanguage();
  const [member, setMember] = useState<Member>();
  useIdle(true, onClose, LEFT_OPEN_MS);
  useEffect(() => {
    void change(savedLanguage());
    // However the screen goes, nobody stays signed in at it.
    return () => void client.attendant.close().catch(() => undefined);
  }, [change, client]);
  return member ? (
    <Menu member={member} info={info} onClose={onClose} />
  ) : (
    <Entrance onOpen={setMember} onClose={onClose} />
  );
}

function Entrance({
  onOpen,
  onClose,
}: {
  readonly onOpen: (member: Member | undefined) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const staff = useQuery(api.attendant.staff.queryOptions());
  const [chosen, setChosen] = useState<Member>();
  const open = useMutation({
    ...api.attendant.open.mutationOptions(),
    onSuccess: (session) => onOpen(session.member),
  });
  const leave = (
    <Button variant="default" onClick={onClose}>
      {t('attendant:close')}
    </Button>
  );
  if (chosen) {
    return (
      <Frame title={<bdi>{chosen.name}</bdi>} lead={t('attendant:pin')} onBack={() => setChosen(undefined)}>
        <div className={own.pin}>
          <PinEntry
            error={open.error}
            isPending={open.isPending}
            action={t('attendant:open')}
            onSubmit={(pin) => open.mutateAsync({ memberId: chosen.id, pin })}
            onType={open.reset}
          />
        </div>
      </Frame>
    );
  }
  return (
    <Frame title={t('attendant:title')} lead={t('attendant:who')} actions={leave}>
      {staff.isPending ? <LoadingState /> : null}
      {staff.isError ? <ErrorState error={staff.error} onRetry={() => void staff.refetch()} /> : null}
      {staff.data?.length === 0 ? <p>{t('attendant:nobody')}</p> : null}
      <div className={own.people}>
        {(staff.data ?? []).map((one) => (
          <UnstyledButton key={one.id} className={own.person} onClick={() => setChosen(one)}>
            <bdi>{one.name}</bdi>
          </UnstyledButton>
        ))}
      </div>
    </Frame>
  );
}

function Menu({
  member,
  info,
  onClose,
}: {
  readonly member: Member;
  readonly info: DeviceInfo;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const queryClient = useQueryClient();
  const state = useQuery({ ...api.attendant.state.queryOptions(), refetchOnMount: 'always' });
  const register = useQuery(api.fiscal.register.queryOptions());
  const take = {
    onSuccess: (next: NonNullable<typeof state.data>) => queryClient.setQueryData(api.attendant.state.queryKey(), next),
  };
  const change = useMutation({ ...api.attendant.switch.mutationOptions(), ...take });
  const endVisit = useMutation({ ...api.attendant.endVisit.mutationOptions(), ...take });
  const error = state.error ?? change.error ?? endVisit.error;
  const { visit } = state.data ?? {};
  return (
    <Frame
      title={t('attendant:title')}
      lead={<bdi>{member.name}</bdi>}
      actions={<Button onClick={onClose}>{t('attendant:close')}</Button>}
    >
      {error ? <ErrorState error={error} onRetry={() => void state.refetch()} /> : null}
      {state.data === undefined ? (
        <LoadingState />
      ) : (
        <ScrollRegion className={own.menu} label={t('attendant:title')}>
          <Capabilities
            list={state.data.capabilities}
            busy={change.isPending}
            onSwitch={(capability, isOff) => change.mutate({ capability, isOff })}
          />
          <Instruments addresses={state.data.instruments} />
          <section className={classes.card} aria-labelledby="visit">
            <h2 id="visit" className={classes.heading}>
              {t('attendant:visit')}
            </h2>
            {visit === undefined ? (
              <p className={classes.quiet}>{t('attendant:no_visit')}</p>
            ) : (
              <div className={classes.row}>
                <span className={classes.name}>
                  {t(`kiosk:kind.${visit.kind}.name`)}
                  <span className={classes.address}>
                    <bdi>{visit.id}</bdi> • {format.time(visit.startedAt)} •{' '}
                    {t(visit.isPaid ? 'attendant:paid' : 'attendant:unpaid')}
                  </span>
                </span>
                <Button
                  size="sm"
                  variant="default"
                  c="red"
                  loading={endVisit.isPending}
                  onClick={() => endVisit.mutate({})}
                >
                  {t('attendant:end_visit')}
                </Button>
              </div>
            )}
          </section>
          <section className={classes.card} aria-labelledby="about">
            <h2 id="about" className={classes.heading}>
              {t('attendant:about')}
            </h2>
            <FactList
              className={own.facts}
              facts={[
                [t('attendant:device'), [info.shop?.name, info.device?.name].filter(Boolean).join(' • ')],
                [t('attendant:version'), `${state.data.version} • ${state.data.platform} • ${info.environment}`],
                [t('attendant:register'), register.data && t(`attendant:register_state.${register.data.state}`)],
              ]}
            />
            <SyncLine />
          </section>
          <LastEvents />
          {state.data.mayLeave ? <LeaveCard isServing={visit !== undefined} /> : null}
        </ScrollRegion>
      )}
    </Frame>
  );
}
