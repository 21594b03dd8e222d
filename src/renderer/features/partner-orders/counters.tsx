/** Today at a glance, and the fortnight as bars. */
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { partnerKeys, usePartner } from '../../app/partner.tsx';
import { DaysChart } from '../../ui/days-chart.tsx';
import classes from './counters.module.css';

/** Nothing while there is nothing: the orders below are what the page is for. */
export function Counters({ refetchInterval }: { readonly refetchInterval: number | false }) {
  const t = useText();
  const source = usePartner();
  const format = useFormat(source.timeZone);
  const today = useQuery({
    queryKey: [...partnerKeys.orders, 'counters'],
    queryFn: ({ signal }) => source.counters(signal),
    refetchInterval,
  });
  const fortnight = useQuery({
    queryKey: [...partnerKeys.orders, 'days'],
    queryFn: ({ signal }) => source.days(signal),
    refetchInterval,
  });
  if (today.data === undefined || fortnight.data === undefined) return null;
  const { all, printed } = today.data;
  const { days } = fortnight.data;
  return (
    <div className={classes.counters}>
      <div className={classes.tile}>
        <span className={classes.title}>{t('partner:counters.today')}</span>
        <strong className={classes.value}>{format.number(all)}</strong>
        <span className={classes.more}>{t('partner:counters.orders_today')}</span>
      </div>
      <div className={classes.tile}>
        <span className={classes.title}>{t('partner:counters.printed')}</span>
        <strong className={classes.value}>{format.number(printed)}</strong>
        <span className={classes.more}>
          {all === 0
            ? t('partner:counters.none_today')
            : t('partner:counters.share', { share: format.percent(Math.round((printed / all) * 100) / 100) })}
        </span>
      </div>
      <DaysChart
        title={t('partner:counters.days')}
        today={t('partner:counters.today_axis')}
        days={days.map((one) => ({
          day: one.day,
          value: one.all,
          cells: [
            t('partner:counters.orders', { count: one.all }),
            t('partner:counters.printed_of', { count: one.printed }),
          ],
        }))}
        note={(at) =>
          at === undefined
            ? t('partner:counters.most', { count: Math.max(...days.map((one) => one.all), 0) })
            : t('partner:counters.day', {
                date: at.date,
                all: t('partner:counters.orders', { count: days[at.index]?.all ?? 0 }),
                printed: format.number(days[at.index]?.printed ?? 0),
              })
        }
      />
    </div>
  );
}
