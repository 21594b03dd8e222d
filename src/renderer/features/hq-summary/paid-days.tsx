/** Orders of the last days. */
import type { HqSummary } from '#shared/hq/hq.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { DaysChart } from '../../ui/days-chart.tsx';

export function PaidDays({ days }: { readonly days: HqSummary['days'] }) {
  const t = useText();
  const format = useFormat();
  const most = Math.max(...days.map(({ orders }) => orders), 0);
  return (
    <DaysChart
      title={t('hq:summary.days')}
      today={t('hq:summary.today')}
      days={days.map(({ day, orders, revenueMinor }) => ({
        day,
        value: orders,
        cells: [t('hq:summary.orders', { count: orders }), format.money(revenueMinor)],
      }))}
      note={(at) =>
        at === undefined
          ? t('hq:summary.most', { count: most })
          : t('hq:summary.day', {
              date: at.date,
              orders: format.number(days[at.index]?.orders ?? 0),
              revenue: format.money(days[at.index]?.revenueMinor ?? 0, { short: true }),
            })
      }
    />
  );
}
