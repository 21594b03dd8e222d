import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { followLive, HQ_LINE, usePolling } from '../features/hq-live/live.ts';
import { summaryQuery } from '../features/hq-summary/summary.queries.ts';
import { PLACES, type PlaceName } from './places.ts';
import { type Place, SideFrame } from './side-frame.tsx';

export function HqLayout() {
  const t = useText();
  const hq = useHq();
  const queryClient = useQueryClient();
  useEffect(() => followLive(queryClient, HQ_LINE), [queryClient]);
  const summary = useQuery({ ...summaryQuery(hq), refetchInterval: usePolling() });
  const unknown = summary.data?.unknownReceipts ?? 0;
  const alerts = summary.data?.openAlerts ?? 0;
  const trouble = summary.data?.uncertainTasks ?? 0;
  const cases = summary.data?.syncCases ?? 0;
  const badges: Partial<Record<PlaceName, Place['badge']>> = {
    receipts: { count: unknown, label: t('hq:nav.unknown', { count: unknown }) },
    sync: { count: cases, label: t('hq:nav.cases', { count: cases }) },
    alerts: { count: alerts, label: t('monitor:alerts.title', { count: alerts }) },
    queue: { count: trouble, label: t('hq:nav.trouble', { count: trouble }) },
  };
  return (
    <SideFrame
      places={PLACES.map(([to, name, icon]) => ({ to, word: t(`hq:nav.${name}`), icon, badge: badges[name] }))}
    />
  );
}
