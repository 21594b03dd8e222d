/** The fleet: what stands where, whether it is there now, and how to bring another one in. */
import { Button } from '@mantine/core';
import { IconCashRegister, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnrolmentCodeReply, HqDevice } from '#shared/hq/hq.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FleetList } from '../../ui/fleet-list.tsx';
import { ListEnd } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { CodeDialog } from './code-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { DeviceDrawer } from './device-drawer.tsx';
import { DeviceFilters } from './device-filters.tsx';
import { DeviceRow } from './device-row.tsx';
import { devicesQuery, type FleetFilter } from './devices.queries.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { WipeDialog } from './wipe-dialog.tsx';

type Open =
  | { readonly is: 'create' }
  | { readonly is: 'revoke' | 'wipe'; readonly device: HqDevice }
  | { readonly is: 'code'; readonly name: string; readonly deviceId: string; readonly issued?: EnrolmentCodeReply };

export function DevicesList({
  filter,
  timeZone,
  refetchInterval,
  onFilter,
}: {
  readonly filter: FleetFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onFilter: (filter: FleetFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const pages = useInfiniteQuery({ ...devicesQuery(hq, filter), refetchInterval });
  const devices = pages.data?.pages.flatMap((page) => page.devices) ?? [];
  const serverNow = pages.data?.pages.at(-1)?.serverNow ?? 0;
  const isFiltered = Object.keys(filter).length > 0;
  const [open, setOpen] = useState<Open>();
  const [cardOf, setCardOf] = useState<string>();
  const card = devices.find(({ id }) => id === cardOf);
  const close = () => setOpen(undefined);
  const add = (
    <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen({ is: 'create' })}>
      {t('hq:devices.add')}
    </Button>
  );
  return (
    <>
      {devices.length > 0 || isFiltered ? <DeviceFilters filter={filter} onFilter={onFilter} /> : null}
      {pages.isPending ? (
        <LoadingState />
      ) : pages.isError && !pages.data ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : devices.length === 0 && isFiltered ? (
        <NothingFound title={t('hq:devices.nothing')} clear={t('hq:orders.clear')} onClear={() => onFilter({})} />
      ) : devices.length === 0 ? (
        <EmptyState
          icon={IconCashRegister}
          title={t('hq:devices.empty')}
          text={t('hq:devices.empty_text')}
          action={add}
        />
      ) : (
        <>
          <FleetList action={add}>
            {devices.map((device) => (
              <li key={device.id}>
                <DeviceRow
                  device={device}
                  serverNow={serverNow}
                  onOpen={() => setCardOf(device.id)}
                  onCode={() => setOpen({ is: 'code', name: device.name, deviceId: device.id })}
                  onRevoke={() => setOpen({ is: 'revoke', device })}
                />
              </li>
            ))}
          </FleetList>
          {pages.hasNextPage ? (
            <ListEnd pages={pages} more={t('hq:orders.load_more')} last={t('hq:orders.last')} />
          ) : null}
        </>
      )}
      {card ? (
        <DeviceDrawer
          key={card.id}
          device={card}
          serverNow={serverNow}
          timeZone={timeZone}
          refetchInterval={refetchInterval}
          onCode={() => setOpen({ is: 'code', name: card.name, deviceId: card.id })}
          onRevoke={() => setOpen({ is: 'revoke', device: card })}
          onWipe={() => setOpen({ is: 'wipe', device: card })}
          onClose={() => setCardOf(undefined)}
        />
      ) : null}
      {open?.is === 'create' ? (
        <CreateDialog
          onCreated={(name, issued) => setOpen({ is: 'code', name, deviceId: issued.deviceId, issued })}
          onClose={close}
        />
      ) : null}
      {open?.is === 'code' ? (
        <CodeDialog name={open.name} deviceId={open.deviceId} issued={open.issued} onClose={close} />
      ) : null}
      {open?.is === 'revoke' ? <RevokeDialog device={open.device} onClose={close} /> : null}
      {open?.is === 'wipe' ? <WipeDialog device={open.device} serverNow={serverNow} onClose={close} /> : null}
    </>
  );
}
